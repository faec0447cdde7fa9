"""Tasks: what is due, found by when, and done by one press."""

import json
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Concat, Trim
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.lib.statements import BuildObject, JsonField, Literal, Shape
from portico.selling.actions.tasks import complete_task, reopen_task
from portico.selling.models import Priority
from portico.selling.queries.tasks import (
    IS_OVERDUE,
    SEES_CONTACT,
    WantedTasks,
    list_task_documents,
)
from portico.web.console.frame import show_screen
from portico.web.console.lists import pages_of
from portico.web.console.person_rows import name_of
from portico.web.console.words import day
from portico.web.visits import Visit, go

PATH = "/tasks"
_PER_PAGE = 25
_CONTACT = Shape(
    {
        "id": "contact__id",
        "first_name": "contact__first_name",
        "last_name": "contact__last_name",
        "email": "contact__email",
    }
)
ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "priority": "priority",
        "due_on": "due_on",
        "completed_at": "completed_at",
        "is_overdue": Case(
            When(IS_OVERDUE, then=Literal("true", JsonField())),
            default=Literal("false", JsonField()),
            output_field=JsonField(),
        ),
        "contact": Case(
            When(SEES_CONTACT, then=BuildObject(_CONTACT)),
            default=Literal(None, JsonField()),
            output_field=JsonField(),
        ),
        "owner": Trim(
            Concat("owner__user__first_name", Value(" "), "owner__user__last_name", output_field=CharField())
        ),
    }
)
ID = Shape({"id": "id"})
# The lists, by their names in the address, and as the core calls what is in them.
_STATUSES = {"today": "today", "overdue": "overdue", "upcoming": "upcoming", "done": "completed"}


def show(visit: Visit) -> HttpResponse:
    which = _which(visit.asked("show"))
    sees_all = visit.actor.may(Permission.ADMINISTRATION)
    everybody = sees_all and visit.asked("whose") == "all"
    wanted = WantedTasks(_STATUSES[which], own=not everybody)
    page = list_task_documents(visit.actor, ROW, wanted, page=visit.page, per_page=_PER_PAGE)
    whose = "&whose=all" if everybody else ""
    return show_screen(
        visit,
        "tasks.html",
        title=_("Tasks"),
        said=_said(visit),
        undo=visit.number_asked("task") if visit.done == "completed" else 0,
        tabs=[(f"{PATH}?show={name}{whose}", text, name == which) for name, text in _texts().items()],
        which=which,
        tasks=[_as_line(row) for row in json.loads(f"[{page.rows}]")],
        everybody=everybody,
        sees_all=sees_all,
        pages=pages_of(visit, total=page.total, number=visit.page, size=_PER_PAGE),
        empty=_empty(which),
        may_write=visit.actor.may(Permission.CONTACTS_WRITE),
    )


def _which(name: str) -> str:
    return name if name in _STATUSES else "today"


def _texts() -> dict[str, str]:
    return {"today": _("Today"), "overdue": _("Overdue"), "upcoming": _("Upcoming"), "done": _("Done")}


def _empty(which: str) -> str:
    return {
        "today": _("Nothing is due today. Add a task with a day, and it is here when that day comes."),
        "overdue": _("Nothing is overdue."),
        "upcoming": _("Nothing is planned. Add what you have set out to do, with or without a day."),
        "done": _("Nothing was done yet."),
    }[which]


def _said(visit: Visit) -> str:
    return {
        "added": _("The task is added."),
        "changed": _("The task is changed."),
        "completed": _("Done."),
        "reopened": _("The task is open again."),
        "deleted": _("The task is deleted."),
    }.get(visit.done, "")


def _as_line(row: dict[str, Any]) -> dict[str, Any]:
    contact = row["contact"]
    return {
        **row,
        "due_on": day(row["due_on"]),
        "name": name_of(contact) if contact else "",
        "priority_text": priorities()[row["priority"]],
    }


def priorities() -> dict[str, str]:
    return {Priority.LOW: _("Low"), Priority.MEDIUM: _("Medium"), Priority.HIGH: _("High")}


def complete(visit: Visit, id: int) -> HttpResponse:
    complete_task(visit.actor, id, ID)
    return go(PATH, show=_which(visit.text("show")), whose=_whose(visit), done="completed", task=str(id))


def reopen(visit: Visit, id: int) -> HttpResponse:
    reopen_task(visit.actor, id, ID)
    return go(PATH, show=_which(visit.text("show")), whose=_whose(visit), done="reopened")


def _whose(visit: Visit) -> str:
    return "all" if visit.text("whose") == "all" else ""
