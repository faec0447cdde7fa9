from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import locked
from portico.contacts.models import ContactNote
from portico.errors import Invalid, NotFound, Problem
from portico.lib.safe_html import safe_html
from portico.lib.texts import is_storable

LONGEST_TITLE = 255
LONGEST_DESCRIPTION = 65_535


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note as somebody writes it: plain text, but HTML in `description`, of which the harmless part is kept.

    `type` is any word. `at` is when it was, None for now, or for as it was.
    """

    type: str
    title: str
    description: str
    at: datetime | None = None


@transaction.atomic
def add_note(actor: Actor, contact_id: int, text: NoteText) -> ContactNote:
    """A new note about a contact. Raises NotFound for the contact, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    values = _checked(text)
    _lock(actor, contact_id)
    note = ContactNote.objects.create(
        company_id=actor.company_id, contact_id=contact_id, created_by_id=actor.membership_id, **values
    )
    record(actor, "note.added", "contact", contact_id, note=note.pk)
    return note


@transaction.atomic
def change_note(actor: Actor, contact_id: int, note_id: int, text: NoteText) -> ContactNote:
    """Write a contact's note anew; its author stays. Raises NotFound for the contact or the note, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    values = _checked(text)
    _lock(actor, contact_id)
    rows = ContactNote.objects.filter(company_id=actor.company_id, contact_id=contact_id, pk=note_id)
    if not rows.update(**values, updated_at=Now()):
        raise NotFound("note")
    record(actor, "note.changed", "contact", contact_id, note=note_id)
    return rows.get()


@transaction.atomic
def delete_note(actor: Actor, contact_id: int, note_id: int) -> None:
    """Raises NotFound for the contact or the note."""
    actor.require(Permission.CONTACTS_DELETE)
    _lock(actor, contact_id)
    deleted, _ = ContactNote.objects.filter(company_id=actor.company_id, contact_id=contact_id, pk=note_id).delete()
    if not deleted:
        raise NotFound("note")
    record(actor, "note.deleted", "contact", contact_id, note=note_id)


def _lock(actor: Actor, contact_id: int) -> None:
    """The contact stays until the transaction ends, so that no note is written about nobody."""
    if not locked(actor, [contact_id]):
        raise NotFound("contact")


def _checked(text: NoteText) -> dict[str, str | datetime]:
    problems = [
        Problem(name, "long", f"This has more than {longest} characters.")
        for name, value, longest in (
            ("type", text.type, LONGEST_TITLE),
            ("title", text.title, LONGEST_TITLE),
            ("description", text.description, LONGEST_DESCRIPTION),
        )
        if len(value) > longest
    ]
    problems += [Problem(name, "required", "This is needed.") for name in ("type", "title") if not getattr(text, name)]
    if not is_storable(text.type + text.title + text.description):
        problems.append(Problem("description", "text", "This has characters that no text can have."))
    if problems:
        raise Invalid(*problems)
    values: dict[str, str | datetime] = {"type": text.type, "title": text.title}
    values["description"] = safe_html(text.description)
    return {**values, "created_at": text.at} if text.at else values
