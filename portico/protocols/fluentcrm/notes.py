"""Notes about a contact (wire notes 14)."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.db.models import Case, F, IntegerField, TextField, When
from django.db.models.functions import Cast, Coalesce, Concat, NullIf, Trim
from django.http import HttpResponse

from portico.contacts.actions.notes import NoteText, add_note, change_note, delete_note
from portico.contacts.models import ContactNote
from portico.contacts.queries.timeline import list_note_documents
from portico.errors import Invalid, Problem
from portico.lib.statements import JsonField, Literal, Shape
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.intake import moment
from portico.protocols.fluentcrm.shapes import Moment
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_text, message, paginator, raw_answer

_LONGEST_SEARCH = 200
_WRITTEN = ("title", "description", "type")
_USER = "created_by__user__"

_AUTHOR = Shape(
    {
        "ID": "created_by_id",
        "first_name": f"{_USER}first_name",
        "last_name": f"{_USER}last_name",
        "display_name": Coalesce(
            NullIf(Trim(Concat(f"{_USER}first_name", Literal(" "), f"{_USER}last_name")), Literal("")),
            F(f"{_USER}email"),
        ),
    }
)
_ROW = Shape(
    {
        "id": "id",
        "subscriber_id": Cast("contact_id", TextField()),
        "parent_id": Literal(None),
        "created_by": Cast("created_by_id", TextField()),
        "status": "status",
        "type": "type",
        "is_private": Cast(Cast("is_private", IntegerField()), TextField()),
        "title": "title",
        "description": "description",
        "created_at": Moment("created_at"),
        "updated_at": Moment("updated_at"),
        "added_by": Case(
            When(created_by__isnull=True, then=Literal("false", JsonField())),
            default=_AUTHOR.build(),
            output_field=JsonField(),
        ),
    }
)
_TYPES = {
    "note": "Note",
    "call": "Call",
    "email": "E-mail",
    "meeting": "Meeting",
    "quote_sent": "Quote sent",
    "quote_accepted": "Quote accepted",
    "quote_refused": "Quote refused",
    "invoice_sent": "Invoice sent",
    "invoice_part_paid": "Invoice partly paid",
    "invoice_paid": "Invoice paid",
    "invoice_refunded": "Invoice refunded",
    "transaction": "Transaction",
    "feedback": "Feedback",
    "tweet": "Tweet",
    "facebook_post": "Facebook post",
}
# The form with which clients let people write a note (recording notes). Types are offered, others are taken too.
_FORM = orjson.dumps(
    {
        "fields": {
            "type": {
                "type": "input-option",
                "label": "Kind",
                "id": "fc_note_type",
                "name": "type",
                "options": [{"id": id, "label": label} for id, label in _TYPES.items()],
            },
            "created_at": {
                "type": "input-date",
                "data_type": "datetime",
                "name": "created_at",
                "label": "When",
                "id": "fc_note_title",
                "value_format": "yyyy-MM-dd HH:mm:ss",
                "help": "Nothing means now.",
            },
            "title": {
                "type": "input-text",
                "name": "title",
                "label": "Title",
                "id": "fc_note_title",
                "placeholder": "What it is about",
            },
            "description": {"type": "wp-editor", "name": "description", "label": "Text", "id": "fc_note_desc"},
        }
    }
).decode()


def index(call: Call) -> HttpResponse:
    page, per_page = call.page, call.per_page(15)
    search = call.text("search")[:_LONGEST_SEARCH]
    found = list_note_documents(call.actor, _ROW, _contact(call), search=search, page=page, per_page=per_page)
    whole = paginator(call, found.total, found.rows, page=page, per_page=per_page)
    return raw_answer(f'{{"notes":{whole},"fields":{_FORM}}}')


def create(call: Call) -> HttpResponse:
    given = _given(call)
    note = add_note(call.actor, _contact(call), _text(given))
    stamps = _stamps(note)
    # What was sent, in its order, and then what was set (recordings notes-add, seq-note-create).
    row = {
        **{name: getattr(note, name) for name in given if name in _WRITTEN},
        "created_at": stamps["created_at"],
        "subscriber_id": note.contact_id,
        "updated_at": stamps["updated_at"],
        "created_by": note.created_by_id,
        "id": note.pk,
    }
    return answer({"note": row, "message": "The note is added."})


def update(call: Call) -> HttpResponse:
    note = change_note(call.actor, _contact(call), _note(call), _text(_given(call)))
    row = {
        "id": note.pk,
        "subscriber_id": str(note.contact_id),
        "parent_id": None,
        "created_by": None if note.created_by_id is None else str(note.created_by_id),
        "status": note.status,
        "type": note.type,
        "is_private": str(int(note.is_private)),
        "title": note.title,
        "description": note.description,
        **_stamps(note),
    }
    return answer({"note": row, "message": "The note is changed."})


def delete(call: Call) -> HttpResponse:
    delete_note(call.actor, _contact(call), _note(call))
    return message("The note is deleted.")


def _contact(call: Call) -> int:
    """Of the path: a note's own id may stand in the body."""
    return as_id(call.parameters["id"]) or 0


def _note(call: Call) -> int:
    return as_id(call.parameters["note_id"]) or 0


def _given(call: Call) -> Mapping[str, Any]:
    note = call.structure("note")
    return note if isinstance(note, dict) else {}


def _text(given: Mapping[str, Any]) -> NoteText:
    """Raises Invalid, several rules at once."""
    texts = {name: as_text(given.get(name)) or "" for name in _WRITTEN}
    plain = {name: sanitizing.plain_text(texts[name]) for name in ("title", "type")}
    missing = [name for name in _WRITTEN if not plain.get(name, texts[name]).strip()]
    problems = [Problem(name, "required", f"The {name} is needed.") for name in missing]
    when = given.get("created_at")
    at = moment(when) if when else None
    if when and at is None:
        problems.append(Problem("created_at", "date", "This must be a time like 2026-12-31 23:59:59."))
    if problems:
        raise Invalid(*problems)
    return NoteText(plain["type"], plain["title"], sanitizing.description(texts["description"]), at)


def _stamps(note: ContactNote) -> dict[str, str]:
    # Not strftime, which writes the year 1 with one digit.
    return {name: getattr(note, name).isoformat(" ", "seconds")[:19] for name in ("created_at", "updated_at")}
