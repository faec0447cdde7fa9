"""What a company says of its reps: rank, points, leads that they may still have, whose downline they are in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import Invalid, Outdated, Problem
from portico.identity.queries.people import member_ids
from portico.identity.queries.reps import get_rep, standing_of
from portico.lib.texts import is_storable

MOST_ROWS = 100_000
LONGEST = 200
_LARGEST = {"total_points": 2**53, "fantasy_points": 2**53, "leads_remaining": 2**31 - 1, "leads_recurring": 2**31 - 1}
NUMBERS = tuple(_LARGEST)


@dataclass(frozen=True, slots=True)
class Standing:
    """What is said of the member with this address; what is None stays as it is, an empty text takes away.

    `rank` is the rank's external id, which gets the name `rank_name` and is made when new. `sponsor` is the address of
    the member above.
    """

    email: str
    rank: str | None = None
    rank_name: str | None = None
    external_id: str | None = None
    sponsor: str | None = None
    total_points: int | None = None
    fantasy_points: int | None = None
    leads_remaining: int | None = None
    leads_recurring: int | None = None


@transaction.atomic
def set_ranks(actor: Actor, rows: Sequence[Standing]) -> int:
    """Write all of this or, if one row is wrong, nothing; answers how many members it was about.

    Raises Invalid: each problem's field is the row's number from 1, or its address where two members say the same.
    """
    actor.require(Permission.RANKS_WRITE)
    if len(rows) > MOST_ROWS:
        raise Invalid.one("rows", "many", f"At most {MOST_ROWS} rows at once.")
    known = member_ids(actor)
    _require_good(rows, known)
    ids = [known[row.email.strip().lower()] for row in rows]
    _keep_ranks(actor, rows)
    _lock(actor, ids)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            sponsors = [known.get((row.sponsor or "").strip().lower()) for row in rows]
            cursor.execute(
                _WRITE,
                [
                    ids, [row.rank for row in rows], [row.external_id for row in rows],
                    [row.sponsor is not None for row in rows], sponsors,
                    *([getattr(row, name) for row in rows] for name in NUMBERS), actor.company_id, actor.company_id,
                ],
            )  # fmt: skip
    except IntegrityError:
        raise Invalid.one("external_id", "unique", "Two members cannot have the same external_id.") from None
    _refuse_circles(actor)
    record(actor, "ranks.set", "company", actor.company_id, members=len(rows))
    return len(rows)


_WRITE = """
UPDATE membership SET
    rank_id = CASE WHEN said.rank IS NULL THEN membership.rank_id ELSE rank.id END,
    external_id = CASE WHEN said.external_id IS NULL THEN membership.external_id ELSE nullif(said.external_id, '') END,
    sponsor_id = CASE WHEN said.has_sponsor THEN said.sponsor ELSE membership.sponsor_id END,
    total_points = coalesce(said.total_points, membership.total_points),
    fantasy_points = coalesce(said.fantasy_points, membership.fantasy_points),
    leads_remaining = coalesce(said.leads_remaining, membership.leads_remaining),
    leads_recurring = coalesce(said.leads_recurring, membership.leads_recurring)
