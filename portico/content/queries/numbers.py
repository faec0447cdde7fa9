"""How often what was seen, in any spans of time: one statement over kept sums, whatever the size of the company.

A span is taken apart into whole months, days and hours in UTC, whose sums are kept (migration 0001), and what is left
of an hour at its ends, where rows are counted: less than an hour's each. All come from one snapshot.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateTimeField, SmallIntegerField

from portico.access import Actor, Permission
from portico.lib.statements import Later, Statement, later_number

HOUR, DAY, MONTH, EVER = 1, 2, 3, 4  # units of shown_count_base
_HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SUMS = "views, visitors, leads, shares, site_views, site_leads"
Moments = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Seen:
    """How often in a span. A visitor counts once a day (UTC); what is the site's is in views and leads too."""

    views: int = 0
    visitors: int = 0
    leads: int = 0
    shares: int = 0
    site_views: int = 0
    site_leads: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole units of a span, from one number up to before another; hours the same, for what is not folded yet."""

    span: int
    unit: int
    start: int
    end: int
    first_hour: int
    end_hour: int


def get_total(actor: Actor) -> Seen:
    """Ever: the actor's own, for an administrator the company's."""
    row = _total().fetch_one(_whose(actor))
    return Seen(*(int(one) for one in row)) if row else Seen()


def get_own_total(actor: Actor) -> Seen:
    """Ever, the actor's own."""
    row = _total().fetch_one(_whose(actor, own=True))
    return Seen(*(int(one) for one in row)) if row else Seen()


@cache
def _total() -> Statement:
    sums = ", ".join(f"coalesce(sum({name}), 0)" for name in _SUMS.split(", "))
    sql = f"SELECT {sums} FROM shown_total WHERE company_id = %s AND member_id = %s AND medium_id = 0"  # noqa: S608 -- our own names
    return Statement(sql, [later_number("company"), later_number("counted")])


def sum_spans(actor: Actor, spans: Sequence[Moments], *, own: bool = False) -> list[Seen]:
    """How often in each of these spans, from its first moment up to before its second.

    The actor's own, for an administrator the company's unless it asks for its own.
    """
    values = {**_whose(actor, own=own), **_taken_apart(spans, most=MONTH, least=HOUR)}
    statement = _by_span(_sees_all(actor) and not own)
    found = {row[0]: Seen(*(int(one) for one in row[1:])) for row in statement.fetch(values)}
    return [found.get(number, Seen()) for number in range(len(spans))]


def list_top_media(actor: Actor, span: Moments, *, most: int = 10) -> list[tuple[int, str, str, Seen]]:
    """What was seen most in a span: id, title and kind of a medium, and how often."""
    values = {**_whose(actor), **_taken_apart([span], most=MONTH, least=DAY), "most": most}
    rows = _by_medium(_sees_all(actor)).fetch(values)
    return [(row[0], row[1], row[2], Seen(*(int(one) for one in row[3:]))) for row in rows]


def list_most_viewed(actor: Actor, span: Moments, *, most: int) -> list[int]:
    """The company's own media that had most views in a span of whole days (UTC), whoever shared them: their ids."""
    values = {"company": actor.company_id, "counted": 0, **_taken_apart([span], most=MONTH, least=DAY), "most": most}
    return [row[0] for row in _most_viewed().fetch(values)]


def sum_medium(actor: Actor, span: Moments, medium_id: int) -> Seen:
    """How often one medium was seen in a span."""
    return sum_medium_spans(actor, [span], medium_id)[0]


def sum_medium_spans(actor: Actor, spans: Sequence[Moments], medium_id: int) -> list[Seen]:
    """How often one medium was seen in each of these spans."""
    values = {**_whose(actor), **_taken_apart(spans, most=MONTH, least=DAY), "medium": medium_id}
    found = {row[0]: Seen(*(int(one) for one in row[1:])) for row in _of_medium(_sees_all(actor)).fetch(values)}
    return [found.get(number, Seen()) for number in range(len(spans))]


