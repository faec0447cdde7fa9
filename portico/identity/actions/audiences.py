"""Whom a thing is for, written beside it."""

from collections.abc import Sequence

from django.db import connection

from portico.access import Actor
from portico.errors import Invalid, Problem
from portico.identity.audiences import Audience, AudiencePart

_SHOWN = 100  # characters of a name that nobody has


def keep_audience(actor: Actor, parts: type[AudiencePart], thing_id: int, audience: Audience | None) -> bool:
    """From now on it is for this audience, with None for no part of the company; answers whether that is new.

    Who calls this holds the thing's row, and asks the permission for it. Raises Invalid for a rank that the company
    does not have and for an address that none of its members has.
    """
    wanted = audience or Audience()
    said = {"roles": list(wanted.roles), "ranks": list(wanted.ranks), "members": list(wanted.members)}
    with connection.cursor() as cursor:
        cursor.execute(_UNKNOWN, {"company": actor.company_id, **said})
        _require_none(*cursor.fetchone())
        sql = _KEEP.format(table=parts._meta.db_table, of=f"{parts.of}_id")
        cursor.execute(sql, {"company": actor.company_id, "thing": thing_id, **said})
        return bool(cursor.fetchone()[0])


def _require_none(ranks: Sequence[str], members: Sequence[str]) -> None:
    problems = [
        *(Problem("audience", "unknown", f"There is no rank {name[:_SHOWN]}.") for name in ranks),
        *(Problem("audience", "unknown", f"Nobody here has the address {name[:_SHOWN]}.") for name in members),
    ]
    if problems:
        raise Invalid(*problems)


_MEMBERS = """
SELECT membership.id FROM membership JOIN portico_user ON portico_user.id = membership.user_id
WHERE company_id = %(company)s::bigint AND lower(email) = lower(named.one)
"""
_UNKNOWN = f"""
SELECT
    ARRAY(
        SELECT one FROM unnest(%(ranks)s::text[]) AS named (one)
        WHERE NOT EXISTS (SELECT FROM rank WHERE company_id = %(company)s::bigint AND external_id = one)
    ),
    ARRAY(SELECT one FROM unnest(%(members)s::text[]) AS named (one) WHERE NOT EXISTS ({_MEMBERS}))
"""  # noqa: S608 -- our own words
# Rows that stay are left alone: telling the same again changes nothing.
_KEEP = f"""
WITH wanted (role, rank_id, member_id) AS (
    SELECT one, NULL::bigint, NULL::bigint FROM unnest(%(roles)s::text[]) AS named (one)
    UNION SELECT NULL, id, NULL FROM rank
    WHERE company_id = %(company)s::bigint AND external_id = ANY (%(ranks)s::text[])
    UNION SELECT NULL, NULL, found.id FROM unnest(%(members)s::text[]) AS named (one), LATERAL ({_MEMBERS}) AS found
), gone AS (
    DELETE FROM {{table}} AS old
    WHERE company_id = %(company)s::bigint AND {{of}} = %(thing)s::bigint AND NOT EXISTS (
        SELECT FROM wanted
        WHERE ROW (wanted.role, wanted.rank_id, wanted.member_id)
            IS NOT DISTINCT FROM ROW (old.role, old.rank_id, old.member_id)
    ) RETURNING 1
), added AS (
    INSERT INTO {{table}} (company_id, {{of}}, role, rank_id, member_id)
    SELECT %(company)s::bigint, %(thing)s::bigint, role, rank_id, member_id FROM wanted
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM added)
"""  # noqa: S608 -- our own words
