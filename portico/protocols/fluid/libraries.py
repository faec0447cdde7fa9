"""Libraries: the company's and the rep's own, of which only the latter are written. `relateable` is upstream's word."""

from typing import Any

import orjson
from django.db.models import Case, Value, When
from django.http import HttpResponse

from portico.content.actions.libraries import (
    Item,
    add_item,
    add_library,
    change_library,
    discard_library,
    remove_item,
)
from portico.content.actions.sharing import share_library
from portico.content.queries.libraries import (
    cover,
    get_library_document,
    get_public_library_document,
    items,
    items_count,
    list_library_documents,
    public_items,
)
from portico.content.queries.sharing import get_share_document, own_link
from portico.errors import Invalid, NotFound
from portico.lib.statements import BuildObject, JsonField, Literal, Shape
from portico.protocols.fluid.expressions import Instant
from portico.protocols.fluid.media import item_of
from portico.protocols.fluid.paging import asked_page, listed
from portico.protocols.fluid.shares import ROW as SHARE
from portico.protocols.fluid.shares import wanted_share
from portico.protocols.fluid.shops import named_company
from portico.protocols.fluid.wire import Request, as_text, document, keyed, meta

ITEM_TYPE = "Medium"
_MOST_POSITION = 2**31 - 1
_BIGGEST_ID = 2**63 - 1

ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "slug": "slug",
        "description": "description",
        "image_url": cover(),
        "items_count": items_count(),
        "share_link": own_link("library"),
        "owner": Case(When(owner_id=None, then=Value("company")), default=Value("mine")),
        "created_at": Instant("created_at"),
    }
)
_ITEM = Shape(
    {
        "id": "id",
        "relateable_type": Literal(ITEM_TYPE),
        "relateable_id": "medium_id",
        "order": "position",
        "item": BuildObject(item_of("medium")),
    }
)
FULL = ROW.plus({"library_items": items(_ITEM), "updated_at": Instant("updated_at")})


# Of what anybody may see who knows the slug; a library of ours has no products.
PUBLIC = Shape(
    {
        "id": "id",
        "slug": "slug",
        "custom_slug": Literal(None),
        "title": "title",
        "library_items": public_items(Shape({"type": Literal(ITEM_TYPE), "item": BuildObject(item_of("medium"))})),
        "products": Literal("[]", JsonField()),
    }
)


def list_libraries(request: Request) -> HttpResponse:
    return listed(request, list_library_documents(request.actor, ROW, **asked_page(request)))


def show(request: Request, id: int) -> HttpResponse:
    return document(get_library_document(request.actor, FULL, id))


def add(request: Request) -> HttpResponse:
    given = _given(request)
    added = given.get("library_items_attributes") or []
    if not isinstance(added, list):
        raise Invalid.one("library_items_attributes", "list", "library_items_attributes must be a list.")
    library = add_library(request.actor, _fields(given), [_item(one) for one in added])
    return document(get_library_document(request.actor, FULL, library.pk), status=201)


def change(request: Request, id: int) -> HttpResponse:
    """Beside title and description `library_items`: the ids of all items in their new order."""
    given = _given(request)
    change_library(request.actor, id, _fields(given), order=_order(given.get("library_items")))
    return show(request, id)


def remove(request: Request, id: int) -> HttpResponse:
    discard_library(request.actor, id)
    return keyed({"library": {"id": id}})


def put_item(request: Request, id: int) -> HttpResponse:
    wrapped = request.fields.get("library_item")
    add_item(request.actor, id, _item(wrapped if wrapped is not None else request.fields))
    return show(request, id)


def take_item(request: Request, id: int) -> HttpResponse:
    remove_item(request.actor, id, _number("library_item_id", request.fields.get("library_item_id"), _BIGGEST_ID))
    return show(request, id)


def show_public(request: Request, slug: str) -> HttpResponse:
    """For anybody; the company is named by fluid_shop or by the host called."""
    company = named_company(request)
    if company is None:
        raise NotFound("library")
    library = get_public_library_document(PUBLIC, company.pk, slug)
    return document(f'{{"library":{library},"meta":{orjson.dumps(meta()).decode()}}}')


def share(request: Request, id: int) -> HttpResponse:
    made = share_library(request.actor, id, wanted_share(request))
    return document(get_share_document(request.actor, SHARE, made.pk), status=201)


def _given(request: Request) -> dict[str, Any]:
    wrapped = request.fields.get("library")
    return wrapped if isinstance(wrapped, dict) else request.fields


def _fields(given: dict[str, Any]) -> dict[str, Any]:
    return {name: as_text(name, given[name]) for name in ("title", "description") if given.get(name) is not None}


def _order(value: Any) -> list[int] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise Invalid.one("library_items", "list", "library_items must be a list of ids.")
    return [_number("library_items", one, _BIGGEST_ID) for one in value]


def _item(value: Any) -> Item:
    if not isinstance(value, dict):
        raise Invalid.one("library_item", "object", "An item must be an object.")
    if as_text("relateable_type", value.get("relateable_type")) not in {None, ITEM_TYPE, ITEM_TYPE.lower()}:
        raise Invalid.one("relateable_type", "unknown", f"relateable_type must be {ITEM_TYPE}.")
    order = value.get("order")
    return Item(
        _number("relateable_id", value.get("relateable_id"), _BIGGEST_ID),
        None if order is None else _number("order", order, _MOST_POSITION),
    )


def _number(name: str, value: Any, most: int) -> int:
    digits = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(most)) and int(digits) <= most):
        raise Invalid.one(name, "numeric", f"{name} must be a whole number.")
    return int(digits)
