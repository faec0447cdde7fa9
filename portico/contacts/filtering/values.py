"""Reads the values of conditions. Every reader answers what JSON can keep, and raises Wrong for anything else."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

from portico.contacts.filtering.conditions import LONGEST_VALUE, MOST_VALUES, Wrong
from portico.lib.texts import is_storable

_LARGEST = 2**63 - 1
_MOST_DAYS = 100_000
_YEARS = range(1000, 9000)  # so that days before and after can be counted too
_NUMBER = re.compile(r"[-+]?\d{1,20}(\.\d{1,10})?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,19}", re.ASCII)
T = TypeVar("T")


def text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Wrong("value", "The value must be a text.")
    found = str(value)
    if not found:
        raise Wrong("value", "A value is needed.")
    if len(found) > LONGEST_VALUE or not is_storable(found):
        raise Wrong("value", f"The value must be a text of at most {LONGEST_VALUE} characters.")
    return found


def number(value: Any) -> str:
    """A number as text, exact."""
    found = "" if isinstance(value, bool) or not isinstance(value, str | int | float) else str(value).strip()
    if not _NUMBER.fullmatch(found):
        raise Wrong("value", "The value must be a number.")
    return found


def whole(value: Any) -> int:
    found = "" if isinstance(value, bool) or not isinstance(value, str | int) else str(value).strip()
    if not _WHOLE.fullmatch(found) or abs(int(found)) > _LARGEST:
        raise Wrong("value", "The value must be a whole number.")
    return int(found)


def id_of(value: Any) -> int:
    try:
        found = whole(value)
    except Wrong:
        found = 0
    if found < 1:
        raise Wrong("value", "The value must be the number of something, from 1 up.")
    return found


def days(value: Any) -> int:
    found = whole(value)
    if not 0 <= found <= _MOST_DAYS:
        raise Wrong("value", f"The value must be a number of days from 0 to {_MOST_DAYS}.")
    return found


def stamp(value: Any) -> str:
    """YYYY-MM-DD, or YYYY-MM-DD HH:MM:SS in UTC where a time was given."""
    found = value.strip() if isinstance(value, str) else ""
    try:
        moment = datetime.fromisoformat(found)
        if moment.year not in _YEARS:
            raise ValueError  # noqa: TRY301 -- the same answer
    except (ValueError, OverflowError):
        raise Wrong("value", "The value must be a date like 2026-01-31, or with a time: 2026-01-31 18:00:00.") from None
    if len(found) == len("YYYY-MM-DD"):
        return found
    moment = moment.astimezone(UTC) if moment.tzinfo else moment
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def day(value: Any) -> str:
    """Only the date of a stamp."""
    return stamp(value)[: len("YYYY-MM-DD")]


def span(value: str) -> tuple[datetime, datetime]:
    """What a stamp covers: its day, or its second. The end is the first moment after."""
    start = datetime.fromisoformat(value).replace(tzinfo=UTC)
    return start, start + (timedelta(days=1) if len(value) == len("YYYY-MM-DD") else timedelta(seconds=1))


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def several(read: Callable[[Any], T]) -> Callable[[Any], tuple[T, ...]]:
    """A reader of one or more such values, each of them once, in order."""

    def read_all(value: Any) -> tuple[T, ...]:
        items = value if isinstance(value, list | tuple) else [value]
        if not items:
            raise Wrong("value", "At least one value is needed.")
        if len(items) > MOST_VALUES:
            raise Wrong("value", f"There are more than {MOST_VALUES} values.")
        return tuple(dict.fromkeys(read(item) for item in items))

    return read_all
