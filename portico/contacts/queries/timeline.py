"""What has been written down about one contact, and what it has done, newest first."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.models import ContactNote, TrackedEvent
from portico.contacts.queries.contacts import require_contact
from portico.errors import NotFound
from portico.lib.statements import Shape, Statement, as_documents, compiled, compiled_page, later_number, later_text


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page of rows as JSON objects joined by commas, and how many there are in all."""

    total: int
    rows: str


def list_note_documents(
    actor: Actor, shape: Shape, contact_id: int, *, search: str = "", page: int = 1, per_page: int = 15
) -> TimelinePage:
    """One page of a contact's notes; `search` is within titles, ignoring case. Raises NotFound for the contact."""
    actor.require(Permission.CONTACTS_READ)
    require_contact(actor, contact_id)
    statement = _notes(shape, per_page, searching=bool(search))
    return _fetched(statement, actor, contact_id, term=search, offset=(page - 1) * per_page)


def get_note_document(actor: Actor, shape: Shape, note_id: int) -> str:
    """One note about a contact that the actor may see, as JSON. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    values = {"company": actor.company_id, "owner": actor.membership_id, "id": min(note_id, 2**63 - 1)}
    row = _note(shape, owned=actor.owns_only).fetch_one(values)
    if row is None:
        raise NotFound("note")
    return str(row[0])


@lru_cache(maxsize=16)
def _note(shape: Shape, *, owned: bool) -> Statement:
    rows = ContactNote.objects.filter(company_id=later_number("company"), id=later_number("id"))
    if owned:
        rows = rows.filter(contact__company_id=later_number("company"), contact__owner_id=later_number("owner"))
    return compiled(as_documents(rows, shape))


def list_event_documents(
    actor: Actor, shape: Shape, contact_id: int, *, page: int = 1, per_page: int = 15
) -> TimelinePage:
    """One page of what was tracked of a contact. Raises NotFound for the contact."""
    actor.require(Permission.CONTACTS_READ)
    require_contact(actor, contact_id)
    return _fetched(_events(shape, per_page), actor, contact_id, offset=(page - 1) * per_page)


def _fetched(statement: Statement, actor: Actor, contact_id: int, **more: Any) -> TimelinePage:
    ((total, rows),) = statement.fetch({"company": actor.company_id, "contact": contact_id, **more})
    return TimelinePage(int(total), rows)


@lru_cache(maxsize=64)
def _notes(shape: Shape, per_page: int, *, searching: bool) -> Statement:
    rows = ContactNote.objects.filter(company_id=later_number("company"), contact_id=later_number("contact"))
    if searching:
        rows = rows.alias(lower_title=Lower("title")).filter(lower_title__contains=Lower(later_text("term")))
    return _page(rows, shape, per_page)


@lru_cache(maxsize=64)
def _events(shape: Shape, per_page: int) -> Statement:
    rows = TrackedEvent.objects.filter(company_id=later_number("company"), contact_id=later_number("contact"))
    return _page(rows, shape, per_page)


def _page(rows: "QuerySet[Any, Any]", shape: Shape, per_page: int) -> Statement:
    """The total is counted: one contact's rows lie together in the index on (company, contact, id)."""
    total = rows.annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    found = as_documents(rows.order_by("-id"), shape)
    return compiled_page(total, found, prepared=True, limit=per_page, offset=True)
