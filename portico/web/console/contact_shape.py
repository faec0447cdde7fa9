"""What the page of a contact shows, as one document that PostgreSQL builds."""

from functools import cache

from django.db.models import Case, F, Value, When

from portico.contacts.models import ContactList, ContactTag, CustomField
from portico.contacts.queries.beside import notes_of_contact
from portico.contacts.queries.fields import labelled_values_in
from portico.contacts.queries.latest import (
    latest_activities_of_contact,
    latest_events_of_contact,
    latest_notes_of_contact,
    undoable_merges_of_contact,
)
from portico.contacts.queries.working import organizations_of_contact
from portico.lib.statements import Shape
from portico.selling.queries.tasks import open_task_documents_of_contact
from portico.web.console.shapes import titles_of

LATEST = 20  # of each kind of thing in the timeline
_TASKS = 10
_MERGES = 10
NOTE = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "at": "created_at",
        "by": F("created_by__user__email"),
        "author_id": "created_by_id",
    }
)
_EVENT = Shape({"key": "key", "title": "title", "value": "value", "counter": "counter", "at": "updated_at"})
_ACTIVITY = Shape({"kind": "kind", "details": "details", "at": "at"})
_TASK = Shape({"id": "id", "title": "title", "due_on": "due_on", "by": F("owner__user__email")})
_MERGE = Shape({"id": "id", "loser_id": "loser_id", "merged_at": "merged_at"})
_OWN = (
    "id", "prefix", "first_name", "last_name", "email", "phone", "address_line_1", "address_line_2", "postal_code",
    "city", "state", "country", "time_zone", "date_of_birth", "consent", "consent_reason", "consent_changed_at",
    "stage", "source", "total_points", "life_time_value", "created_at", "last_activity_at", "last_sign_in_at",
    "archived_at", "organization_id",
)  # fmt: skip


@cache
def whole_shape(*, everybodys_tasks: bool) -> Shape:
    """Which tasks are shown depends on who asks."""
    return Shape(
        {
            **{name: name for name in _OWN},
            "owner": "owner__user__email",
            "custom": labelled_values_in(CustomField),
            "has_password": Case(When(password_hash=None, then=Value(value=False)), default=Value(value=True)),
            "tags": titles_of(ContactTag, "tag"),
            "lists": titles_of(ContactList, "list"),
            "organizations": organizations_of_contact(Shape({"id": "id", "name": "name"})),
            "notes": latest_notes_of_contact(NOTE, most=LATEST),
            "notes_count": notes_of_contact(),
            "events": latest_events_of_contact(_EVENT, most=LATEST),
            "activities": latest_activities_of_contact(_ACTIVITY, most=LATEST),
            "tasks": open_task_documents_of_contact(_TASK, most=_TASKS, everybody=everybodys_tasks),
            "merges": undoable_merges_of_contact(_MERGE, most=_MERGES),
        }
    )
