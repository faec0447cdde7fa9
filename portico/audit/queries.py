import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from portico.audit.models import NO_CHANGES, AuditEntry

# The two kinds of entries, each by its own index; only a contact's own part is taken of what is about many.
_HISTORY = """
WITH found AS (
    SELECT id, subject_id AS contact_id, details FROM audit_entry
    WHERE company_id = %(company)s AND subject = 'contact' AND subject_id = ANY(%(contacts)s::bigint[])
        AND NOT (action IN (%(first)s, %(second)s))
    UNION ALL
    SELECT entry.id, one.id, (entry.details - 'of') || coalesce(entry.details -> 'of' -> one.id::text, '{}')
    FROM audit_entry AS entry JOIN unnest(%(contacts)s::bigint[]) AS one (id) ON one.id = ANY(entry.contacts)
    WHERE entry.company_id = %(company)s AND entry.contacts && %(contacts)s::bigint[]
)
SELECT id, contact_id, at, entry.action, entry.actor, entry.wire, entry.request_id, found.details
FROM found JOIN audit_entry AS entry USING (id)
WHERE (id, contact_id) < (%(id)s, %(contact)s) ORDER BY id DESC, contact_id DESC LIMIT %(limit)s
"""
Place = tuple[int, int]  # of an entry in a history: its id, and the contact that it is about
NEWEST: Place = (2**63 - 1, 0)


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to one contact. `details` are those that hold for it."""

    id: int
    contact_id: int
    at: datetime
    action: str
    actor: str
    wire: str
    request_id: str
    details: dict[str, Any]

    @property
    def place(self) -> Place:
        return self.id, self.contact_id


def list_entries(company_id: int, contact_ids: Sequence[int], *, after: Place = NEWEST, limit: int) -> list[Entry]:
    """What happened to these contacts of the company but their sign-ins, newest first, older than `after`."""
    values: dict[str, Any] = {
        "company": company_id,
        "contacts": list(contact_ids),
        "id": after[0],
        "contact": after[1],
        "first": NO_CHANGES[0],
        "second": NO_CHANGES[1],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, values)
        rows = [(*row[:7], json.loads(row[7])) for row in cursor.fetchall()]
    return [Entry(*row) for row in rows]


def find_entry(company_id: int, entry_id: int) -> AuditEntry | None:
    """One entry of the company as it is now: a person in it may have been erased since, or it is no longer kept."""
    return AuditEntry.objects.filter(company_id=company_id, pk=entry_id).first()


def list_company_entries(
    company_id: int, *, actor: str = "", action: str = "", before: int = 0, limit: int
) -> list[AuditEntry]:
    """What happened in the company, newest first, older than the entry `before`.

    `actor` is a part of a name, `action` how one begins, both ignoring case.
    """
    rows = AuditEntry.objects.filter(company_id=company_id)
    if actor:
        rows = rows.filter(actor__icontains=actor)
    if action:
        rows = rows.filter(action__istartswith=action)
    return list((rows.filter(id__lt=before) if before else rows).order_by("-id")[:limit])


def count_company_entries(company_id: int, *, most: int) -> int:
    """How many entries the company has; `most` where there are more: nobody counts millions for a screen."""
    return AuditEntry.objects.filter(company_id=company_id).order_by("-id")[:most].count()
