"""/r/COMPANY/SLUG: the public page of a member."""

import orjson
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from portico.content.actions.leads import LeadPage
from portico.content.actions.viewing import Viewed
from portico.content.queries.sites import get_open_site_document, site_address
from portico.errors import NotFound
from portico.http.boundary import answering
from portico.identity.models import ProfileLink
from portico.identity.queries.profile_links import shown_links
from portico.lib.statements import Shape
from portico.web import errors, leads
from portico.web.counting import count_visit
from portico.web.languages import in_own_language
from portico.web.public import answer, answer_once

TEMPLATE = "site.html"
SHAPE = Shape(
    {
        "company_id": "company_id",
        "member_id": "member_id",
        "company": "company__name",
        "color": "company__color",
        "logo": "company__logo_url",
        "first_name": "member__user__first_name",
        "last_name": "member__user__last_name",
        "photo": "member__user__image_url",
        "bio": "member__user__bio",
        "title": "title",
        "links": shown_links(ProfileLink.Kind.LINK),
        "favorites": shown_links(ProfileLink.Kind.FAVORITE),
        "theme": "theme",
        "has_form": "has_form",
        "address": site_address(),
    }
)


@in_own_language
@answering(errors)
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest, company: str, slug: str) -> HttpResponse:
    """GET and HEAD show it, POST sends its form."""
    request.route_name = "r/"  # type: ignore[attr-defined]  # for the log
    document = get_open_site_document(SHAPE, company, slug)
    told = orjson.loads(document)
    if request.method == "POST":
        if not told["has_form"]:
            raise NotFound("form")
        return leads.sent(request, TEMPLATE, document, LeadPage(told["company_id"], told["member_id"]))
    if leads.THANKS in request.GET:
        return answer_once(TEMPLATE, document, thanks=True)
    count_visit(request, Viewed(told["company_id"], told["member_id"]))
    return answer(request, TEMPLATE, document)
