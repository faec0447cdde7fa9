"""What takes place in a month: the company's events, and what somebody has set out to do."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from portico.access import Actor, Permission
from portico.content.queries.spans import brought_in, span_of_days, zone_of
from portico.lib.statements import Shape
from portico.reports.sharing import today
from portico.selling.queries.calendar import EventsWanted, list_event_documents
from portico.selling.queries.tasks import WantedTasks, list_task_documents

MOST_EVENTS, MOST_TASKS = 200, 100
_DAYS = 7


@dataclass(frozen=True, slots=True)
class Month:
    """`month` is its first day; `first` and `last` are those of its weeks, in `zone`, where the person lives.

    `events` and `tasks` are JSON arrays; of the events there are `total`.
    """

    month: date
    first: date
    last: date
    zone: ZoneInfo
    total: int
    events: str
    tasks: str


def get_month(actor: Actor, day: date | None, events: Shape, tasks: Shape) -> Month:
    """The month that this day is in, without one the present one. Events that were called off are in it too."""
    zone = zone_of(actor)
    month = (brought_in(day) if day else today(zone)).replace(day=1)
    first = month - timedelta(days=month.weekday())
    last = _end_of(month) - timedelta(days=1)
    last += timedelta(days=_DAYS - 1 - last.weekday())
    since, before = span_of_days(zone, first, last)
    wanted = EventsWanted(since=since, before=before, with_cancelled=True)
    total, found = list_event_documents(actor, events, wanted, per_page=MOST_EVENTS)
    due = ""
    if actor.may(Permission.CONTACTS_READ):
        due = list_task_documents(
            actor, tasks, WantedTasks(own=True, first=first, last=last), page=1, per_page=MOST_TASKS
        ).rows
    return Month(month, first, last, zone, total, f"[{found}]", f"[{due}]")


def _end_of(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)