FROM unnest(
    %s::bigint[], %s::text[], %s::text[], %s::boolean[], %s::bigint[], %s::bigint[], %s::bigint[], %s::int[], %s::int[]
) AS said (
    id, rank, external_id, has_sponsor, sponsor, total_points, fantasy_points, leads_remaining, leads_recurring
)
LEFT JOIN rank ON rank.company_id = %s AND rank.external_id = said.rank
WHERE membership.company_id = %s AND membership.id = said.id
"""
_KEEP_RANKS = """
INSERT INTO rank (company_id, external_id, name)
SELECT %s, said.external_id, coalesce(nullif(said.name, ''), said.external_id)
FROM unnest(%s::text[], %s::text[]) AS said (external_id, name) ORDER BY 2
ON CONFLICT (company_id, external_id)
"""
# Who is above himself, by however many steps.
_CIRCLES = """
WITH RECURSIVE above (id, sponsor_id) AS (
    SELECT id, sponsor_id FROM membership WHERE company_id = %s AND sponsor_id IS NOT NULL
    UNION
    SELECT above.id, membership.sponsor_id FROM above JOIN membership
        ON membership.company_id = %s AND membership.id = above.sponsor_id AND membership.sponsor_id IS NOT NULL
)
SELECT portico_user.email
FROM above JOIN membership USING (id) JOIN portico_user ON portico_user.id = membership.user_id
WHERE above.id = above.sponsor_id ORDER BY 1 LIMIT 5
"""


@transaction.atomic
def set_standing(actor: Actor, membership_id: int, said: Standing, *, seen: str) -> None:
    """What set_ranks writes, for one rep, whatever address `said` has. `seen` is its standing_of when somebody read it.

    Raises NotFound, Invalid by the names of Standing's fields, and Outdated where it has been changed since.
    """
    actor.require(Permission.RANKS_WRITE)
    row = replace(said, email=get_rep(actor, membership_id).user.email)
    wrong = _wrong(row, member_ids(actor))
    problems = [Problem(name, "value", f"{text[:1].upper()}{text[1:]}") for name, text in wrong]
    if problems:
        raise Invalid(*problems)
    _keep_ranks(actor, [row])  # before the member, as set_ranks does it: nobody waits for another in a circle
    _lock(actor, [membership_id])
    if standing_of(get_rep(actor, membership_id)) != seen:
        raise Outdated
    set_ranks(actor, [row])


def _keep_ranks(actor: Actor, rows: Sequence[Standing]) -> None:
    """A rank that is named without its name keeps the one it has."""
    names: dict[str, str] = {}
    for row in rows:
        if row.rank:
            names[row.rank] = row.rank_name or names.get(row.rank, "")
    named = {id: name for id, name in names.items() if name}
    bare = [id for id in names if id not in named]
    company = actor.company_id
    with connection.cursor() as cursor:
        cursor.execute(f"{_KEEP_RANKS} DO NOTHING", [company, bare, bare])
        cursor.execute(f"{_KEEP_RANKS} DO UPDATE SET name = excluded.name", [company, [*named], [*named.values()]])


def _lock(actor: Actor, ids: Collection[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT FROM membership WHERE company_id = %s AND id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [actor.company_id, list(ids)],
        )


def _refuse_circles(actor: Actor) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CIRCLES, [actor.company_id, actor.company_id])
        found = [email for (email,) in cursor.fetchall()]
    if found:
        raise Invalid.one("sponsor", "circle", f"These would be above themselves: {', '.join(found)}.")


def _require_good(rows: Sequence[Standing], known: Collection[str]) -> None:
    problems, seen = [], set()
    for number, row in enumerate(rows, 1):
        email = row.email.strip().lower()
        for rule, text in _wrong(row, known):
            problems.append(Problem(str(number), rule, f"Row {number}: {text}"))
        if email in seen:
            problems.append(Problem(str(number), "twice", f"Row {number}: {row.email} is there twice."))
        seen.add(email)
    if problems:
        raise Invalid(*problems[:20])


def _wrong(row: Standing, known: Collection[str]) -> "list[tuple[str, str]]":
    found = []
    if row.email.strip().lower() not in known:
        found.append(("email", f"nobody in this company has the address {row.email[:LONGEST]}."))
    if row.sponsor and row.sponsor.strip().lower() not in known:
        found.append(("sponsor", f"nobody in this company has the address {row.sponsor[:LONGEST]}."))
    found += [
        (name, f"{name} has at most {LONGEST} characters.")
        for name in ("rank", "rank_name", "external_id")
        if len(getattr(row, name) or "") > LONGEST
    ]
    found += [
        (name, f"{name} has characters that no text can have.")
        for name in ("rank", "rank_name", "external_id")
        if not is_storable(getattr(row, name) or "")
    ]
    found += [
        (name, f"{name} is a whole number from 0 to {_LARGEST[name]}.")
        for name in NUMBERS
        if (value := getattr(row, name)) is not None and not 0 <= value <= _LARGEST[name]
    ]
    return found
