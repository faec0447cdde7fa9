"""A member's calendar feed (RFC 5545), which a calendar program subscribes to by its address alone."""

from datetime import datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from icalendar import Calendar, Event

from portico.errors import Denied
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.selling.models import CalendarEvent
from portico.selling.queries.calendar import get_feed
from portico.web import errors

_EVERY = timedelta(hours=1)  # how often programs are asked to look again


@answering(errors)
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The address is a secret: nothing on the way is to keep what it shows."""
    if not client_of(request).may_send_credentials:
        raise Denied("Calendars over plain HTTP are refused: use https.")
    found = get_feed(token)
    body = _calendar(found.company, found.events).to_ical()
    tag = f'"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag, "X-Robots-Tag": "noindex"}
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        return HttpResponse(status=304, headers=headers)
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    return response


def _calendar(company: str, events: list[CalendarEvent]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Portico//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", company)
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(_component(event))
    return calendar


def _component(event: CalendarEvent) -> Event:
    made = Event()
    made.add("uid", f"event-{event.pk}@{settings.PUBLIC_URL.partition('//')[2]}")
    made.add("dtstamp", event.updated_at)
    made.add("last-modified", event.updated_at)
    made.add("summary", event.title)
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    _add_times(made, event)
    for name, value in (("description", event.description), ("location", event.location), ("url", event.url)):
        if value:
            made.add(name, value)
    return made


def _add_times(made: Event, event: CalendarEvent) -> None:
    """Times in UTC, which need no rules of a zone; whole days as the dates of the event's zone, the end excluded."""
    if not event.is_all_day:
        made.add("dtstart", event.starts_at)
        made.add("dtend", event.ends_at)
        return
    first, last = (_day(moment, event.time_zone) for moment in (event.starts_at, event.ends_at))
    made.add("dtstart", first.date())
    # One that ends at midnight ends with the day before.
    is_midnight = last.time() == datetime.min.time() and last > first
    made.add("dtend", last.date() + timedelta(days=0 if is_midnight else 1))


def _day(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))
