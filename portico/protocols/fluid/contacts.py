"""The contacts of a rep, or for others those of the company: a bare array, counters in headers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from django.db.models import Case, CharField, F, Value, When
from django.http import HttpResponse

from portico.contacts.actions.contacts import add_contact, change_contact
from portico.contacts.models import Stage
from portico.contacts.queries.beside import groups_of_contact, notes_of_contact, tag_titles_of_contact
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import Order, get_contact_document, list_contact_documents
from portico.errors import Invalid
from portico.lib.statements import Shape
from portico.protocols.fluid.expressions import Instant, full_name
from portico.protocols.fluid.paging import asked_page, listed
from portico.protocols.fluid.values import inside, optional_id
from portico.protocols.fluid.wire import Request, as_text, document, meta
from portico.selling.queries.tasks import open_tasks_of_contact

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
        "last_activity_at": Instant("last_activity_at"),
        "discarded_at": Instant("discarded_at"),
        "metadata": "custom_values",
        "notes_count": notes_of_contact(),
        "tasks_open_count": open_tasks_of_contact(),
        "groups": groups_of_contact(Shape({"id": "id", "name": "name", "color": "color"})),
        "tags": tag_titles_of_contact(),
    }
)
_DISCARDED = Shape({name: name for name in ("id", "first_name", "last_name", "email")} | {"metadata": "custom_values"})
_FILTERS = {
    "all": Chosen(archived=False),
    "leads": Chosen(stages=(Stage.LEAD,), archived=False),
    "customers": Chosen(stages=(Stage.CUSTOMER,), archived=False),
    "prospects": Chosen(stages=(Stage.PROSPECT,), archived=False),
    "archived": Chosen(archived=True),
    "discarded": Chosen(discarded=True),
}
_SORTED = ("created_at", "updated_at", "last_activity_at", "first_name", "last_name", "email")
_ARCHIVED = "archived"
# Words of a page's own form: they make a rep's number of leads, so no rep writes them. Whoever sends back what it has
# read changes nothing by it.
_BY_FORM = {"mysite", "media"}
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
        request.actor, ROW, _chosen(request), order=_order(request), brief=None, **asked_page(request)
    )
    return listed(request, page, "filter", "search", "group_id", "sorted_by", "sort_direction")


def _chosen(request: Request) -> Chosen:
    name = request.optional("filter") or "all"
    if name not in _FILTERS:
        raise Invalid.one("filter", "unknown", f"filter must be one of {', '.join(_FILTERS)}.")
    person, group = request.optional("search") or "", optional_id(request, "group_id")
    return replace(_FILTERS[name], person=person, group=group)


def _order(request: Request) -> Order:
    """Newest first; by anything else upwards, unless said otherwise."""
    field, direction = request.optional("sorted_by") or "", request.optional("sort_direction") or ""
    if field and field not in _SORTED:
        raise Invalid.one("sorted_by", "unknown", f"sorted_by must be one of {', '.join(_SORTED)}.")
    if direction not in {"", "asc", "desc"}:
        raise Invalid.one("sort_direction", "unknown", "sort_direction must be asc or desc.")
    return Order(field or "id", descending=direction == "desc" or (not direction and not field))


def show(request: Request, id: int) -> HttpResponse:
    return document(get_contact_document(request.actor, FULL, id=id))


def add(request: Request) -> HttpResponse:
    given = inside(request, "contact")
    contact = add_contact(request.actor, _named(_fields(given)), custom_values=_metadata(given))
    return document(get_contact_document(request.actor, FULL, id=contact.pk), status=201)


def change(request: Request, id: int) -> HttpResponse:
    given = inside(request, "contact")
    fields = _fields(given)
    if fields.get("stage") == _ARCHIVED:
        fields = {**{name: value for name, value in fields.items() if name != "stage"}, "is_archived": True}
    elif "stage" in fields:
        fields["is_archived"] = False
    changed = change_contact(request.actor, id, fields, custom_values=_metadata(given), shape=FULL)
    return document(changed.document)


def discard(request: Request, id: int) -> HttpResponse:
    changed = change_contact(request.actor, id, {"is_discarded": True}, shape=_DISCARDED)
    return document(f'{{"contact":{changed.document},"meta":{orjson.dumps(meta()).decode()}}}')


def restore(request: Request, id: int) -> HttpResponse:
    changed = change_contact(request.actor, id, {"is_archived": False}, shape=FULL)
    return document(changed.document)


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Ours for theirs; null takes away, but a status is always one."""
    fields = {ours: as_text(theirs, given[theirs]) for theirs, ours in _WRITABLE.items() if theirs in given}
    if fields.get("lead_type") in _BY_FORM:
        del fields["lead_type"]
    if not fields.get("stage"):
        fields.pop("stage", None)
    return fields


def _named(fields: dict[str, Any]) -> dict[str, Any]:
    if not (fields.get("first_name") or "").strip() and not (fields.get("last_name") or "").strip():
        raise Invalid.one("first_name", "required", "Give the contact a first_name or a last_name.")
    return {name: value for name, value in fields.items() if value is not None}


def _metadata(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the company keeps of a contact in fields of its own."""
    metadata = given.get("metadata")
    if metadata is None:
        return {}
    if not isinstance(metadata, dict):
        raise Invalid.one("metadata", "object", "metadata must be an object.")
    return metadata
