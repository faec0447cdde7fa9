"""Notes of organizations (wire notes 14)."""

from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.actions.organization_notes import Written, add_note, change_note, delete_note
from portico.contacts.queries.organization_notes import list_note_documents
from portico.protocols.fluentcrm import organization_shapes as shapes
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.organizations import path_id
from portico.protocols.fluentcrm.wire import Call, as_id, as_text, message, paginator, raw_answer

_LONGEST_SEARCH = 200
_TYPES = (
    "note", "call", "email", "meeting", "quote_sent", "quote_accepted", "quote_refused", "invoice_sent",
    "invoice_part_paid", "invoice_paid", "invoice_refunded", "transaction", "feedback", "tweet", "facebook_post",
)  # fmt: skip


@cache
def _form() -> str:
    """What a client builds its form of."""
    options = [{"id": name, "label": name.replace("_", " ").capitalize()} for name in _TYPES]
    time = {"help": "empty for now", "data_type": "datetime", "value_format": "yyyy-MM-dd HH:mm:ss"}
    fields: dict[str, Any] = {
        "type": {"type": "input-option", "label": "Type", "id": "note_type", "name": "type", "options": options},
        "created_at": {"type": "input-date", "name": "created_at", "label": "Time", "id": "note_time", **time},
        "title": {"type": "input-text", "name": "title", "label": "Title", "id": "note_title", "placeholder": "Title"},
        "description": {"type": "wp-editor", "name": "description", "label": "Text", "id": "note_text"},
    }
    return orjson.dumps({"fields": fields}).decode()


def index(call: Call) -> HttpResponse:
    page = list_note_documents(
        call.actor,
        path_id(call),
        shapes.NOTE_LISTED,
        search=call.text("search")[:_LONGEST_SEARCH],
        page=call.page,
        per_page=call.per_page(15),
    )
    whole = paginator(call, page.total, page.rows, page=page.number, per_page=page.size)
    return raw_answer(f'{{"notes":{whole},"fields":{_form()}}}')


def create(call: Call) -> HttpResponse:
    document = add_note(call.actor, path_id(call), _written(call), shapes.NOTE_NEW)
    return raw_answer(f'{{"note":{document},"message":"The note is added."}}')


def update(call: Call) -> HttpResponse:
    document = change_note(call.actor, path_id(call), _note_id(call), _written(call), shapes.NOTE)
    return raw_answer(f'{{"note":{document},"message":"The note is changed."}}')


def delete(call: Call) -> HttpResponse:
    delete_note(call.actor, path_id(call), _note_id(call))
    return message("The note is deleted.")


def _note_id(call: Call) -> int:
    return as_id(call.parameters["note_id"]) or 0


def _written(call: Call) -> Written:
    note = call.structure("note")
    given = note if isinstance(note, dict) else {}
    return Written(
        kind=sanitizing.plain_text(as_text(given.get("type")) or ""),
        title=sanitizing.plain_text(as_text(given.get("title")) or ""),
        description=sanitizing.description(as_text(given.get("description")) or ""),
        at=_moment(given.get("created_at")),
    )


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.strptime((as_text(value) or "").strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
