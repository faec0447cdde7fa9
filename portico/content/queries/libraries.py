from functools import lru_cache
from typing import Any

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Coalesce

from portico.access import Actor, Permission
from portico.contacts.queries.contacts import Page
from portico.content.models import Library, LibraryItem
from portico.content.queries.listing import list_documents
from portico.content.queries.media import file_address, own_id, shape_values
from portico.errors import NotFound
from portico.lib.statements import (
    JsonField,
    Literal,
    Shape,
    Statement,
    as_documents,
    compiled,
    later_number,
    later_text,
)


def visible_libraries(actor: Actor) -> "QuerySet[Library]":
    """The company's and the actor's own; for an administrator all of the company's people."""
    rows = Library.objects.filter(company_id=actor.company_id, discarded_at=None)
    if actor.may(Permission.ADMINISTRATION):
        return rows
    return rows.filter(Q(owner=None) | Q(owner_id=actor.membership_id))


def own_libraries(actor: Actor) -> "QuerySet[Library]":
    """What the actor may change."""
    return Library.objects.filter(
        company_id=actor.company_id, owner_id=actor.membership_id, owner__isnull=False, discarded_at=None
    )


def company_libraries(actor: Actor) -> "QuerySet[Library]":
    """The company's libraries, for who keeps them. Raises Denied."""
    actor.require(Permission.MEDIA_WRITE)
    return Library.objects.filter(company_id=actor.company_id, owner=None, discarded_at=None)


def _items(library: str = "pk") -> "QuerySet[LibraryItem]":
    """Those that can be seen: a medium that its owner has made away with is no item any more."""
    return LibraryItem.objects.filter(
        company_id=OuterRef("company_id"), library_id=OuterRef(library), medium__discarded_at=None
    ).order_by()


def items_count() -> Expression:
    """How many items a library has, for a shape."""
    total = _items().values("library_id").annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(total), Literal("0", BigIntegerField()))


def cover() -> Expression:
    """The address of what a library is shown by: the picture of its first item, null where that has none."""
    picture = Case(
        When(medium__kind="image", then=file_address("medium__file")), default=file_address("medium__thumbnail")
    )
    first = Subquery(_items().order_by("position", "id").values_list(picture)[:1])
    return Coalesce(first, Literal(None), output_field=TextField())


class _ItemsInOrder(JSONBAgg):
    """json, not jsonb: the order of keys is the wire's."""

    function = "JSON_AGG"
    output_field = JsonField()  # type: ignore[assignment]  # see JsonField


def items(shape: Shape) -> Expression:
    """A library's items in their order as a JSON array; `shape` sees LibraryItem's columns."""
    return items_of("pk", shape)


def public_items(shape: Shape) -> Expression:
    """The same without private media, for anybody who knows the library."""
    return _gathered(_items().filter(medium__is_private=False), shape)


def items_of(library: str, shape: Shape) -> Expression:
    """The same as items, of the library that this column leads to; none where it leads nowhere."""
    return _gathered(_items(library), shape)


def _gathered(found: "QuerySet[LibraryItem]", shape: Shape) -> Expression:
    gathered = _ItemsInOrder(shape.build(), order_by=(F("position").asc(), F("id").asc()))
    rows = found.values("library_id").annotate(items=gathered).values("items")
    return Coalesce(Subquery(rows, output_field=JsonField()), Literal("[]", JsonField()), output_field=JsonField())


def _libraries(names: frozenset[str]) -> "QuerySet[Library]":
    rows = Library.objects.filter(company_id=later_number("company"), discarded_at=None)
    return rows if "all" in names else rows.filter(Q(owner=None) | Q(owner_id=own_id()))


def _given(actor: Actor) -> dict[str, Any]:
    return {**shape_values(actor), "all": actor.may(Permission.ADMINISTRATION) or None}


def list_library_documents(actor: Actor, shape: Shape, *, page: int, per_page: int) -> Page:
    """One page of what the actor sees, newest first."""
    return list_documents(_libraries, shape, _given(actor), order=("-id",), page=page, per_page=per_page)


def get_library_document(actor: Actor, shape: Shape, library_id: int) -> str:
    """One library as JSON. Raises NotFound."""
    statement = _one(shape, sees_all=actor.may(Permission.ADMINISTRATION))
    row = statement.fetch_one({**shape_values(actor), "id": library_id})
    if row is None:
        raise NotFound("library")
    return str(row[0])


@lru_cache(maxsize=64)
def _one(shape: Shape, *, sees_all: bool) -> Statement:
    rows = _libraries(frozenset({"all"} if sees_all else ())).filter(pk=later_number("id"))
    return compiled(as_documents(rows, shape))


def get_public_library_document(shape: Shape, company_id: int, slug: str) -> str:
    """The company's library with this slug as JSON, for anybody who knows it. Raises NotFound."""
    values = {"company": company_id, "slug": slug, "signature": ""}
    row = None if "\0" in slug else _by_slug(shape).fetch_one(values)
    if row is None:
        raise NotFound("library")
    return str(row[0])


@lru_cache(maxsize=16)
def _by_slug(shape: Shape) -> Statement:
    rows = _libraries(frozenset({"all"})).filter(slug=later_text("slug"))
    return compiled(as_documents(rows, shape))
