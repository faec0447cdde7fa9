"""Tasks: what is due, found by when; added, changed, done, deleted."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db.models import Case, CharField, Value, When
from django.db.models.functions import Concat, Trim
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.contacts.queries.contacts import get_contact
from portico.errors import Conflict, Invalid
from portico.lib.statements import BuildObject, JsonField, Literal, Shape
from portico.selling.actions.tasks import add_task, change_task, complete_task, delete_task, reopen_task
from portico.selling.models import Priority
from portico.selling.queries.tasks import (
    IS_OVERDUE,
    SEES_CONTACT,
    WantedTasks,
    get_task_document,
    list_task_documents,
)
from portico.web.console.contacts import name_of
from portico.web.console.days import outdated, seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import pages_of
from portico.web.forms import Choice, Field, Link
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
        "is_overdue": Case(When(IS_OVERDUE, then=Value(value=True)), default=Value(value=False)),
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
_FULL = ROW.plus({"description": "description", "updated_at": "updated_at"})
_ID = Shape({"id": "id"})
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
    return {**row, "name": name_of(contact) if contact else "", "priority_text": _priorities()[row["priority"]]}


def _priorities() -> dict[str, str]:
    return {Priority.LOW: _("Low"), Priority.MEDIUM: _("Medium"), Priority.HIGH: _("High")}


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit, visit.number_asked("contact")))


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        given = _given(visit)
        add_task(visit.actor, given, _ID)
        return go(PATH, show=_place_of(given), done="added")

    return tried(visit, _new(visit, visit.number("contact")), act)


def _new(visit: Visit, contact_id: int) -> Sheet:
    """About a contact from whose page one comes, or about whoever is named."""
    contact = get_contact(visit.actor, contact_id) if contact_id else None
    return Sheet(
        title=_("Add task"),
        button=_("Save"),
        text=_("About %(name)s.") % {"name": name_of(vars(contact))} if contact else "",
        back=f"/contacts/{contact.pk}" if contact else PATH,
        crumbs=(Crumb(PATH, _("Tasks")),),
        fields=_fields({}, names_contact=contact is None),
        hidden={"contact": str(contact.pk)} if contact else {},
    )


def _fields(row: dict[str, Any], *, names_contact: bool) -> list[Field]:
    chosen = row.get("priority") or Priority.MEDIUM
    choices = [Choice(value, text, is_chosen=value == chosen) for value, text in _priorities().items()]
    fields = [
        Field("title", _("What to do"), value=row.get("title") or ""),
        Field("due_on", _("Due on"), kind="date", value=row.get("due_on") or "", is_required=False),
        Field("priority", _("Priority"), kind="select", choices=choices),
        Field("description", _("Details"), kind="textarea", value=row.get("description") or "", is_required=False),
    ]
    if names_contact:
        email = (row.get("contact") or {}).get("email") or ""
        hint = _("The e-mail address of the contact that this is about.")
        fields.append(Field("contact_email", _("Contact"), kind="email", value=email, is_required=False, hint=hint))
    return fields


def _given(visit: Visit) -> dict[str, Any]:
    names = ("title", "due_on", "priority", "description", "contact_email")
    given: dict[str, Any] = {name: visit.text(name).strip() for name in names if name in visit.request.POST}
    if visit.number("contact"):
        given["contact_id"] = visit.number("contact")
    if not given.get("priority"):
        given.pop("priority", None)
    return given


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, _get(visit, id)))


def _get(visit: Visit, id: int) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(get_task_document(visit.actor, _FULL, id))
    return row


def change(visit: Visit, id: int) -> HttpResponse:
    row = _get(visit, id)

    def act() -> HttpResponse:
        given = {**_given(visit), "is_completed": visit.text("is_completed") == "yes"}
        try:
            change_task(visit.actor, id, given, _ID, seen=seen_at(visit))
        except Conflict:
            raise outdated() from None
        return go(PATH, show=_place_of(given), done="changed")

    return tried(visit, _existing(visit, row), act)


def _place_of(given: dict[str, Any]) -> str:
    """The list in which it is now; where it is another day already than here, the one beside it."""
    today, due = f"{datetime.now(UTC):%Y-%m-%d}", given.get("due_on") or ""
    if given.get("is_completed"):
        return "done"
    if not due or due > today:
        return "upcoming"
    return "today" if due == today else "overdue"


def _existing(visit: Visit, row: dict[str, Any]) -> Sheet:
    contact = row["contact"]
    done = Choice("yes", _("Done"), is_chosen=row["completed_at"] is not None)
    may_write = visit.actor.may(Permission.CONTACTS_WRITE)
    links = [Link(f"/contacts/{contact['id']}", name_of(contact))] if contact else []
    if may_write:
        links.append(Link(f"{PATH}/{row['id']}/delete", _("Delete this task")))
    return Sheet(
        title=row["title"],
        button=_("Save") if may_write else "",
        back=PATH,
        crumbs=(Crumb(PATH, _("Tasks")),),
        fields=(
            # A contact without an address cannot be named by it, and stays.
            *_fields(row, names_contact=contact is None or bool(contact["email"])),
            Field("is_completed", _("State"), kind="checkboxes", choices=[done], is_required=False),
        ),
        hidden={"seen": row["updated_at"]},
        links=links,
    )


def complete(visit: Visit, id: int) -> HttpResponse:
    complete_task(visit.actor, id, _ID)
    return go(PATH, show=_which(visit.text("show")), whose=_whose(visit), done="completed", task=str(id))


def reopen(visit: Visit, id: int) -> HttpResponse:
    reopen_task(visit.actor, id, _ID)
    return go(PATH, show=_which(visit.text("show")), whose=_whose(visit), done="reopened")


def _whose(visit: Visit) -> str:
    return "all" if visit.text("whose") == "all" else ""


def show_delete(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _deletion(_get(visit, id)))


def delete(visit: Visit, id: int) -> HttpResponse:
    row = _get(visit, id)

    def act() -> HttpResponse:
        if visit.text("title").strip() != row["title"].strip():
            raise Invalid.one("title", "wrong", _("Type %(name)s to delete it.") % {"name": row["title"]})
        delete_task(visit.actor, id)
        return go(PATH, done="deleted")

    return tried(visit, _deletion(row), act)


def _deletion(row: dict[str, Any]) -> Sheet:
    return Sheet(
        title=_("Delete %(name)s") % {"name": row["title"]},
        button=_("Delete"),
        text=_("What is done can stay as done. This cannot be undone."),
        back=f"{PATH}/{row['id']}",
        crumbs=(Crumb(PATH, _("Tasks")), Crumb(f"{PATH}/{row['id']}", row["title"])),
        fields=(Field("title", _("Type %(name)s") % {"name": row["title"]}),),
        is_dangerous=True,
    )
