from dataclasses import dataclass

from django.db.models import QuerySet

from portico.access import Actor, Permission
from portico.contacts.models import ContactNote
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import NotFound


@dataclass(frozen=True, slots=True)
class NotePage:
    """Some notes, those that are pinned before the others, and how many there are in all."""

    total: int
    rows: list[ContactNote]


def visible_notes(actor: Actor) -> "QuerySet[ContactNote]":
    """Notes about the contacts that the actor may see, whoever wrote them."""
    rows = ContactNote.objects.filter(company_id=actor.company_id)
    return rows.filter(contact__owner_id=actor.membership_id) if actor.owns_only else rows


def get_own_note(actor: Actor, note_id: int) -> ContactNote:
    """Raises NotFound."""
    note = visible_notes(actor).filter(pk=note_id).first()
    if note is None:
        raise NotFound("note")
    return note


def list_own_notes(actor: Actor, *, contact_id: int | None, page: int, per_page: int) -> NotePage:
    """Newest first, of one contact or, without, of the contacts that are the actor's own. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    rows = visible_notes(actor)
    if contact_id is None:
        rows = rows.filter(contact__owner_id=actor.membership_id)
    else:
        if not visible_contacts(actor).filter(pk=contact_id).exists():
            raise NotFound("contact")
        rows = rows.filter(contact_id=contact_id)
    offset = (page - 1) * per_page
    return NotePage(rows.count(), list(rows.order_by("-is_pinned", "-id")[offset : offset + per_page]))
