from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Count, QuerySet, Value

from portico.access import Actor, Permission
from portico.contacts.models import ContactNote
from portico.contacts.queries.contacts import require_contact
from portico.errors import NotFound
from portico.lib.statements import Shape, Statement, as_documents, compiled_page, later_number


@dataclass(frozen=True, slots=True)
class NotePage:
    """Some notes as JSON objects joined by commas, those that are pinned first, and how many there are in all."""

    total: int
    rows: str


def visible_notes(actor: Actor) -> "QuerySet[ContactNote]":
    """Notes about the contacts that the actor may see, whoever wrote them."""
    rows = ContactNote.objects.filter(company_id=actor.company_id)
    return rows.filter(contact__owner_id=actor.membership_id) if actor.owns_only else rows


def may_change_note(actor: Actor, author_id: int | None) -> bool:
    """Whether the actor may change a note of this author that it sees. A rep lets stand what others wrote."""
    return actor.may(Permission.CONTACTS_WRITE) and (not actor.owns_only or _is_own(actor, author_id))


def may_delete_note(actor: Actor, author_id: int | None) -> bool:
    """The same for deleting it; what others wrote only who may delete contacts."""
    may = _is_own(actor, author_id) or actor.may(Permission.CONTACTS_DELETE)
    return may and actor.may(Permission.CONTACTS_WRITE)


def _is_own(actor: Actor, author_id: int | None) -> bool:
    return author_id is not None and author_id == actor.membership_id


def get_own_note(actor: Actor, note_id: int) -> ContactNote:
    """Raises NotFound."""
    note = visible_notes(actor).filter(pk=note_id).first()
    if note is None:
        raise NotFound("note")
    return note


def list_own_notes(actor: Actor, shape: Shape, *, contact_id: int | None, page: int, per_page: int) -> NotePage:
    """Newest first, of one contact or, without, of the contacts that are the actor's own. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    if contact_id is not None:
        require_contact(actor, contact_id)
    of_one = contact_id is not None
    ((total, rows),) = _page(shape, per_page, of_one=of_one, owned=actor.owns_only or not of_one).fetch(
        {
            "company": actor.company_id,
            "owner": actor.membership_id,
            "contact": contact_id,
            "offset": (page - 1) * per_page,
        }
    )
    return NotePage(int(total), rows)


@lru_cache(maxsize=64)
def _page(shape: Shape, per_page: int, *, of_one: bool, owned: bool) -> Statement:
    rows = ContactNote.objects.filter(company_id=later_number("company"))
    if owned:
        rows = rows.filter(contact__owner_id=later_number("owner"))
    if of_one:
        rows = rows.filter(contact_id=later_number("contact"))
    total = rows.annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    found = as_documents(rows.order_by("-is_pinned", "-id"), shape)
    return compiled_page(total, found, prepared=True, limit=per_page, offset=True)
