"""The calendar: a month of the company's events and of one's own tasks, as a table or as a list."""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.errors import Invalid, NotFound, Refusal
from portico.lib.statements import Shape
from portico.reports.month import Month, get_month
from portico.reports.sharing import today
from portico.selling.actions.calendar import renew_feed, revoke_feed
from portico.selling.queries.calendar import get_feed_token
from portico.web.console.days import moment_of
from portico.web.console.frame import Crumb, show_screen
from portico.web.forms import Link, alert_of
from portico.web.visits import Visit, go

PATH = "/calendar"
_IN_A_DAY = 4  # of what fits a field of the table
_ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "starts_at": "starts_at",
        "ends_at": "ends_at",
        "time_zone": "time_zone",
        "is_all_day": "is_all_day",
        "is_cancelled": "is_cancelled",
        "my_answer": "my_answer",
    }
)
_TASK = Shape({"id": "id", "title": "title", "due_on": "due_on", "completed_at": "completed_at"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a day. `time` is "" for what has none; what is over was called off, or is done.

    `until` is the last day of what lasts several.
    """

    path: str
    title: str
    time: str
    is_task: bool = False
    is_over: bool = False
    answer: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """In the table what lasts several days is on each of them; in the list (`listed`) on its first."""

    day: date
    is_in_month: bool
    is_today: bool
    entries: list[Entry]
    listed: list[Entry]

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:_IN_A_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.entries) - _IN_A_DAY)


def show(visit: Visit) -> HttpResponse:
    month = get_month(visit.actor, _asked_month(visit), _ROW, _TASK)
    events, tasks = json.loads(month.events), json.loads(month.tasks)
    days = _days(month, events, tasks)
    as_list = visit.asked("show") == "list"
    name = f"{month.month:%Y-%m}"
    return show_screen(
        visit,
        "calendar.html",
        title=_("Calendar"),
        said=_said(visit),
        month=month.month,
        weeks=[] if as_list else [days[first : first + 7] for first in range(0, len(days), 7)],
        weekdays=[(WEEKDAYS[number], WEEKDAYS_ABBR[number]) for number in range(7)],
        days=[day for day in days if day.listed],
        zone=month.zone.key,
        left_out=month.total - len(events),
        before=_address(month.month - timedelta(days=1), as_list=as_list),
        after=_address(month.month + timedelta(days=32), as_list=as_list),
        other=Link(f"{PATH}?month={name}", _("As a table"))
        if as_list
        else Link(f"{PATH}?month={name}&show=list", _("As a list")),
        list_path=f"{PATH}?month={name}&show=list",
        may_write=visit.actor.may(Permission.EVENTS_WRITE),
    )


def _said(visit: Visit) -> str:
    return {
        "added": _("The event is added."),
        "deleted": _("The event is deleted; calendars forget it."),
    }.get(visit.done, "")


def _asked_month(visit: Visit) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(f"{visit.asked('month')}-01")
    return None


def _address(day: date, *, as_list: bool) -> str:
    return f"{PATH}?month={day:%Y-%m}{'&show=list' if as_list else ''}"


def _days(month: Month, events: list[dict[str, Any]], tasks: list[dict[str, Any]]) -> list[Day]:
    """Every day of the month's weeks with what is on it, events by when they begin before what is to do."""
    now = today(month.zone)
    days = [
        Day(day, is_in_month=day.month == month.month.month, is_today=day == now, entries=[], listed=[])
        for day in (month.first + timedelta(days=number) for number in range((month.last - month.first).days + 1))
    ]
    for row in events:
        first, last, entry = _event(row, month.zone)
        on = [day for day in days if first <= day.day <= last]
        for day in on:
            day.entries.append(entry)
        for day in [day for day in on if day.is_in_month][:1]:
            day.listed.append(entry)
    for row in sorted(tasks, key=lambda row: int(row["id"])):
        day = days[(date.fromisoformat(row["due_on"]) - month.first).days]
        done = row["completed_at"] is not None
        day.entries.append(Entry(f"/tasks/{row['id']}", row["title"], "", is_task=True, is_over=done))
        if day.is_in_month:
            day.listed.append(day.entries[-1])
    return days


def _event(row: dict[str, Any], zone: ZoneInfo) -> tuple[date, date, Entry]:
    """The first and the last day, and its line."""
    first, last, at = _when(row, zone)
    entry = Entry(
        path=f"{PATH}/{row['id']}",
        title=row["title"],
        time=at,
        is_over=row["is_cancelled"],
        answer=row["my_answer"] or "",
        until=last if last > first else None,
    )
    return first, last, entry


def _when(row: dict[str, Any], zone: ZoneInfo) -> tuple[date, date, str]:
    """The first and the last day, and when it begins: whole days are those of the event's own zone."""
    start, end = span_of(row, zone)
    last = end.date()
    if last > start.date() and end.time() == time():  # what ends at midnight ends with the day before
        last -= timedelta(days=1)
    return start.date(), last, "" if row["is_all_day"] else f"{start:%H:%M}"


def span_of(row: dict[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when, on the clock of whoever looks; whole days on that of the event."""
    where = ZoneInfo(row["time_zone"]) if row["is_all_day"] else zone
    return moment_of(row["starts_at"], where), moment_of(row["ends_at"], where)


def show_feed(visit: Visit) -> HttpResponse:
    return _feed(visit)


def _feed(visit: Visit, no: Refusal | None = None) -> HttpResponse:
    try:
        address = f"{settings.PUBLIC_URL}{PATH}/{get_feed_token(visit.actor)}.ics"
    except NotFound:
        address = ""
    said = {
        "renewed": _("This is the address now; the one before is good for nothing any more."),
        "off": _("No address is good any more."),
    }
    return show_screen(
        visit,
        "calendar_feed.html",
        title=_("In your own calendar"),
        crumbs=(Crumb(PATH, _("Calendar")),),
        no=no,
        alert=alert_of((), no),
        said=said.get(visit.done, "") if no is None else "",
        script=True,
        address=address,
    )


def press_feed(visit: Visit) -> HttpResponse:
    """Make a new address, or switch it off: which of the buttons was pressed says so."""
    press = visit.text("press")
    if press == "renew":
        renew_feed(visit.actor)
        return go(f"{PATH}/feed", done="renewed")
    if press == "off":
        revoke_feed(visit.actor)
        return go(f"{PATH}/feed", done="off")
    return _feed(visit, Invalid.one("press", "unknown", _("Press one of the buttons.")))
