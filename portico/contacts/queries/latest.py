"""The last of what was written down about a contact and of what it did, as expressions for shapes of Contact."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, OuterRef, QuerySet

from portico.contacts.models import Activity, ContactMerge, ContactNote, TrackedEvent
from portico.lib.statements import Shape

_OF_CONTACT = {"company_id": OuterRef("company_id"), "contact_id": OuterRef("id")}


def latest_notes_of_contact(shape: Shape, *, most: int) -> Expression:
    """The newest first, as all of these."""
    return _array(ContactNote.objects.filter(**_OF_CONTACT).order_by("-id"), shape, most)  # any company: the contact's


def latest_events_of_contact(shape: Shape, *, most: int) -> Expression:
    """What was tracked of it."""
    return _array(TrackedEvent.objects.filter(**_OF_CONTACT).order_by("-id"), shape, most)  # any company: the contact's


def latest_activities_of_contact(shape: Shape, *, most: int) -> Expression:
    """What happened between the company and it."""
    rows = Activity.objects.filter(**_OF_CONTACT)  # any company: the contact's
    return _array(rows.order_by("-at", "-id"), shape, most)


def undoable_merges_of_contact(shape: Shape, *, most: int) -> Expression:
    """The contacts that became part of it and could be taken out again."""
    merges = ContactMerge.objects.filter(company_id=OuterRef("company_id"), winner_id=OuterRef("id"))
    return _array(merges.filter(undone_at=None, kept__isnull=False).order_by("-id"), shape, most)


def _array(rows: "QuerySet[Any, Any]", shape: Shape, most: int) -> Expression:
    return ArraySubquery(rows.values_list(shape.build(), flat=True)[:most])  # type: ignore[return-value]  # it is one; the stubs do not say so