def _sees_all(actor: Actor) -> bool:
    return actor.may(Permission.ADMINISTRATION)


def _whose(actor: Actor, *, own: bool = False) -> dict[str, int]:
    counted = 0 if _sees_all(actor) and not own else actor.membership_id or 0
    return {"company": actor.company_id, "counted": counted}


def _taken_apart(spans: Sequence[Moments], *, most: int, least: int) -> dict[str, Any]:
    pieces: list[Piece] = []
    edges: list[tuple[int, datetime, datetime]] = []
    for number, (start, end) in enumerate(spans):
        inner = _number_at(_rounded_up(start, least), least)
        outer = _number_at(end, least)
        if inner >= outer:
            edges.append((number, start, end))
            continue
        first, last = _moment(inner, least), _moment(outer, least)
        edges += [(number, start, first), (number, last, end)]
        pieces += _pieces(number, first, last, unit=most, least=least)
    edges = [edge for edge in edges if edge[1] < edge[2]]
    columns = ("span", "unit", "start", "end", "first_hour", "end_hour")
    return {
        **{f"piece_{name}": [getattr(piece, name) for piece in pieces] for name in columns},
        "edge_span": [edge[0] for edge in edges],
        "edge_start": [edge[1] for edge in edges],
        "edge_end": [edge[2] for edge in edges],
    }


def _pieces(span: int, start: datetime, end: datetime, *, unit: int, least: int) -> list[Piece]:
    """The whole units inside, as large as they can be; both ends are at the beginning of a `least`."""
    if start >= end:
        return []
    inner, outer = _number_at(_rounded_up(start, unit), unit), _number_at(end, unit)
    if inner >= outer:
        return _pieces(span, start, end, unit=unit - 1, least=least)
    first, last = _moment(inner, unit), _moment(outer, unit)
    whole = Piece(span, unit, inner, outer, _number_at(first, HOUR), _number_at(last, HOUR))
    if unit == least:
        return [whole]
    before = _pieces(span, start, first, unit=unit - 1, least=least)
    return [*before, whole, *_pieces(span, last, end, unit=unit - 1, least=least)]


def _number_at(moment: datetime, unit: int) -> int:
    """The number of the unit that this moment is in."""
    if unit == MONTH:
        return (moment.year - _EPOCH.year) * 12 + moment.month - 1
    return (moment - _EPOCH) // (_HOUR if unit == HOUR else timedelta(days=1))


