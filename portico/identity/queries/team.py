"""A member's downline: whom it has brought, whom those have brought, and so on."""

from dataclasses import dataclass
from typing import Any

from portico.access import Actor
from portico.lib.statements import Statement, later_number


@dataclass(frozen=True, slots=True)
class TeamMember:
    """`level` is 1 for whom the actor itself has brought; `rank` is (id, name, external id)."""

    membership_id: int
    user_id: int
    first_name: str
    last_name: str
    image_url: str | None
    username: str | None
    external_id: str | None
    sponsor_id: int
    level: int
    total_points: int
    rank: tuple[int, str, str] | None


@dataclass(frozen=True, slots=True)
class TeamPage:
    """Some of the team, the nearest first, and how many there are directly and in all."""

    direct: int
    total: int
    rows: list[TeamMember]


MOST_LEVELS = 100
# A circle cannot be written (actions.ranks); the bound is for what nobody has thought of.
_TEAM = """
WITH RECURSIVE team (id, level) AS (
    SELECT id, 1 FROM membership WHERE company_id = %s AND sponsor_id = %s AND is_active
    UNION ALL
    SELECT membership.id, team.level + 1 FROM team
    JOIN membership ON membership.company_id = %s AND membership.sponsor_id = team.id AND membership.is_active
    WHERE team.level < {levels}
)
SELECT (SELECT count(*) FROM team WHERE level = 1), (SELECT count(*) FROM team), page.*
FROM (SELECT 1) AS always LEFT JOIN (
    SELECT membership.id, membership.user_id, person.first_name, person.last_name, person.image_url,
        membership.username, membership.external_id, membership.sponsor_id, team.level, membership.total_points,
        rank.id, rank.name, rank.external_id
    FROM team JOIN membership USING (id) JOIN portico_user AS person ON person.id = membership.user_id
    LEFT JOIN rank ON rank.company_id = membership.company_id AND rank.id = membership.rank_id
    ORDER BY team.level, membership.id LIMIT %s OFFSET %s
) AS page ON true
"""
_STATEMENT = Statement(
    _TEAM.format(levels=MOST_LEVELS),
    [later_number(name) for name in ("company", "member", "company", "limit", "offset")],
)


def list_team(actor: Actor, *, page: int, per_page: int) -> TeamPage:
    """One page of the actor's own downline; whoever is no longer active is left out, with whom only he leads to."""
    rows = _STATEMENT.fetch(
        {
            "company": actor.company_id,
            "member": actor.membership_id,
            "limit": per_page,
            "offset": (page - 1) * per_page,
        }
    )
    direct, total = rows[0][:2]
    return TeamPage(direct, total, [_member(row[2:]) for row in rows if row[2] is not None])


def _member(row: tuple[Any, ...]) -> TeamMember:
    """The statement has the columns in the order of the fields."""
    rank_id, name, external_id = row[-3:]
    rank = None if rank_id is None else (rank_id, name, external_id)
    return TeamMember(*(*row[:-3], rank))
