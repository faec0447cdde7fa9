from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Count, DateTimeField, F, Func, Q, QuerySet, TextField, Value
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.queries.choosing import Chosen, Parts, choice, matching
from portico.contacts.queries.contacts import require_contact
from portico.errors import NotFound
from portico.lib.statements import (
    Later,
    Shape,
    Statement,
    as_documents,
    compiled,
    compiled_page,
    later_number,
    later_text,
    paged,
)
from portico.selling.models import Order
from portico.selling.queries.named import named_document, named_documents


@dataclass(frozen=True, slots=True)
class OrdersWanted:
    """Which orders; what is "" or None is not asked for. `since` counts in, `before` does not.

    `search` finds numbers by how they begin, and whose name, e-mail address or phone number has it in it.
    `after` goes on behind an order of an earlier page, given by its `placed_at` and id: then no page costs more.
    """

    status: str = ""
    since: datetime | None = None
    before: datetime | None = None
    search: str = ""
    after: tuple[datetime, int] | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page of rows as JSON objects. `total` is None where counting would mean to go through a whole company.

    Behind an earlier page it is None too: who goes on has been told.
    """

    rows: list[str]
    total: int | None
    has_more: bool


class _Among(Func):
    """`column = ANY (ARRAY (...))`: the rows are found first, once, and then looked up in the column's index."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()

    def __init__(self, column: str, ids: "QuerySet[Any, Any]") -> None:
        super().__init__(F(column), ArraySubquery(ids.order_by().values("id")))


def list_order_documents(
    actor: Actor, shape: Shape, wanted: OrdersWanted, *, page: int = 1, per_page: int = 25
) -> OrderPage:
    """One page, newest first: for a rep the orders of its contacts and its own, for others the company's."""
    actor.require(Permission.CONTACTS_READ)
    found = choice(actor, Chosen(person=wanted.search))
    parts = set(_asked(wanted))
    values: dict[str, Any] = {**found.values, "offset": (page - 1) * per_page}
    values |= {"status": wanted.status, "since": wanted.since, "before": wanted.before}
    values["after_at"], values["after_id"] = wanted.after or (None, None)
    if found.is_search:
        values["number"] = _like(wanted.search.strip())
    if actor.owns_only:
        parts.add("own")
        values["owner"] = actor.membership_id
    statement = _page_statement(shape, frozenset(parts), found.parts, per_page, offset=page > 1)
    rows = [document for (document,) in statement.fetch(values)]
    total = None
    if actor.owns_only and wanted.after is None:
        counted = _count_statement(frozenset(parts), found.parts).fetch_one(values)
        total = int(counted[0]) if counted else 0
    return OrderPage(rows[:per_page], total, len(rows) > per_page)


def _asked(wanted: OrdersWanted) -> list[str]:
    return [name for name in ("status", "since", "before", "after") if getattr(wanted, name)]


def _like(text: str) -> str:
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"


def get_order_document(actor: Actor, shape: Shape, order_id: int) -> str:
    """One order as JSON. Raises NotFound, also for one that the actor may not see."""
    actor.require(Permission.CONTACTS_READ)
    values = {"company": actor.company_id, "owner": actor.membership_id, "id": order_id}
    row = _one_statement(shape, owned=actor.owns_only).fetch_one(values)
    if row is None:
        raise NotFound("order")
    return str(row[0])


def list_orders_of_contact(
    actor: Actor, contact_id: int, shape: Shape, *, page: int = 1, per_page: int = 15
) -> tuple[int, str]:
    """How many orders a contact has, and one page of them joined by commas, newest first. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    require_contact(actor, contact_id)
    values = {"company": actor.company_id, "contact": contact_id, "offset": (page - 1) * per_page}
    row = _contact_statement(shape, per_page).fetch_one(values)
    total, rows = row or (0, "")
    return int(total), str(rows)


def list_company_orders(actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]:
    """The company's orders with their ids, the newest made first, those before this one: for who keeps them."""
    actor.require(Permission.ORDERS_WRITE)
    return named_documents(Order.objects.filter(company_id=actor.company_id), shape, before=before, limit=limit)


def get_company_order(actor: Actor, shape: Shape, order_id: int) -> str:
    """One of them. Raises NotFound."""
    actor.require(Permission.ORDERS_WRITE)
    return named_document(Order.objects.filter(company_id=actor.company_id, pk=order_id), shape, "order")


def _visible(*, owned: bool) -> "QuerySet[Order]":
    rows = Order.objects.filter(company_id=later_number("company"))
    if not owned:
        return rows
    own = matching(frozenset({"company", "owner"}))
    return rows.filter(Q(_Among("contact_id", own)) | Q(member_id=later_number("owner")))


def _chosen(parts: frozenset[str], people: Parts) -> "QuerySet[Order]":
    rows = _visible(owned="own" in parts)
    if "status" in parts:
        rows = rows.filter(status=later_text("status"))
    if "since" in parts:
        rows = rows.filter(placed_at__gte=Later("since", DateTimeField()))
    if "before" in parts:
        rows = rows.filter(placed_at__lt=Later("before", DateTimeField()))
    if "after" in parts:
        at, id = Later("after_at", DateTimeField()), later_number("after_id")
        # The first of the two lets the index begin there.
        rows = rows.filter(Q(placed_at__lte=at), Q(placed_at__lt=at) | Q(id__lt=id))
    if "person" in people:
        number = Func(
            Lower("number"), Later("number", TextField()), template="%(expressions)s", arg_joiner=" LIKE ",
            output_field=BooleanField(),
        )  # fmt: skip
        rows = rows.filter(Q(number) | Q(_Among("contact_id", matching(people))))
    return rows


@lru_cache(maxsize=256)
def _page_statement(shape: Shape, parts: frozenset[str], people: Parts, per_page: int, *, offset: bool) -> Statement:
    rows = as_documents(_chosen(parts, people).order_by("-placed_at", "-id"), shape)
    sql, values = paged(*rows.query.sql_with_params(), limit=per_page + 1, offset=offset)
    # The planner has to see dates, terms and how far an offset goes; a rep's own newest are the same plan for all.
    return Statement(sql, values, prepared=not offset and parts <= {"own"} and "person" not in people)


@lru_cache(maxsize=64)
def _count_statement(parts: frozenset[str], people: Parts) -> Statement:
    rows = _chosen(parts, people).order_by().annotate(none=Value(1)).values("none")
    return compiled(rows.annotate(n=Count("id")).values_list("n"), prepared=parts <= {"own"} and "person" not in people)


@lru_cache(maxsize=16)
def _one_statement(shape: Shape, *, owned: bool) -> Statement:
    return compiled(as_documents(_visible(owned=owned).filter(id=later_number("id")), shape))


@lru_cache(maxsize=16)
def _contact_statement(shape: Shape, per_page: int) -> Statement:
    rows = Order.objects.filter(company_id=later_number("company"), contact_id=later_number("contact"))
    total = rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    page = as_documents(rows.order_by("-placed_at", "-id"), shape)
    return compiled_page(total, page, prepared=True, limit=per_page, offset=True)


def count_orders_up_to(actor: Actor, most: int) -> int:
    """How many orders the company has; `most` where there are more."""
    actor.require(Permission.ADMINISTRATION)
    return Order.objects.filter(company_id=actor.company_id)[:most].count()
