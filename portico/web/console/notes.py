"""A note about a contact, changed and deleted."""

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Actor
from portico.contacts.actions.correcting import correct_note, discard_note
from portico.contacts.actions.notes import NoteText
from portico.contacts.queries.own_notes import may_change_note, may_delete_note
from portico.contacts.queries.timeline import get_note_document
from portico.errors import Invalid, NotFound
from portico.lib.plain_text import as_html, from_html
from portico.web.console.contact_history import WHOLE_NOTE
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.person_rows import name_of
from portico.web.forms import Field
from portico.web.visits import Visit, go

_NOTE = WHOLE_NOTE.plus(
    {
        "first_name": "contact__first_name",
        "last_name": "contact__last_name",
        "email": "contact__email",
    }
)
_LONGEST_SENT = 30_000  # bytes as a browser sends it: what fits into a form with all else
_LOOKS = re.compile(r"<(?!br\b)")  # in a note any other tag is bold, a link or the like


def _get(visit: Visit, id: int, may: Callable[[Actor, int | None], bool]) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(get_note_document(visit.actor, _NOTE, id))
    if not may(visit.actor, row["author_id"]):
        raise NotFound("note")
    return row


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(_get(visit, id, may_change_note)))


def edit(visit: Visit, id: int) -> HttpResponse:
    row = _get(visit, id, may_change_note)

    def act() -> HttpResponse:
        text = NoteText(row["type"], visit.text("title").strip(), _description(visit, row))
        correct_note(visit.actor, id, text, seen=seen_at(visit))
        return go(_contact(row), done="note-changed")

    return tried(visit, _existing(row), act)


def _description(visit: Visit, row: dict[str, Any]) -> str:
    """As it was, with its looks, where nobody has changed the text."""
    typed, was = _lines(visit.text("description")), _lines(from_html(row["description"]))
    return row["description"] if "description" not in visit.request.POST or typed == was else as_html(typed)


def _lines(text: str) -> str:
    """Browsers send other ends of lines than they were given."""
    return "\n".join(text.splitlines()).strip()


def _existing(row: dict[str, Any]) -> Sheet:
    text = _lines(from_html(row["description"]))
    fields = [Field("title", _("Title"), value=row["title"])]
    if len(quote_plus(text)) <= _LONGEST_SENT:
        lost = _("Bold, links and the like are lost where you change the text.")
        hint = lost if _LOOKS.search(row["description"]) else ""
        fields.append(Field("description", _("Text"), kind="textarea", value=text, hint=hint, is_required=False))
    return Sheet(
        title=_("Change this note"),
        button=_("Save"),
        back=_contact(row),
        crumbs=_above(row),
        fields=fields,
        hidden={"seen": row["updated_at"]},
    )


def show_delete(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _deletion(_get(visit, id, may_delete_note)))


def delete(visit: Visit, id: int) -> HttpResponse:
    row = _get(visit, id, may_delete_note)

    def act() -> HttpResponse:
        if visit.text("name").strip() != _name(row):
            raise Invalid.one("name", "wrong", _("Type %(name)s to delete this note.") % {"name": _name(row)})
        discard_note(visit.actor, id, seen=seen_at(visit))
        return go(_contact(row), done="note-deleted")

    return tried(visit, _deletion(row), act)


def _deletion(row: dict[str, Any]) -> Sheet:
    return Sheet(
        title=_("Delete this note"),
        button=_("Delete"),
        text=_("“%(title)s” about %(name)s goes for good. That it was there stays in the history.")
        % {"title": row["title"], "name": _name(row)},
        back=_contact(row),
        crumbs=_above(row),
        fields=(Field("name", _("Type %(name)s") % {"name": _name(row)}),),
        hidden={"seen": row["updated_at"]},
        is_dangerous=True,
    )


def _name(row: dict[str, Any]) -> str:
    """Of the contact: a note's title can be a whole sentence."""
    return name_of({**row, "id": row["contact_id"]}).strip()


def _contact(row: dict[str, Any]) -> str:
    return f"/contacts/{row['contact_id']}"


def _above(row: dict[str, Any]) -> tuple[Crumb, ...]:
    return (
        Crumb("/contacts", _("Contacts")),
        Crumb(_contact(row), _name(row)),
        Crumb(f"/notes/{row['id']}", row["title"]),
    )
