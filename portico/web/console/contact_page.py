"""One contact: about it, what it is tagged with, what was written down, what changed."""

import json
from datetime import date, datetime
from html import escape
from typing import Any

from django.db.models import Case, F, Value, When
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.notes import LONGEST_TITLE, NoteText, add_note
from portico.contacts.models import ContactList, ContactTag
from portico.contacts.queries.contacts import get_contact_document
from portico.contacts.queries.history import Event, list_history
from portico.contacts.queries.timeline import list_note_documents
from portico.errors import Invalid, NotFound
from portico.lib.statements import Shape
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.shapes import titles_of
from portico.web.core_texts import from_core
from portico.web.figures import day, moment
from portico.web.texts import Text
from portico.web.visits import Visit, go
from portico.web.words import word

_NOTES = 20
_CHANGES = 20
_SAID: dict[str, Text] = {
    "added": lazy("The contact is added."),
    "changed": lazy("The contact is changed."),
    "labelled": lazy("Saved."),
    "noted": lazy("The note is written down."),
}
_ABOUT = Shape(
    {
        "id": "id",
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "phone": "phone",
        "address_line_1": "address_line_1",
        "postal_code": "postal_code",
        "city": "city",
        "state": "state",
        "country": "country",
        "date_of_birth": "date_of_birth",
        "consent": "consent",
        "stage": "stage",
        "created_at": "created_at",
        "last_sign_in_at": "last_sign_in_at",
        "owner": "owner__user__email",
        "organization": "organization__name",
        "custom_values": "custom_values",
        "has_password": Case(When(password_hash=None, then=Value(value=False)), default=Value(value=True)),
        "tags": titles_of(ContactTag, "tag"),
        "lists": titles_of(ContactList, "list"),
    }
)
_NOTE = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "at": "created_at",
        "by": F("created_by__user__email"),
    }
)


def show_contact(visit: Visit, id: int, *, crumbs: tuple[Crumb, ...], no: Invalid | None = None) -> HttpResponse:
    row: dict[str, Any] = json.loads(get_contact_document(visit.actor, _ABOUT, id=id))
    notes = list_note_documents(visit.actor, _NOTE, id, per_page=_NOTES)
    name = (
        f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
        or row["email"]
        or _("Contact %(id)s") % {"id": id}
    )
    return show_screen(
        visit,
        "contact.html",
        title=name,
        crumbs=crumbs,
        no=no,
        alert=from_core(str(no)) if no else "",
        said=_SAID.get(visit.done, ""),
        contact=row,
        facts=_facts(row),
        labels=(("tags", _("Tags"), row["tags"]), ("lists", _("Lists"), row["lists"])),
        notes=[{**note, "at": _moment(note["at"])} for note in json.loads(f"[{notes.rows}]")],
        typed=visit.text("text") if no else "",
        changes=[_change(event) for event in list_history(visit.actor, id, limit=_CHANGES).events],
        may_write=visit.actor.may(Permission.CONTACTS_WRITE),
        may_delete=visit.actor.may(Permission.CONTACTS_DELETE),
    )


def _facts(row: dict[str, Any]) -> list[tuple[str, Any]]:
    town = f"{row['postal_code'] or ''} {row['city'] or ''}".strip()
    place = ", ".join(text for text in (row["address_line_1"], town, row["state"], row["country"]) if text)
    facts = [
        (_("E-mail"), row["email"]),
        (_("Phone"), row["phone"]),
        (_("Address"), place),
        (_("Birthday"), _birthday(row["date_of_birth"])),
        (_("Status"), word(row["consent"])),
        (_("Stage"), word(row["stage"])),
        (_("Company"), row["organization"]),
        (_("Owner"), row["owner"]),
        (_("Added"), _moment(row["created_at"])),
        (_("Password"), _("set") if row["has_password"] else _("none")),
        (_("Last sign-in"), _moment(row["last_sign_in_at"])),
        *((slug, _shown(value)) for slug, value in row["custom_values"].items()),
    ]
    return [(label, value) for label, value in facts if value not in (None, "")]


def _birthday(text: str | None) -> str:
    return day(date.fromisoformat(text)) if text else ""


def _moment(text: str | None) -> str:
    return _("%(moment)s UTC") % {"moment": moment(datetime.fromisoformat(text))} if text else ""


def _change(event: Event) -> dict[str, Any]:
    lines = [f"{change.field}: {_shown(change.old)} → {_shown(change.new)}" for change in event.changes]
    return {"at": event.at, "by": event.by, "wire": event.wire, "action": event.action, "lines": lines}


def _shown(value: object) -> str:
    if value in (None, "", []):
        return _("nothing")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _as_note(text: str) -> NoteText:
    """The first line is the title; the rest is HTML, in which nothing typed here means anything."""
    title, _, rest = text.partition("\n")
    title = title.strip()
    more = f"{title[LONGEST_TITLE:]}\n{rest}".strip()
    return NoteText(type="note", title=title[:LONGEST_TITLE], description=escape(more).replace("\n", "<br>"))


def label(visit: Visit, id: int) -> HttpResponse:
    """Tags and lists put on and taken off; a title that is unknown is made."""
    kind = visit.text("kind")
    if kind not in {"tags", "lists"}:
        raise NotFound("label")
    titles = [title.strip() for title in visit.text("titles").split(",") if title.strip()]
    taken = visit.request.POST.getlist("off")
    wanted: dict[str, Any] = {f"attach_{kind}": titles, f"detach_{kind}": taken}
    change_contact(visit.actor, id, {}, **wanted)
    return go(f"/contacts/{id}", done="labelled")


def note(visit: Visit, id: int) -> HttpResponse:
    text = visit.text("text").strip()
    try:
        if not text:
            raise Invalid.one("text", "required", _("Write something first."))
        add_note(visit.actor, id, _as_note(text))
    except Invalid as no:
        return show_contact(visit, id, crumbs=(Crumb("/contacts", _("Contacts")),), no=no)
    return go(f"/contacts/{id}", done="noted")
