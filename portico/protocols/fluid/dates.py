"""Dates among the parameters: a moment, or a whole day in the zone that the call or its user names."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portico.errors import Invalid
from portico.protocols.fluid.wire import Request

_YEARS = range(1900, 2200)


def days_between(
    request: Request, first: str = "from_date", last: str = "to_date"
) -> tuple[datetime | None, datetime | None]:
    """From when on and before when; a last day counts in whole. Raises Invalid, also where they are out of order."""
    zone = zone_of(request)
    since, before = _moment(request, first, zone, is_last=False), _moment(request, last, zone, is_last=True)
    if since and before and since >= before:
        raise Invalid.one(last, "order", f"{last} is before {first}.")
    return since, before


def zone_of(request: Request) -> ZoneInfo:
    """The parameter time_zone, otherwise UTC. Raises Invalid where there is no such zone."""
    name = request.optional("time_zone") or "UTC"
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise Invalid.one("time_zone", "time_zone", "There is no such time zone.") from None


def _moment(request: Request, name: str, zone: ZoneInfo, *, is_last: bool) -> datetime | None:
    text = request.optional(name)
    if not text:
        return None
    try:
        if len(text) == len("2024-01-15"):
            day = date.fromisoformat(text) + timedelta(days=is_last)
            moment = datetime.combine(day, time(), zone)
        else:
            # In a query a + is a blank.
            moment = datetime.fromisoformat(text.replace(" ", "+") if "T" in text else text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
            moment += timedelta(microseconds=is_last)
        if moment.year in _YEARS:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid.one(name, "date", f"{name} must be a date like 2024-01-15, or a moment like 2024-01-15T14:30:00Z.")
