"""Groups of contacts, each its member's own."""

from typing import Any

from django.http import HttpResponse

from portico.contacts.actions.groups import add_group, add_to_group, change_group, delete_group, remove_from_group
from portico.contacts.queries.groups import contacts_in_group, get_group_document, list_group_documents
from portico.lib.statements import Shape
from portico.protocols.fluid.expressions import Instant
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.values import ids, inside
from portico.protocols.fluid.wire import Request, as_text, document, keyed

GROUP = Shape(
    {
        "id": "id",
        "name": "name",
        "color": "color",
        "contacts_count": contacts_in_group(),
        "created_at": Instant("created_at"),
        "updated_at": Instant("updated_at"),
    }
)


def list_groups(request: Request) -> HttpResponse:
    page = list_group_documents(request.actor, GROUP, **asked_page(request))
    return with_counters(document(f"[{page.rows}]"), request, page.total)


def show(request: Request, id: int) -> HttpResponse:
    return document(get_group_document(request.actor, GROUP, id))


def add(request: Request) -> HttpResponse:
    return document(add_group(request.actor, _fields(request), GROUP), status=201)


def change(request: Request, id: int) -> HttpResponse:
    return document(change_group(request.actor, id, _fields(request), GROUP))


def delete(request: Request, id: int) -> HttpResponse:
    delete_group(request.actor, id)
    return keyed({"id": id})


def add_contacts(request: Request, group_id: int) -> HttpResponse:
    return document(add_to_group(request.actor, group_id, ids(request, "contact_ids"), GROUP))


def remove_contacts(request: Request, group_id: int) -> HttpResponse:
    return document(remove_from_group(request.actor, group_id, ids(request, "contact_ids"), GROUP))


def _fields(request: Request) -> dict[str, Any]:
    given = inside(request, "group")
    return {name: as_text(name, given[name]) for name in ("name", "color") if name in given}
