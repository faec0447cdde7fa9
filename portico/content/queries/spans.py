"""Spans of time, as people name them: by days of their own time zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portico.access import Actor
from portico.errors import NotFound
from portico.identity.queries.sessions import get_own_membership

_EARLIEST, _LATEST = date(2000, 1, 1), date(2200, 1, 1)


def brought_in(day: date) -> date:
    """The day, or the nearest in two hundred years: what is before or after has nothing in it."""
    return min(max(day, _EARLIEST), _LATEST)


def zone_of(actor: Actor) -> ZoneInfo:
    """The time zone of the actor's person; UTC for who is none, or has one that does not exist."""
    try:
        return zone_named(get_own_membership(actor).user.time_zone)
    except NotFound:
        return zone_named("")


def zone_named(name: str) -> ZoneInfo:
    """UTC where there is none of this name."""
    try:
        return ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """When the day begins there, in UTC. Where clocks are set forward at midnight, the first moment that there is."""
    return datetime.combine(brought_in(day), time.min, zone).astimezone(UTC)


def span_of_days(zone: ZoneInfo, first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the beginning of the first day to the end of the last; None for no bound."""
    return (
        start_of(first, zone) if first else None,
        start_of(brought_in(last) + timedelta(days=1), zone) if last else None,
    )


def whole(span: tuple[datetime | None, datetime | None]) -> tuple[datetime, datetime]:
    """The span with bounds where it has none: there is nothing beyond them."""
    zone = ZoneInfo("UTC")
    return span[0] or start_of(_EARLIEST, zone), span[1] or start_of(_LATEST, zone)
