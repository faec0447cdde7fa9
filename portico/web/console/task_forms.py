"""The forms of a task: added, changed, deleted."""

import json
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.contacts.queries.contacts import get_contact
from portico.selling.actions.tasks import add_task, change_task, delete_task
from portico.selling.models import Priority
from portico.selling.queries.tasks import get_task_document
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.person_rows import name_of
from portico.web.console.tasks import ID, PATH, ROW, priorities
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

_FULL = ROW.plus({"description": "description", "updated_at": "updated_at"})


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit, visit.number_asked("contact")))


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        given = _given(visit)
        add_task(visit.actor, given, ID)
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
    choices = [Choice(value, text, is_chosen=value == chosen) for value, text in priorities().items()]
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
        change_task(visit.actor, id, given, ID, seen=seen_at(visit))
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


def _delete(visit: Visit, row: dict[str, Any]) -> HttpResponse:
    delete_task(visit.actor, row["id"])
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_get,
    at=lambda row: (Crumb(PATH, _("Tasks")), Crumb(f"{PATH}/{row['id']}", row["title"])),
    lost=lambda *_one: _("What is done can stay as done. This cannot be undone."),
    delete=_delete,
).screens
