"""How sharing goes: from kept sums, for days of the rep's own time zone. A year costs hardly more than a day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from portico.access import Actor
from portico.content.queries.numbers import Seen, list_top_media, sum_spans
from portico.content.queries.spans import brought_in, start_of, zone_of

_DAYS_AT_FIRST = 30
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
# Before this nothing was shown to anybody, and a span of ten years is the longest that is told.
_LONGEST = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class Sharing:
    """How often in a span, what was seen most, and the first and the last day, both included."""

    seen: Seen
    top: list[tuple[int, str, str, Seen]]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Bucket:
    """A step of a period: how it is called, from its first moment up to before its second."""

    name: str
    start: datetime
    end: datetime


def get_sharing(actor: Actor, first: date | None, last: date | None) -> Sharing:
    """The actor's own numbers, for an administrator the company's. Without dates the last 30 days."""
    zone = zone_of(actor)
    last = brought_in(last or (max(today(zone), first) if first else today(zone)))
    first = max(first or last - (_DAYS_AT_FIRST - 1) * _DAY, last - _LONGEST)
    span = (start_of(first, zone), start_of(last + _DAY, zone))
    return Sharing(sum_spans(actor, [span])[0], list_top_media(actor, span), first, last)


def today(zone: ZoneInfo) -> date:
    return datetime.now(zone).date()


def list_periods(actor: Actor) -> dict[str, list[tuple[str, Seen]]]:
    """Periods up to now by their names, each in steps: hours, days, weeks (by their first day) or months."""
    zone = zone_of(actor)
    periods = {name: make(zone) for name, make in _PERIODS.items()}
    buckets = [bucket for steps in periods.values() for bucket in steps]
    found = iter(sum_spans(actor, [(bucket.start, bucket.end) for bucket in buckets]))
    return {name: [(bucket.name, next(found)) for bucket in steps] for name, steps in periods.items()}


def count_shares_lately(actor: Actor) -> tuple[int, int]:
    """Shares since the month and since the week (Monday) began."""
    zone = zone_of(actor)
    day = today(zone)
    end = start_of(day + _DAY, zone)
    starts = (day.replace(day=1), day - day.weekday() * _DAY)
    month, week = sum_spans(actor, [(start_of(one, zone), end) for one in starts])
    return month.shares, week.shares


def _hours(start: datetime, end: datetime, zone: ZoneInfo) -> list[Bucket]:
    """Whole hours of the clock on the wall there, named by when they begin."""
    steps = []
    while start < end:
        steps.append(Bucket(start.astimezone(zone).isoformat(timespec="minutes"), start, start + _HOUR))
        start += _HOUR
    return steps


def _today(zone: ZoneInfo) -> list[Bucket]:
    return _hours(start_of(today(zone), zone), datetime.now(UTC), zone)


def _last_day(zone: ZoneInfo) -> list[Bucket]:
    now = datetime.now(zone)
    end = now.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + _HOUR
    return _hours(end - 24 * _HOUR, end, zone)


def _days(days: int, step: int) -> Callable[[ZoneInfo], list[Bucket]]:
    def make(zone: ZoneInfo) -> list[Bucket]:
        end = today(zone) + _DAY
        firsts = [end - before * _DAY for before in range(days, 0, -step)]
        return _between([*firsts, end], zone)

    return make


def _months(months: int) -> Callable[[ZoneInfo], list[Bucket]]:
    def make(zone: ZoneInfo) -> list[Bucket]:
        this = today(zone)
        number = this.year * 12 + this.month - 1
        return _from_months(range(number - months + 1, number + 1), zone)

    return make


def _year_to_date(zone: ZoneInfo) -> list[Bucket]:
    this = today(zone)
    return _from_months(range(this.year * 12, this.year * 12 + this.month), zone)


def _from_months(numbers: range, zone: ZoneInfo) -> list[Bucket]:
    return _between([date(number // 12, number % 12 + 1, 1) for number in (*numbers, numbers.stop)], zone)


def _between(firsts: list[date], zone: ZoneInfo) -> list[Bucket]:
    pairs = pairwise(firsts)
    return [Bucket(one.isoformat(), start_of(one, zone), start_of(other, zone)) for one, other in pairs]


_PERIODS: dict[str, Callable[[ZoneInfo], list[Bucket]]] = {
    "today": _today,
    "1d": _last_day,
    "1m": _days(30, 1),
    "3m": _days(91, 7),
    "6m": _months(6),
    "1y": _months(12),
    "ytd": _year_to_date,
}
