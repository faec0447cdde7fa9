"""Notes about contacts: plain text on this wire, whatever they are elsewhere."""

from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.actions.own_notes import add_own_note, change_own_note, delete_own_note
from portico.contacts.models import ContactNote
from portico.contacts.queries.own_notes import list_own_notes
from portico.lib.plain_text import from_html
from portico.lib.statements import Shape
from portico.protocols.fluid.expressions import Instant
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.values import as_flag, as_id, inside, optional_id
from portico.protocols.fluid.wire import Request, as_text, bare, instant, keyed

_WRAPPER = "note"
# The body is HTML still, and where that shows nothing its title stands for it.
_NOTE = Shape(
    {
        "id": "id",
        "contact_id": "contact_id",
        "body": "description",
        "pinned": "is_pinned",
        "user_company_id": "created_by_id",
        "created_at": Instant("created_at"),
        "updated_at": Instant("updated_at"),
        "title": "title",
    }
)


def list_notes(request: Request) -> HttpResponse:
    contact = optional_id(request, "contact_id")
    page = list_own_notes(request.actor, _NOTE, contact_id=contact, **asked_page(request))
    rows = [_listed(row) for row in orjson.loads(f"[{page.rows}]")]
    return with_counters(bare(rows), request, page.total, "contact_id")


def _listed(row: dict[str, Any]) -> dict[str, Any]:
    title = row.pop("title")
    row["body"] = from_html(row["body"]) or title
    return row


def add(request: Request) -> HttpResponse:
    given = inside(request, _WRAPPER)
    contact_id = as_id("contact_id", given.get("contact_id"))
    pinned = given.get("pinned")
    note = add_own_note(
        request.actor,
        contact_id,
        as_text("body", given.get("body")) or "",
        is_pinned=pinned is not None and as_flag("pinned", pinned),
    )
    return bare(_as_note(note), status=201)


def change(request: Request, id: int) -> HttpResponse:
    given = inside(request, _WRAPPER)
    pinned = given.get("pinned")
    note = change_own_note(
        request.actor,
        id,
        text=as_text("body", given.get("body")),
        is_pinned=None if pinned is None else as_flag("pinned", pinned),
    )
    return bare(_as_note(note))


def delete(request: Request, id: int) -> HttpResponse:
    delete_own_note(request.actor, id)
    return keyed({"id": id})


def _as_note(note: ContactNote) -> dict[str, Any]:
    return {
        "id": note.pk,
        "contact_id": note.contact_id,
        "body": from_html(note.description) or note.title,
        "pinned": note.is_pinned,
        "user_company_id": note.created_by_id,
        "created_at": instant(note.created_at),
        "updated_at": instant(note.updated_at),
    }
