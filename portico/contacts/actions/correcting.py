"""Notes put right by somebody who read them a while ago: made only where nobody else has changed them since.

Whoever may write contacts may change what others wrote about them, but a rep only what is its own; to delete a note
that somebody else wrote, one has to be allowed to delete contacts.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from portico.access import Actor, Permission
from portico.contacts.actions.locking import locked
from portico.contacts.actions.notes import NoteText, change_note
from portico.contacts.actions.own_notes import delete_own_note
from portico.contacts.models import ContactNote
from portico.contacts.queries.own_notes import may_change_note, may_delete_note, visible_notes
from portico.errors import NotFound, Outdated


@transaction.atomic
def correct_note(actor: Actor, note_id: int, text: NoteText, *, seen: datetime) -> None:
    """Write a note anew; its author stays. `seen` is its `updated_at` as it was read.

    Raises NotFound, Invalid; Outdated where somebody has changed it since.
    """
    actor.require(Permission.CONTACTS_WRITE)
    note = _held(actor, note_id, may_change_note, seen)
    change_note(actor, note.contact_id, note_id, text)


@transaction.atomic
def discard_note(actor: Actor, note_id: int, *, seen: datetime) -> None:
    """Delete a note. Raises NotFound, Outdated."""
    actor.require(Permission.CONTACTS_WRITE)
    _held(actor, note_id, may_delete_note, seen)
    delete_own_note(actor, note_id)


def _held(actor: Actor, note_id: int, may: Callable[[Actor, int | None], bool], seen: datetime) -> ContactNote:
    """The note, which stays as it is until the transaction ends: whoever writes one locks its contact first."""
    rows = visible_notes(actor).filter(pk=note_id)
    contact_id = rows.values_list("contact_id", flat=True).first()
    note = rows.filter(contact_id=contact_id).first() if contact_id and locked(actor, [contact_id]) else None
    if note is None or not may(actor, note.created_by_id):
        raise NotFound("note")
    if note.updated_at != seen:
        raise Outdated
    return note
