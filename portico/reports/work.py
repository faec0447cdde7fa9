"""What somebody has before it today: what is due, what takes place next, and what it has not read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from portico.access import Actor, Permission
from portico.content.models import Announcement
from portico.content.queries.learning import list_unread_announcements
from portico.content.queries.spans import zone_named
from portico.reports.periods import Period
from portico.reports.reps import RepNumbers, get_own_numbers
from portico.selling.models import CalendarEvent, Task
from portico.selling.queries.calendar import list_next_events
from portico.selling.queries.tasks import list_due_tasks

_DAYS = 30
_TASKS, _EVENTS, _ANNOUNCEMENTS = 5, 3, 3


@dataclass(frozen=True, slots=True)
class Work:
    """`tasks` have `is_overdue`; who may not read contacts has none. `zone` is where the person lives, for the events.

    `numbers` are a rep's own, of the last 30 days (UTC).
    """

    zone: ZoneInfo
    tasks: Sequence[Task]
    events: Sequence[CalendarEvent]
    announcements: Sequence[Announcement]
    numbers: RepNumbers | None


def get_work(actor: Actor) -> Work:
    """The actor's own."""
    events, zone = list_next_events(actor, most=_EVENTS)
    return Work(
        zone=zone_named(zone),
        tasks=list_due_tasks(actor, most=_TASKS) if actor.may(Permission.CONTACTS_READ) else (),
        events=events,
        announcements=list_unread_announcements(actor, most=_ANNOUNCEMENTS),
        numbers=get_own_numbers(actor, _lately()) if actor.owns_only else None,
    )


def _lately() -> Period:
    end = timezone.now().date() + timedelta(days=1)
    return Period(end - timedelta(days=_DAYS), end)
