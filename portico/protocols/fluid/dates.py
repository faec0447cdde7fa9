"""Dates among the parameters: moments, or whole days, the last one included."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portico.content.queries.sharing import Span
from portico.content.queries.spans import span_of_days
from portico.content.queries.spans import zone_of as zone_of_person
from portico.errors import Invalid
from portico.protocols.fluid.wire import Request

_YEARS = range(1900, 2200)


def days_between(request: Request, first: str = "from_date", last: str = "to_date") -> Span:
    """From when on and before when. Raises Invalid, also where they are out of order.

    A moment is one; a day is in the zone that the call names (`zone_of`).
    """
    zone = zone_of(request)
    since, before = _moment(request, first, zone, is_last=False), _moment(request, last, zone, is_last=True)
    if since and before and since >= before:
        raise _out_of_order(first, last)
    return since, before


def asked_days(request: Request, first: str = "start_date", last: str = "end_date") -> tuple[date | None, date | None]:
    """Days of the rep's own time zone. Raises Invalid, also where they are out of order."""
    since, until = _day(request, first), _day(request, last)
    if since and until and until < since:
        raise _out_of_order(first, last)
    return since, until


def asked_span(request: Request) -> Span:
    """The same as moments: from when on and before when."""
    first, last = asked_days(request)
    return span_of_days(zone_of_person(request.actor), first, last) if first or last else (None, None)


def zone_of(request: Request) -> ZoneInfo:
    """The parameter time_zone, otherwise UTC. Raises Invalid where there is no such zone."""
    name = request.optional("time_zone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Invalid.one("time_zone", "time_zone", "There is no such time zone.") from None


def _moment(request: Request, name: str, zone: ZoneInfo, *, is_last: bool) -> datetime | None:
    given = _read(request, name)
    if given is None:
        return None
    with suppress(OverflowError):
        if isinstance(given, datetime):
            moment = given if given.tzinfo else given.replace(tzinfo=zone)
            moment += timedelta(microseconds=is_last)
        else:
            moment = datetime.combine(given + timedelta(days=is_last), time(), zone)
        if moment.year in _YEARS:
            return moment.astimezone(UTC)
    raise _no_date(name)


def _day(request: Request, name: str) -> date | None:
    """A day, or that of a moment: in the rep's time zone, if the moment says its own."""
    given = _read(request, name)
    if not isinstance(given, datetime):
        return given
    try:
        return given.astimezone(zone_of_person(request.actor)).date() if given.tzinfo else given.date()
    except (OverflowError, ValueError):
        raise _no_date(name) from None


def _read(request: Request, name: str) -> date | None:
    """A day, or a moment, which is a day to Python too."""
    text = (request.optional(name) or "").strip()
    if not text:
        return None
    with suppress(ValueError):
        return date.fromisoformat(text)
    with suppress(ValueError):
        # In a query a + is a blank.
        return datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
    raise _no_date(name)


def _no_date(name: str) -> Invalid:
    return Invalid.one(name, "date", f"{name} must be a date like 2024-01-15, or a moment like 2024-01-15T14:30:00Z.")


def _out_of_order(first: str, last: str) -> Invalid:
    return Invalid.one(last, "order", f"{last} is before {first}.")