def _moment(number: int, unit: int) -> datetime:
    """When the unit with this number begins."""
    if unit == MONTH:
        return datetime(_EPOCH.year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return _EPOCH + number * (_HOUR if unit == HOUR else timedelta(days=1))


def _rounded_up(moment: datetime, unit: int) -> datetime:
    """The beginning of a unit that is not before this moment."""
    number = _number_at(moment, unit)
    return moment if _moment(number, unit) == moment else _moment(number + 1, unit)


_PIECES = """
piece AS (
    SELECT * FROM unnest(%s::bigint[], %s::smallint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
        AS piece (span, unit, start, "end", first_hour, end_hour)
), edge AS (
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS edge (span, start, "end")
), asked AS (SELECT %s::bigint AS company_id, %s::bigint AS member_id)"""
# {medium} tells media apart or takes them together, {whose} narrows the rows at the edges to the actor's.
_FOUND = """
found AS (
    SELECT span, medium_id, {sums}
    FROM asked CROSS JOIN piece JOIN shown_count_base AS base USING (company_id, member_id)
    WHERE base.unit = piece.unit AND base.medium_id {medium}
        AND base.number >= piece.start AND base.number < piece."end"
    UNION ALL
    SELECT span, medium_id, {sums}
    FROM asked CROSS JOIN piece JOIN shown_count_delta AS delta USING (company_id, member_id)
    WHERE delta.hour >= piece.first_hour AND delta.hour < piece.end_hour AND delta.medium_id {medium}
    UNION ALL
    SELECT span, {seen}, 1, is_first::int, 0, 0, (share_id IS NULL)::int, 0
    FROM asked CROSS JOIN edge JOIN page_view AS one ON one.company_id = asked.company_id {whose}
        AND one.at >= edge.start AND one.at < edge."end" {only}
    UNION ALL
    SELECT span, {seen}, 0, 0, 1, 0, 0, (share_id IS NULL)::int
    FROM asked CROSS JOIN edge JOIN lead AS one ON one.company_id = asked.company_id {whose}
        AND one.at >= edge.start AND one.at < edge."end" {only}
    UNION ALL
    SELECT span, {seen}, 0, 0, 0, 1, 0, 0
    FROM asked CROSS JOIN edge JOIN share AS one ON one.company_id = asked.company_id {sharer}
        AND one.created_at >= edge.start AND one.created_at < edge."end" {only}
)"""


def _parts(*, sees_all: bool, by_medium: bool) -> str:
    return (
        _PIECES
        + ","
        + _FOUND.format(
            sums=_SUMS,
            medium="<> 0" if by_medium else "= 0",
            seen="one.medium_id" if by_medium else "0",
            only="AND one.medium_id IS NOT NULL" if by_medium else "",
            whose="" if sees_all else "AND one.member_id = asked.member_id",
            sharer="" if sees_all else "AND one.sharer_id = asked.member_id",
        )
    )


def _values() -> list[Later]:
    numbers = ArrayField(BigIntegerField())
    moments = ArrayField(DateTimeField())
    return [
        Later("piece_span", numbers),
        Later("piece_unit", ArrayField(SmallIntegerField())),
        *(Later(f"piece_{name}", numbers) for name in ("start", "end", "first_hour", "end_hour")),
        Later("edge_span", numbers),
        Later("edge_start", moments),
        Later("edge_end", moments),
        later_number("company"),
        later_number("counted"),
    ]


@cache
def _by_span(sees_all: bool) -> Statement:  # noqa: FBT001 -- one of two statements
    sums = ", ".join(f"sum({name})" for name in _SUMS.split(", "))
    sql = f"WITH {_parts(sees_all=sees_all, by_medium=False)} SELECT span, {sums} FROM found GROUP BY span"  # noqa: S608 -- our own names
    return Statement(sql, _values())


@cache
def _by_medium(sees_all: bool) -> Statement:  # noqa: FBT001 -- the same
    sums = ", ".join(f"sum(found.{name})" for name in _SUMS.split(", "))
    sql = (
        f"WITH {_parts(sees_all=sees_all, by_medium=True)} SELECT medium.id, medium.title, medium.kind, {sums}"  # noqa: S608 -- our own names
        " FROM found JOIN asked ON true"
        " JOIN medium ON medium.company_id = asked.company_id AND medium.id = found.medium_id"
        " GROUP BY medium.id, medium.title, medium.kind"
        " ORDER BY sum(found.views) DESC, sum(found.leads) DESC, sum(found.shares) DESC, medium.id DESC LIMIT %s"
    )
    return Statement(sql, [*_values(), later_number("most")])


@cache
def _most_viewed() -> Statement:
    sql = (
        f"WITH {_parts(sees_all=True, by_medium=True)} SELECT medium.id"  # noqa: S608 -- our own names
        " FROM found JOIN asked ON true"
        " JOIN medium ON medium.company_id = asked.company_id AND medium.id = found.medium_id"
        " WHERE medium.owner_id IS NULL AND medium.discarded_at IS NULL"
        " GROUP BY medium.id HAVING sum(found.views) > 0"
        " ORDER BY sum(found.views) DESC, medium.id DESC LIMIT %s"
    )
    return Statement(sql, [*_values(), later_number("most")])


@cache
def _of_medium(sees_all: bool) -> Statement:  # noqa: FBT001 -- the same
    sums = ", ".join(f"sum({name})" for name in _SUMS.split(", "))
    parts = _parts(sees_all=sees_all, by_medium=True)
    sql = f"WITH {parts} SELECT span, {sums} FROM found WHERE medium_id = %s GROUP BY span"  # noqa: S608 -- our own names
    return Statement(sql, [*_values(), later_number("medium")])
