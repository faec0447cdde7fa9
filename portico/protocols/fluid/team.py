"""A member's downline (not documented upstream: the profile only names points and ranks)."""

from typing import Any

from django.http import HttpResponse

from portico.identity.queries.team import TeamMember, list_team
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.wire import Request, bare


def show_team(request: Request) -> HttpResponse:
    page = list_team(request.actor, **asked_page(request))
    response = with_counters(bare([_as_member(one) for one in page.rows]), request, page.total)
    response["X-Direct-Count"] = str(page.direct)
    return response


def _as_member(one: TeamMember) -> dict[str, Any]:
    return {
        "id": one.user_id,
        "user_company_id": one.membership_id,
        "first_name": one.first_name or None,
        "last_name": one.last_name or None,
        "full_name": f"{one.first_name} {one.last_name}".strip(),
        "image_url": one.image_url,
        "username": one.username,
        "affiliate_id": one.external_id,
        "sponsor_id": one.sponsor_id,
        "level": one.level,
        "rank": dict(zip(("id", "name", "external_id"), one.rank, strict=True)) if one.rank else None,
        "total_points": one.total_points,
    }
