"""Shares: each with a short link of its own; who looked, and who left an address behind it."""

import orjson
from django.db.models import Case, Value, When
from django.http import HttpResponse

from portico.content.actions.sharing import Wanted, share_medium
from portico.content.models import Share
from portico.content.queries.sharing import (
    get_share_document,
    leads_of_share,
    link_of,
    list_medium_lead_documents,
    list_medium_view_documents,
    list_share_documents,
    page_address,
    visitor_name,
)
from portico.errors import Invalid
from portico.lib.statements import BuildObject, Shape
from portico.protocols.fluid.dates import asked_span
from portico.protocols.fluid.expressions import Instant, full_name
from portico.protocols.fluid.paging import asked_page, listed
from portico.protocols.fluid.wire import Request, document, meta

SHARES_PER_PAGE, MOST_SHARES = 20, 1000
_BIGGEST_ID = 2**63 - 1

ROW = Shape(
    {
        "id": "id",
        "views": "views",
        "leads": leads_of_share(),
        "created_at": Instant("created_at"),
        "email": "email",
        "share_type": "kind",
        "shareable_type": Case(When(medium_id=None, then=Value("Library")), default=Value("Medium")),
        "shareable_id": Case(When(medium_id=None, then="library_id"), default="medium_id"),
        "shareable": Case(
            When(
                medium_id=None,
                then=BuildObject(Shape({"id": "library_id", "title": "library__title"})),
            ),
            default=BuildObject(Shape({"id": "medium_id", "title": "medium__title", "kind": "medium__kind"})),
        ),
        "share_link": link_of(),
        "contact_id": "contact_id",
    }
)
VIEW = Shape(
    {
        "id": "id",
        "url": page_address(),
        "visitor": visitor_name(),
        "contact_id": "contact_id",
        "created_at": Instant("at"),
    }
)
LEAD = Shape(
    {
        "id": "contact_id",
        "first_name": "contact__first_name",
        "last_name": "contact__last_name",
        "full_name": full_name("contact__"),
        "email": "contact__email",
        "phone": "contact__phone",
        "status": "contact__stage",
        "lead_type": "contact__lead_type",
        "created_at": Instant("at"),
    }
)


def list_shares(request: Request) -> HttpResponse:
    paging = asked_page(request, per_page=SHARES_PER_PAGE, most=MOST_SHARES)
    page = list_share_documents(request.actor, ROW, span=asked_span(request), **paging)
    last = max(1, page.last)
    pagination = {
        "current_page": page.number,
        "per_page": page.size,
        "total_count": page.total,
        "total_pages": page.last,
        "next_page": page.number + 1 if page.number < last else None,
        "prev_page": min(page.number - 1, last) if page.number > 1 else None,
    }
    more = orjson.dumps({**meta(), "pagination": pagination}).decode()
    return document(f'{{"shares":[{page.rows}],"meta":{more}}}')


def share(request: Request, id: int) -> HttpResponse:
    made = share_medium(request.actor, id, wanted_share(request))
    return document(get_share_document(request.actor, ROW, made.pk), status=201)


def wanted_share(request: Request) -> Wanted:
    kind = request.optional("share_type") or Share.Kind.LINK
    if kind not in Share.Kind.values:
        raise Invalid.one("share_type", "unknown", f"share_type must be one of {', '.join(Share.Kind.values)}.")
    contact = request.optional("contact_id") or ""
    if contact and not (
        contact.isascii()
        and contact.isdigit()
        and len(contact) <= len(str(_BIGGEST_ID))
        and int(contact) <= _BIGGEST_ID
    ):
        raise Invalid.one("contact_id", "numeric", "contact_id must be a contact's id.")
    return Wanted(
        kind=Share.Kind(kind),
        contact_id=int(contact) if contact else None,
        email=request.optional("email") or "",
        message=request.optional("message") or "",
    )


def list_views(request: Request, id: int) -> HttpResponse:
    page = list_medium_view_documents(request.actor, VIEW, id, span=asked_span(request), **asked_page(request))
    return listed(request, page, "start_date", "end_date")


def list_leads(request: Request, id: int) -> HttpResponse:
    page = list_medium_lead_documents(request.actor, LEAD, id, span=asked_span(request), **asked_page(request))
    return listed(request, page, "start_date", "end_date")
