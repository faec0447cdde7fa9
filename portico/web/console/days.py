"""Days and moments, as forms and addresses of the console say them."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from portico.errors import Invalid
from portico.reports.periods import Period
from portico.web.visits import Visit

_DAYS_AT_FIRST = 30
_LONGEST = 366  # days
_EARLIEST, _LATEST = date(2000, 1, 1), date(2199, 12, 31)


def asked_day(visit: Visit, name: str) -> date | None:
    """A day in the address. Raises Invalid for what is none."""
    text = visit.asked(name)
    if not text:
        return None
    with suppress(ValueError):
        day = date.fromisoformat(text)
        if _EARLIEST <= day <= _LATEST:
            return day
    raise Invalid.one(name, "date", _("Write a day like 2026-01-31."))


def asked_days(visit: Visit) -> tuple[date | None, date | None]:
    """The days `from` and `until`, both included. Raises Invalid, also where they are out of order."""
    first, last = asked_day(visit, "from"), asked_day(visit, "until")
    if first and last and last < first:
        raise Invalid.one("until", "order", _("This day is before the first one."))
    return first, last


def asked_period(visit: Visit) -> Period:
    """The same as a period: the last 30 days in UTC unless said, a year at most. Raises Invalid."""
    first, last = asked_days(visit)
    last = last or max(first or _EARLIEST, datetime.now(UTC).date())
    first = first or max(_EARLIEST, last - timedelta(days=_DAYS_AT_FIRST - 1))
    if (last - first).days >= _LONGEST:
        raise Invalid.one("from", "long", _("Choose a year at most."))
    return Period(first, last + timedelta(days=1))


def last_days() -> Period:
    """What is shown where an address asks for what cannot be."""
    end = datetime.now(UTC).date() + timedelta(days=1)
    return Period(end - timedelta(days=_DAYS_AT_FIRST), end)


def moment_of(text: str, zone: ZoneInfo) -> datetime:
    """A moment as PostgreSQL's JSON has it, on the clock of this zone."""
    return datetime.fromisoformat(text).astimezone(zone)
