"""How much who has sold, from the sums that PostgreSQL keeps (migration 0003). Days are those in UTC."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection

from portico.access import Actor
from portico.identity.queries.reps import require_numbers_of

_EPOCH = date(1970, 1, 1)
_BY_MEMBER = """
SELECT member_id, sum(n) FROM sale_count
WHERE company_id = %s AND member_id = ANY(%s) AND day >= %s AND day < %s GROUP BY 1
"""
_BY_DAY = """
SELECT day, sum(n) FROM sale_count
WHERE company_id = %s AND member_id = ANY(%s) AND day >= %s AND day < %s GROUP BY 1 HAVING sum(n) <> 0
"""


def count_sales_by_member(actor: Actor, member_ids: Sequence[int], *, first: date, end: date) -> dict[int, int]:
    """How many orders, cancelled ones left out, each of these members made from the first day until before `end`."""
    require_numbers_of(actor, member_ids)
    return dict(_sums(_BY_MEMBER, actor, member_ids, first, end))


def count_sales_by_day(actor: Actor, member_id: int, *, first: date, end: date) -> dict[date, int]:
    """The same of one member, day by day. Days without any are left out."""
    require_numbers_of(actor, [member_id])
    return {_EPOCH + timedelta(days=day): n for day, n in _sums(_BY_DAY, actor, [member_id], first, end)}


def _sums(sql: str, actor: Actor, member_ids: Sequence[int], first: date, end: date) -> list[tuple[int, int]]:
    values: list[Any] = [actor.company_id, list(member_ids), (first - _EPOCH).days, (end - _EPOCH).days]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [(key, int(total)) for key, total in cursor.fetchall()]
