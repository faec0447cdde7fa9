"""The contacts of a rep, or for others those of the company: a bare array, counters in headers."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Case, CharField, F, Value, When
from django.http import HttpResponse

from portico.contacts.actions.contacts import add_contact
from portico.contacts.models import Stage
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import Page, get_contact_document, list_contact_documents
from portico.errors import Invalid
from portico.lib.statements import Shape
from portico.protocols.fluid.expressions import Instant, full_name
from portico.protocols.fluid.wire import Request, as_text, document

PER_PAGE, MOST_PER_PAGE = 25, 100
_LAST_PAGE = 10**12  # beyond any contact base, and its offset still fits PostgreSQL's numbers

_STATUS = Case(When(archived_at__isnull=False, then=Value("archived")), default=F("stage"), output_field=CharField())
ROW = Shape(
    {
        "id": "id",
        "token": "token",
        "first_name": "first_name",
        "last_name": "last_name",
        "full_name": full_name(),
        "email": "email",
        "phone": "phone",
        "avatar_url": "avatar",
        "status": _STATUS,
        "lead_type": "lead_type",
        "city": "city",
        "state": "state",
    }
)
FULL = ROW.plus(
    {
        "address": "address_line_1",
        "address2": "address_line_2",
        "postal_code": "postal_code",
        "country_code": "country",
        "time_zone": "time_zone",
        "created_at": Instant("created_at"),
        "updated_at": Instant("updated_at"),
    }
)
_FILTERS = {
    "all": Chosen(archived=False),
    "leads": Chosen(stages=(Stage.LEAD,), archived=False),
    "customers": Chosen(stages=(Stage.CUSTOMER,), archived=False),
    "prospects": Chosen(stages=(Stage.PROSPECT,), archived=False),
    "archived": Chosen(archived=True),
}
# Their names of fields to ours.
_WRITABLE = {
    "first_name": "first_name",
    "last_name": "last_name",
    "email": "email",
    "phone": "phone",
    "status": "stage",
    "address": "address_line_1",
    "address2": "address_line_2",
    "city": "city",
    "state": "state",
    "postal_code": "postal_code",
    "country_code": "country",
    "avatar_url": "avatar",
    "lead_type": "lead_type",
    "time_zone": "time_zone",
}


def list_contacts(request: Request) -> HttpResponse:
    page = list_contact_documents(
        request.actor,
        ROW,
        _chosen(request),
        page=request.number("page", 1, most=_LAST_PAGE),
        per_page=request.number("per_page", PER_PAGE, most=MOST_PER_PAGE),
    )
    return _with_counters(document(f"[{page.rows}]"), page, request)


def _chosen(request: Request) -> Chosen:
    name = request.optional("filter") or "all"
    if name not in _FILTERS:
        raise Invalid.one("filter", "unknown", f"filter must be one of {', '.join(_FILTERS)}.")
    chosen = _FILTERS[name]
    return Chosen(stages=chosen.stages, archived=chosen.archived, person=request.optional("search") or "")


def _with_counters(response: HttpResponse, page: Page, request: Request) -> HttpResponse:
    """The body is a bare array, so the counters go into headers (reference 1.6); they also say what was clamped."""
    response["X-Total-Count"] = str(page.total)
    response["X-Total-Pages"] = str(page.last)
    response["X-Page"] = str(page.number)
    response["X-Per-Page"] = str(page.size)
    kept = {name: value for name in ("filter", "search") if (value := request.optional(name))}
    last = max(1, page.last)
    numbers = {"first": 1, "last": last}
    if page.number > 1:
        numbers["prev"] = min(page.number - 1, last)
    if page.number < last:
        numbers["next"] = page.number + 1
    address = f"{settings.PUBLIC_URL}/api/contacts?"
    response["Link"] = ", ".join(
        f'<{address}{urlencode({**kept, "page": number, "per_page": page.size})}>; rel="{rel}"'
        for rel, number in numbers.items()
    )
    return response


def add(request: Request) -> HttpResponse:
    contact = add_contact(request.actor, _fields(request))
    return document(get_contact_document(request.actor, FULL, id=contact.pk), status=201)


def _fields(request: Request) -> dict[str, Any]:
    """The body is flat, as documented; a wrapper as on the company's side is taken too."""
    wrapped = request.fields.get("contact")
    given = wrapped if isinstance(wrapped, dict) else request.fields
    fields = {
        ours: as_text(theirs, given[theirs]) for theirs, ours in _WRITABLE.items() if given.get(theirs) is not None
    }
    if not (fields.get("first_name") or "").strip() and not (fields.get("last_name") or "").strip():
        raise Invalid.one("first_name", "required", "Give the contact a first_name or a last_name.")
    if not fields.get("stage"):
        fields.pop("stage", None)
    return fields
