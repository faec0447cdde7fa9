"""Notes as a rep keeps them: plain text about a contact that it may see. What others wrote it reads and lets stand."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import locked
from portico.contacts.actions.notes import LONGEST_DESCRIPTION, NoteText, add_note
from portico.contacts.models import ContactNote
from portico.contacts.queries.own_notes import get_own_note, visible_notes
from portico.errors import Invalid, NotFound
from portico.lib.plain_text import as_html
from portico.lib.safe_html import safe_html
from portico.lib.texts import is_storable

_LONGEST_TITLE = 100
_MOST_TEXT = 10_000  # characters; escaped it still fits what a note may hold


@transaction.atomic
def add_own_note(actor: Actor, contact_id: int, text: str, *, is_pinned: bool = False) -> ContactNote:
    """A note of plain text, titled by its first line. Raises Invalid, also where the actor sees no such contact."""
    try:
        note = add_note(actor, contact_id, NoteText("note", _title(text), as_html(text)))
    except NotFound:
        raise Invalid.one("contact_id", "exists", "There is no such contact.") from None
    if is_pinned:
        ContactNote.objects.filter(company_id=actor.company_id, pk=note.pk).update(is_pinned=True)
    return get_own_note(actor, note.pk)


@transaction.atomic
def change_own_note(
    actor: Actor, note_id: int, *, text: str | None = None, is_pinned: bool | None = None
) -> ContactNote:
    """What is None stays. Raises NotFound, also for a note of somebody else, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    values: dict[str, object] = {} if is_pinned is None else {"is_pinned": is_pinned}
    if text is not None:
        values |= {"title": _title(text), "description": safe_html(as_html(text))}
    contact_id = _contact_of(actor, note_id)
    if values and not _changeable(actor).filter(pk=note_id).update(**values, updated_at=Now()):
        raise NotFound("note")
    record(actor, "note.changed", "contact", contact_id, note=note_id)
    return get_own_note(actor, note_id)


@transaction.atomic
def delete_own_note(actor: Actor, note_id: int) -> None:
    """Raises NotFound, also for a note of somebody else."""
    actor.require(Permission.CONTACTS_WRITE)
    contact_id = _contact_of(actor, note_id)
    deleted, _ = _changeable(actor).filter(pk=note_id).delete()
    if not deleted:
        raise NotFound("note")
    record(actor, "note.deleted", "contact", contact_id, note=note_id)


def _contact_of(actor: Actor, note_id: int) -> int:
    """The contact, which stays what it is and whose it is until the transaction ends."""
    contact_id = _changeable(actor).filter(pk=note_id).values_list("contact_id", flat=True).first()
    if contact_id is None or not locked(actor, [contact_id]):
        raise NotFound("note")
    return contact_id


def _changeable(actor: Actor) -> "QuerySet[ContactNote]":
    """Its own; who may delete contacts may change all notes about them."""
    rows = visible_notes(actor)
    return rows if actor.may(Permission.CONTACTS_DELETE) else rows.filter(created_by_id=actor.membership_id)


def _title(text: str) -> str:
    if not text.strip():
        raise Invalid.one("body", "required", "A note needs a text.")
    if len(text) > min(_MOST_TEXT, LONGEST_DESCRIPTION):
        raise Invalid.one("body", "long", f"A note has at most {_MOST_TEXT} characters.")
    if not is_storable(text):
        raise Invalid.one("body", "text", "This has characters that no text can have.")
    return text.strip().splitlines()[0][:_LONGEST_TITLE]
