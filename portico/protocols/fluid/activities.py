"""The timeline of contacts."""

from typing import Any

from django.http import HttpResponse

from portico.contacts.actions.activities import delete_activity
from portico.identity.actions.profiles import read_activities
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.profile import PROFILE
from portico.protocols.fluid.values import optional_id
from portico.protocols.fluid.wire import Request, bare, document, instant, keyed
from portico.selling.queries.timeline import Entry, activity_of, get_timeline_entry, list_timeline

# Their kinds of activities (reference 6.4) for ours.
_KINDS = {
    "page.viewed": "page_views",
    "share.opened": "media_views",
    "lead.captured": "new_lead",
    "order.placed": "order_placed",
    "task.added": "tasks",
    "task.completed": "tasks",
}


def list_activities(request: Request) -> HttpResponse:
    contact = optional_id(request, "contact_id")
    page = list_timeline(request.actor, contact_id=contact, **asked_page(request))
    answer = bare([_as_activity(entry) for entry in page.rows])
    return with_counters(answer, request, page.total, "contact_id")


def show(request: Request, id: int) -> HttpResponse:
    return bare(_as_activity(get_timeline_entry(request.actor, id)))


def delete(request: Request, id: int) -> HttpResponse:
    delete_activity(request.actor, activity_of(id))
    return keyed({"id": id})


def read(request: Request) -> HttpResponse:
    return document(read_activities(request.actor, PROFILE))


def _as_activity(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "activity_type": _KINDS.get(entry.kind, "other"),
        "event": entry.kind,
        "subject_type": entry.subject,
        "subject_id": entry.subject_id,
        "contact": {"id": entry.contact_id, "full_name": entry.contact_name},
        "details": entry.details,
        "read": entry.is_read,
        "created_at": instant(entry.at),
    }
