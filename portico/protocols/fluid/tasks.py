"""What a member has set out to do."""

from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Cast
from django.http import HttpResponse

from portico.errors import Invalid
from portico.lib.statements import BuildObject, JsonField, Literal, Shape
from portico.protocols.fluid.expressions import Instant, full_name
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.values import as_id, inside, optional_day, optional_id
from portico.protocols.fluid.wire import Request, as_text, document, keyed
from portico.selling.actions.tasks import add_task, change_task, complete_task, delete_task, reopen_task
from portico.selling.queries.tasks import (
    IS_OVERDUE,
    SEES_CONTACT,
    STATUSES,
    WantedTasks,
    get_task_document,
    list_task_documents,
)

_CONTACT = BuildObject(
    Shape(
        {
            "id": "contact__id",
            "first_name": "contact__first_name",
            "last_name": "contact__last_name",
            "full_name": full_name("contact__"),
        }
    )
)
TASK = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "status": Case(
            When(completed_at__isnull=False, then=Value("completed")),
            When(IS_OVERDUE, then=Value("overdue")),
            default=Value("pending"),
            output_field=CharField(),
        ),
        "priority": "priority",
        "due_date": Cast("due_on", CharField()),
        "contact": Case(
            When(SEES_CONTACT, then=_CONTACT), default=Literal(None, JsonField()), output_field=JsonField()
        ),
        "created_at": Instant("created_at"),
        "updated_at": Instant("updated_at"),
        "completed_at": Instant("completed_at"),
        "user_company_id": "owner_id",
    }
)
# The newer surface's word for what is medium here.
_PRIORITIES = {"normal": "medium"}
_DONE = {"completed": True, "pending": False}


def list_tasks(request: Request) -> HttpResponse:
    page = list_task_documents(request.actor, TASK, _wanted(request), **asked_page(request))
    kept = ("status", "contact_id", "from_date", "to_date")
    return with_counters(document(f"[{page.rows}]"), request, page.total, *kept)


def _wanted(request: Request) -> WantedTasks:
    status = request.optional("status") or ""
    if status and status not in STATUSES:
        raise Invalid.one("status", "unknown", f"status must be one of {', '.join(STATUSES)}.")
    first, last = optional_day(request, "from_date"), optional_day(request, "to_date")
    if first and last and first > last:
        raise Invalid.one("to_date", "order", "to_date is before from_date.")
    return WantedTasks(status, optional_id(request, "contact_id"), first, last)


def show(request: Request, id: int) -> HttpResponse:
    return document(get_task_document(request.actor, TASK, id))


def add(request: Request) -> HttpResponse:
    return document(add_task(request.actor, _fields(request), TASK), status=201)


def change(request: Request, id: int) -> HttpResponse:
    return document(change_task(request.actor, id, _fields(request), TASK))


def complete(request: Request, task_id: int) -> HttpResponse:
    return document(complete_task(request.actor, task_id, TASK))


def reopen(request: Request, task_id: int) -> HttpResponse:
    return document(reopen_task(request.actor, task_id, TASK))


def delete(request: Request, id: int) -> HttpResponse:
    delete_task(request.actor, id)
    return keyed({"id": id})


def _fields(request: Request) -> dict[str, Any]:
    given = inside(request, "task")
    fields: dict[str, Any] = {
        ours: as_text(theirs, given[theirs])
        for theirs, ours in (("title", "title"), ("description", "description"), ("due_date", "due_on"))
        if theirs in given
    }
    if given.get("priority") is not None:
        priority = as_text("priority", given["priority"])
        fields["priority"] = _PRIORITIES.get(priority or "", priority)
    if "contact_id" in given:
        contact = given["contact_id"]
        fields["contact_id"] = None if contact in (None, "") else as_id("contact_id", contact)
    status = as_text("status", given.get("status"))
    if status:
        if status not in _DONE:
            raise Invalid.one("status", "unknown", f"status can be set to {' or '.join(_DONE)}.")
        fields["is_completed"] = _DONE[status]
    return fields
