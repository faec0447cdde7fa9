"""Tasks: a member's own, for administrators those of the company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, DateField, Expression, F, Func, OuterRef, Q, QuerySet, Value

from portico.access import Actor, Permission
from portico.contacts.queries.beside import number_of
from portico.errors import NotFound
from portico.identity.queries.reps import require_numbers_of
from portico.lib.statements import Later, Shape, Statement, as_documents, compiled, compiled_page, later_number
from portico.selling.models import Task


class Today(Func):
    """Which day it is now in the time zone that a column names."""

    template = "(now() AT TIME ZONE %(expressions)s)::date"
    output_field = DateField()


IS_OVERDUE = Q(completed_at__isnull=True, due_on__lt=Today("owner__user__time_zone"))
STATUSES = {
    "pending": Q(completed_at__isnull=True) & ~Q(IS_OVERDUE),
    "completed": Q(completed_at__isnull=False),
    "overdue": IS_OVERDUE,
}
# What is to do by when, which the console tells apart more finely than the wires do.
_IS_DUE = Q(completed_at__isnull=True, due_on=Today("owner__user__time_zone"))
_CONDITIONS = {
    **STATUSES,
    "today": _IS_DUE,
    "upcoming": Q(completed_at__isnull=True) & ~Q(IS_OVERDUE) & ~Q(_IS_DUE),
}
# Whether the owner may still see the contact: one that has become another rep's is no longer shown.
SEES_CONTACT = Q(contact__isnull=False) & (~Q(owner__role="rep") | Q(contact__owner_id=F("owner_id")))
# What is still to do by its day, what is done by when that was.
_ORDERS = {
    "": (F("id").desc(),),
    "pending": (F("due_on").asc(nulls_last=True), F("id").asc()),
    "today": (F("due_on").asc(), F("id").asc()),
    "upcoming": (F("due_on").asc(nulls_last=True), F("id").asc()),
    "overdue": (F("due_on").asc(), F("id").asc()),
    "completed": (F("completed_at").desc(), F("id").desc()),
}


@dataclass(frozen=True, slots=True)
class WantedTasks:
    """Those that match all that is given; `status` is one of STATUSES, today, upcoming or "". Both days are included.

    `own` are the asking member's, also where it may see everybody's.
    """

    status: str = ""
    contact_id: int | None = None
    first: date | None = None
    last: date | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class TaskPage:
    """One page of rows as JSON objects joined by commas, and how many there are in all."""

    total: int
    rows: str


def visible_tasks(actor: Actor) -> "QuerySet[Task]":
    rows = Task.objects.filter(company_id=actor.company_id)
    return rows if sees_all_tasks(actor) else rows.filter(owner_id=actor.membership_id or 0)


def sees_all_tasks(actor: Actor) -> bool:
    """Whether those of others are among the actor's."""
    return actor.may(Permission.ADMINISTRATION)


def get_task_document(actor: Actor, shape: Shape, task_id: int) -> str:
    """One task as JSON. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    values = {"company": actor.company_id, "owner": actor.membership_id, "id": task_id}
    row = _one(shape, everybody=sees_all_tasks(actor)).fetch_one(values)
    if row is None:
        raise NotFound("task")
    return str(row[0])


@lru_cache(maxsize=16)
def _one(shape: Shape, *, everybody: bool) -> Statement:
    return compiled(as_documents(_rows(everybody=everybody).filter(id=later_number("id")), shape))


def list_task_documents(actor: Actor, shape: Shape, wanted: WantedTasks, *, page: int, per_page: int) -> TaskPage:
    """One page: newest first, or what is pending or overdue by its day, or what is completed by when that was."""
    actor.require(Permission.CONTACTS_READ)
    given = {"contact": wanted.contact_id, "first": wanted.first, "last": wanted.last}
    parts = frozenset(name for name, value in given.items() if value is not None)
    statement = _page(shape, wanted.status, parts, per_page, everybody=sees_all_tasks(actor) and not wanted.own)
    offset = {"offset": (page - 1) * per_page}
    ((total, rows),) = statement.fetch({"company": actor.company_id, "owner": actor.membership_id, **given, **offset})
    return TaskPage(int(total), rows)


@lru_cache(maxsize=256)
def _page(shape: Shape, status: str, parts: frozenset[str], per_page: int, *, everybody: bool) -> Statement:
    rows = _rows(everybody=everybody)
    if status:
        rows = rows.filter(_CONDITIONS[status])
    if "contact" in parts:
        rows = rows.filter(contact_id=later_number("contact"))
    if "first" in parts:
        rows = rows.filter(due_on__gte=Later("first", DateField()))
    if "last" in parts:
        rows = rows.filter(due_on__lte=Later("last", DateField()))
    # Counted: a member's open tasks lie together in an index, and nobody has many.
    total = rows.annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    found = as_documents(rows.order_by(*_ORDERS[status]), shape)
    return compiled_page(total, found, prepared=True, limit=per_page, offset=True)


def _rows(*, everybody: bool) -> "QuerySet[Task]":
    rows = Task.objects.filter(company_id=later_number("company"))
    return rows if everybody else rows.filter(owner_id=later_number("owner"))


def list_due_tasks(actor: Actor, *, most: int) -> list[Task]:
    """The actor's own that are due today or were before, the oldest first, with `is_overdue`."""
    actor.require(Permission.CONTACTS_READ)
    rows = Task.objects.filter(company_id=actor.company_id, owner_id=actor.membership_id or 0)
    due = rows.filter(_IS_DUE | Q(IS_OVERDUE)).annotate(is_overdue=Q(IS_OVERDUE))
    return list(due.order_by("due_on", "id")[:most])


def count_open_tasks_by_member(actor: Actor, member_ids: Sequence[int]) -> dict[int, int]:
    """How many each of these members has still to do. Whoever has none is left out."""
    require_numbers_of(actor, member_ids)
    rows = Task.objects.filter(company_id=actor.company_id, owner_id__in=member_ids, completed_at__isnull=True)
    return dict(rows.order_by().values_list("owner_id").annotate(n=Count("id")))


def open_tasks_of_member() -> Expression:
    """How many of the member's own tasks are still to do: for shapes of Membership."""
    return number_of(_open(owner_id=OuterRef("id")))


def open_tasks_of_contact() -> Expression:
    """How many tasks about the contact are still to do for the asking member: for shapes of Contact."""
    return number_of(_open(contact_id=OuterRef("id"), owner_id=later_number("owner")))


def open_task_documents_of_contact(shape: Shape, *, most: int, everybody: bool) -> Expression:
    """Tasks about the contact that are still to do, by their day: the asking member's own, or everybody's."""
    own = {} if everybody else {"owner_id": later_number("owner")}
    rows = _open(contact_id=OuterRef("id"), **own).order_by(F("due_on").asc(nulls_last=True), "id")
    return ArraySubquery(rows.values_list(shape.build(), flat=True)[:most])  # type: ignore[return-value]  # it is one; the stubs do not say so


def _open(**more: Any) -> "QuerySet[Task]":
    return Task.objects.filter(company_id=OuterRef("company_id"), completed_at__isnull=True, **more)
