"""How often what members share was seen, for many members at once: from kept sums (migration 0001), by days in UTC."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from portico.access import Actor
from portico.identity.queries.reps import require_numbers_of

_EPOCH = date(1970, 1, 1)
_HOURS = 24
# Whole days of the base, and what is not folded into it yet.
_SHOWN = """
WITH asked AS (SELECT %s::bigint AS company_id, %s::bigint[] AS members, %s::integer AS first, %s::integer AS "end")
SELECT {key}, sum(views), sum(leads) FROM (
    SELECT member_id, number AS day, views, leads FROM asked JOIN shown_count_base AS base
        ON base.company_id = asked.company_id AND base.member_id = ANY(asked.members) AND base.unit = 2
        AND base.medium_id = 0 AND base.number >= asked.first AND base.number < asked."end"
    UNION ALL
    SELECT member_id, floor(hour / 24.0)::integer, views, leads FROM asked JOIN shown_count_delta AS delta
        ON delta.company_id = asked.company_id AND delta.member_id = ANY(asked.members)
        AND delta.medium_id = 0 AND delta.hour >= asked.first * {hours} AND delta.hour < asked."end" * {hours}
) AS found GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Shown:
    views: int = 0
    leads: int = 0


def count_shown_by_member(actor: Actor, member_ids: Sequence[int], *, first: date, end: date) -> dict[int, Shown]:
    """Of what each of these members shows, from the first day until before `end`. Whose is nothing is left out."""
    require_numbers_of(actor, member_ids)
    return dict(_sums("member_id", actor, member_ids, first, end))


def count_shown_by_day(actor: Actor, member_id: int, *, first: date, end: date) -> dict[date, Shown]:
    """The same of one member, day by day. Days without anything are left out."""
    require_numbers_of(actor, [member_id])
    return {_EPOCH + timedelta(days=day): shown for day, shown in _sums("day", actor, [member_id], first, end)}


def _sums(key: str, actor: Actor, member_ids: Sequence[int], first: date, end: date) -> list[tuple[int, Shown]]:
    values: list[Any] = [actor.company_id, list(member_ids), (first - _EPOCH).days, (end - _EPOCH).days]
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN.format(key=key, hours=_HOURS), values)
        return [(key, Shown(int(views), int(leads))) for key, views, leads in cursor.fetchall()]
