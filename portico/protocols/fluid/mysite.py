"""MySite: the rep's public page, who looked at it, and who left an address there."""

import orjson
from django.http import HttpResponse

from portico.companies.models import Company
from portico.content.actions.leads import LeadPage, capture_lead
from portico.content.actions.sites import change_site, make_site
from portico.content.queries.sharing import list_site_lead_documents, list_site_view_documents
from portico.content.queries.sites import get_open_site_document, get_own_site_document, own_site_times, site_address
from portico.errors import Invalid, NotFound
from portico.identity.models import ProfileLink
from portico.identity.queries.profile_links import shown_links
from portico.lib.statements import BuildObject, Shape
from portico.protocols.fluid.dates import asked_span
from portico.protocols.fluid.paging import asked_page, listed
from portico.protocols.fluid.shares import LEAD, VIEW
from portico.protocols.fluid.shops import named_company
from portico.protocols.fluid.wire import Request, document, keyed

SITE = Shape(
    {
        "slug": "slug",
        "url": site_address(),
        "title": "title",
        "bio": "member__user__bio",
        "image_url": "member__user__image_url",
        "links": shown_links(ProfileLink.Kind.LINK),
        "favorites": shown_links(ProfileLink.Kind.FAVORITE),
        "theme": BuildObject(Shape({"id": "theme", "name": "theme"})),
        "lead_capture": "has_form",
        "published": "is_published",
        "views": own_site_times("site_views"),
        "leads": own_site_times("site_leads"),
    }
)
_PAGE = Shape({"company_id": "company_id", "member_id": "member_id", "has_form": "has_form"})
_FIELDS = {"title": "title", "theme": "theme", "lead_capture": "has_form", "published": "is_published"}


def show(request: Request) -> HttpResponse:
    make_site(request.actor)
    return document(get_own_site_document(request.actor, SITE))


def change(request: Request) -> HttpResponse:
    """Flat, any of what may be written; a theme by its name or, as it is shown, as an object."""
    fields = {
        ours: request.fields[theirs] for theirs, ours in _FIELDS.items() if request.fields.get(theirs) is not None
    }
    if isinstance(fields.get("theme"), dict):
        fields["theme"] = fields["theme"].get("id")
    change_site(request.actor, fields)
    return document(get_own_site_document(request.actor, SITE))


def list_views(request: Request) -> HttpResponse:
    page = list_site_view_documents(request.actor, VIEW, span=asked_span(request), **asked_page(request))
    return listed(request, page, "start_date", "end_date")


def list_leads(request: Request) -> HttpResponse:
    page = list_site_lead_documents(request.actor, LEAD, span=asked_span(request), **asked_page(request))
    return listed(request, page, "start_date", "end_date")


def leave(request: Request, slug: str) -> HttpResponse:
    """What the page's own form does, for other software. The answer is the same for an address that is known."""
    told = orjson.loads(get_open_site_document(_PAGE, _company(request).slug, slug))
    if not told["has_form"]:
        raise NotFound("form")
    wrapped = request.fields.get("lead")
    given = wrapped if isinstance(wrapped, dict) else request.fields
    names = ("first_name", "last_name", "email", "phone", "message")
    capture_lead(
        request.actor, LeadPage(told["company_id"], told["member_id"]), {name: given.get(name) for name in names}
    )
    return keyed({"lead": {"received": True}}, status=201)


def _company(request: Request) -> Company:
    company = named_company(request)
    if company is None:
        raise Invalid.one("fluid_shop", "required", "Name the company with fluid_shop.")
    return company
