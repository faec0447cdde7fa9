"""The contact list read on from where a page ended, which costs the same however far one has come."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.models import Contact
from portico.contacts.queries.choosing import Chosen, choice
from portico.contacts.queries.contacts import PREPARED, Order, count_values, ids_in_order, in_order, total_of
from portico.lib.statements import Literal, Shape, Statement, compiled_page, later_number, later_text, paged

# Orders that have an index to begin in the middle of.
WALKABLE = ("id", "email")


@dataclass(frozen=True, slots=True)
class Place:
    """Behind one contact in an order: its id, and what it is sorted by where that is something else."""

    id: int
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some contacts in a row, as JSON objects joined by commas, in two shapes.

    `total` is how many match in all, None where nobody asked. `end` is where to read on, None where this was the last;
    a full stretch may have nothing behind it.
    """

    rows: str
    brief: str
    count: int
    total: int | None
    end: Place | None


def list_contact_stretch(
    actor: Actor,
    shape: Shape,
    chosen: Chosen,
    *,
    brief: Shape,
    order: Order,
    after: Place | None = None,
    page: int = 1,
    per_page: int = 15,
    counted: bool = True,
) -> Stretch:
    """The contacts behind a place in an order of WALKABLE, or without one a page by its number in any order.

    Stable while contacts come and go: who was there all the time is seen exactly once. Rows and total are of one
    snapshot.
    """
    actor.require(Permission.CONTACTS_READ)
    what = choice(actor, chosen)
    start = "page" if page > 1 else "first"
    if after is not None:
        start = "behind id" if order.field == "id" else "behind null" if after.value is None else "behind value"
    statement = _statement(shape, brief, what.parts, order, per_page, start, counted=counted)
    place = {"after_id": after.id, "after_value": after.value} if after else {"offset": (page - 1) * per_page}
    ((total, rows, short, places),) = statement.fetch({**what.values, **count_values(what), **place})
    found = orjson.loads(f"[{places}]")
    end = Place(**found[-1]) if len(found) == per_page else None
    return Stretch(rows, short, len(found), int(total) if counted else None, end)


@lru_cache(maxsize=512)
def _statement(
    shape: Shape, brief: Shape, parts: frozenset[Any], order: Order, per_page: int, start: str, *, counted: bool
) -> Statement:
    parts_of_ids, values = [], list[Any]()
    for ids in _behind(ids_in_order(parts, order), order, start):
        sql, more = paged(*ids.query.sql_with_params(), limit=per_page, offset=start == "page")
        parts_of_ids.append(f"({sql})")
        values += more
    found = RawSQL(" UNION ALL ".join(parts_of_ids), values)  # noqa: S611 -- compiled by Django
    rows = in_order(Contact.objects.filter(company_id=later_number("company"), id__in=found), order)
    place = Shape({"id": "id", "value": Literal(None) if order.field == "id" else Lower(order.field)})
    return compiled_page(
        total_of(parts) if counted else None,
        rows.values_list(shape.document(), brief.document(), place.document()),
        # As for pages: elsewhere the planner must see the values.
        prepared=start != "page" and order.field == "id" and parts - {"company"} in PREPARED,
        texts=3,
        limit=per_page,
    )


def _behind(ids: "QuerySet[Any, Any]", order: Order, start: str) -> "list[QuerySet[Any, Any]]":
    """What is behind a place, in one or two parts that come one after the other; each can begin in an index.

    Nulls are larger than everything, as PostgreSQL sorts them: first when descending, last when ascending.
    """
    side = "lt" if order.descending else "gt"
    id = later_number("after_id")
    if not start.startswith("behind"):
        return [ids]
    if start == "behind id":
        column = "id" if ids.model is Contact else "contact_id"
        return [ids.filter(**{f"{column}__{side}": id})]
    ids = ids.alias(key=Lower(F(order.field)))
    nulls, others = ids.filter(key__isnull=True), ids.filter(key__isnull=False)
    if start == "behind null":
        rest = nulls.filter(**{f"id__{side}": id})
        return [rest, others] if order.descending else [rest]
    value = later_text("after_value")
    # Said twice, because an index begins at a bound but not at one side of an "or".
    rest = ids.filter(**{f"key__{side}e": value}).filter(
        Q(**{f"key__{side}": value}) | Q(key=value, **{f"id__{side}": id})
    )
    return [rest] if order.descending else [rest, nulls]
