"""The company's libraries: media in an order, for all its people."""

from typing import Any

from django.http import HttpResponse

from portico.content.actions.libraries import (
    Item,
    add_item,
    add_library,
    change_library,
    discard_library,
    remove_item,
)
from portico.content.queries.company_side import get_company_library, list_company_libraries
from portico.content.queries.libraries import items, items_count
from portico.errors import Invalid
from portico.lib.statements import Shape
from portico.protocols.native.named import listed
from portico.protocols.native.wire import Request, document

_MOST_POSITION = 2**31 - 1
_ITEM = Shape(
    {"id": "id", "medium_id": "medium_id", "position": "position", "title": "medium__title", "kind": "medium__kind"}
)
LIBRARY = Shape(
    {
        **{name: name for name in ("id", "title", "description", "slug")},
        "items_count": items_count(),
        "created_at": "created_at",
        "updated_at": "updated_at",
    }
)
FULL = LIBRARY.plus({"items": items(_ITEM)})


def index(request: Request) -> HttpResponse:
    return listed(request, list_company_libraries, LIBRARY)


def show(request: Request, id: int) -> HttpResponse:
    return document(get_company_library(request.actor, FULL, id))


def add(request: Request) -> HttpResponse:
    media = request.body.get("media")
    wanted = [Item(one) for one in _ids("media", [] if media is None else media)]
    library = add_library(request.actor, _fields(request), wanted, of_company=True)
    return document(get_company_library(request.actor, FULL, library.pk), status=201)


def change(request: Request, id: int) -> HttpResponse:
    """Beside title and description `order`: the ids of all items as they are to follow one another."""
    order = request.body.get("order")
    order = None if order is None else _ids("order", order)
    change_library(request.actor, id, _fields(request), order=order, of_company=True)
    return show(request, id)


def remove(request: Request, id: int) -> HttpResponse:
    discard_library(request.actor, id, of_company=True)
    return HttpResponse(status=204)


def put_item(request: Request, id: int) -> HttpResponse:
    position = request.body.get("position")
    if position is not None and not _is_number(position, most=_MOST_POSITION):
        raise Invalid.one("position", "number", f"position is a whole number from 0 to {_MOST_POSITION}.")
    add_item(request.actor, id, Item(request.id("medium_id"), position), of_company=True)
    return show(request, id)


def take_item(request: Request, id: int, item_id: int) -> HttpResponse:
    remove_item(request.actor, id, item_id, of_company=True)
    return show(request, id)


def _fields(request: Request) -> dict[str, Any]:
    return {name: request.body[name] for name in ("title", "description") if name in request.body}


def _ids(name: str, value: Any) -> list[int]:
    if not isinstance(value, list) or not all(_is_number(one, most=2**63 - 1) for one in value):
        raise Invalid.one(name, "list", f"{name} must be a list of ids.")
    return value


def _is_number(value: Any, *, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
