from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.fields import checked_each, checked_text
from portico.contacts.models import OrganizationNote
from portico.contacts.queries.organization_notes import read_back_note
from portico.errors import Invalid, NotFound, Problem
from portico.lib.safe_html import safe_html
from portico.lib.statements import Shape

LONGEST_TITLE = 255
LONGEST_KIND = 100
LONGEST_DESCRIPTION = 100_000
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Written:
    """A note as somebody writes it; without `at` it is of now, or keeps its time."""

    kind: str
    title: str
    description: str
    at: datetime | None = None

    def checked(self) -> dict[str, Any]:
        """The columns. Raises Invalid with every problem."""
        given = {"title": self.title, "description": self.description, "kind": self.kind}
        missing = [name for name, text in given.items() if not text]
        if missing:
            raise Invalid(*(Problem(name, "required", "This is needed.") for name in missing))
        values = checked_each(given, _CHECKS)
        return {**values, "created_at": self.at} if self.at else values


_CHECKS: Mapping[str, Any] = {
    "title": lambda value: checked_text(value, LONGEST_TITLE),
    "kind": lambda value: checked_text(value, LONGEST_KIND),
    "description": lambda value: safe_html(checked_text(value, LONGEST_DESCRIPTION) or ""),
}


def add_note(actor: Actor, organization_id: int, written: Written, shape: Shape) -> str:
    """A new note of an organization, by the actor; answers its document. Raises NotFound, Invalid."""
    actor.require(Permission.TAGS_WRITE)
    values = written.checked()
    with _refusals(), transaction.atomic():
        made = OrganizationNote.objects.create(
            company_id=actor.company_id,
            organization_id=min(organization_id, _LARGEST_ID),
            created_by_id=actor.membership_id,
            **values,
        )
        record(actor, "organization_note.added", "organization", organization_id, note=made.pk)
        return read_back_note(actor, shape, made.pk)


@transaction.atomic
def change_note(actor: Actor, organization_id: int, note_id: int, written: Written, shape: Shape) -> str:
    """Write an organization's note anew; answers its document. Raises NotFound, Invalid."""
    actor.require(Permission.TAGS_WRITE)
    values = written.checked()
    if not _notes(actor, organization_id, note_id).update(**values, updated_at=Now()):
        raise NotFound("note")
    record(actor, "organization_note.changed", "organization", organization_id, note=note_id)
    return read_back_note(actor, shape, note_id)


@transaction.atomic
def delete_note(actor: Actor, organization_id: int, note_id: int) -> None:
    """Delete an organization's note. Raises NotFound."""
    actor.require(Permission.TAGS_WRITE)
    if not _notes(actor, organization_id, note_id).delete()[0]:
        raise NotFound("note")
    record(actor, "organization_note.deleted", "organization", organization_id, note=note_id)


def _notes(actor: Actor, organization_id: int, note_id: int) -> "QuerySet[OrganizationNote]":
    ids = {"organization_id": min(organization_id, _LARGEST_ID), "pk": min(note_id, _LARGEST_ID)}
    return OrganizationNote.objects.filter(company_id=actor.company_id, **ids)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) == "organization_note_same_company":
            raise NotFound("organization") from None
        raise
