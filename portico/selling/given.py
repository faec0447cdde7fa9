"""What a company's own software tells us about its things: JSON values or cells of a file, checked value by value."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from portico.contacts.fields import checked_each, checked_text
from portico.errors import Invalid, Problem

Check = Callable[[Any], Any]
LONGEST_NAME = 255
LONGEST_TEXT = 20_000
LONGEST_ADDRESS = 2000
_MOST = 2_147_483_647
_YEARS = range(1970, 2200)  # what every calendar program and PostgreSQL's ISO texts can take


def given(fields: Mapping[str, Any], checks: Mapping[str, Check], required: Collection[str]) -> dict[str, Any]:
    """The values as they are stored, by the names of `checks`. Raises Invalid with every problem.

    A name that is not known is refused, so that a misspelt one is not lost silently.
    """
    problems = [Problem(name, "required", f"{name} is missing.") for name in required if fields.get(name) in (None, "")]
    problems += [Problem(name[:LONGEST_NAME], "unknown", "There is no such field.") for name in fields.keys() - checks]
    if problems:
        raise Invalid(*problems)
    return checked_each(fields, checks)


def name(value: Any) -> str:
    """A short text that must say something."""
    text = checked_text(value, LONGEST_NAME)
    if not text or not text.strip():
        raise ValueError("required: This must be a text.")
    return text.strip()


def short_text(value: Any) -> str | None:
    return checked_text(value, LONGEST_NAME)


def long_text(value: Any) -> str:
    return checked_text(value, LONGEST_TEXT) or ""


def address(value: Any) -> str | None:
    """An http or https address; an empty text is none."""
    text = checked_text(value, LONGEST_ADDRESS)
    if not text:
        return None
    try:
        parts = urlsplit(text)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_good = False
    if not is_good or re.search(r"[\s<>\"]", text):
        raise ValueError("address: This must be an address that begins with https://.")
    return text


def moment(value: Any) -> datetime | None:
    """ISO 8601 with its zone, like 2026-01-15T14:00:00Z; an empty text is none."""
    if value in (None, ""):
        return None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None and at.year in _YEARS:
            return at.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        pass
    raise ValueError("time: This must be a moment with its zone, like 2026-01-15T14:00:00Z.")


def set_moment(value: Any) -> datetime:
    at = moment(value)
    if at is None:
        raise ValueError("required: This must be a moment.")
    return at


def time_zone(value: Any) -> str:
    """An IANA name."""
    text = name(value)
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError):  # a name that is none, a folder's, an unknown one
        raise ValueError("time_zone: This must be the name of a time zone, like Europe/Berlin.") from None
    return text


def whole_number(least: int = 0, most: int = _MOST) -> Check:
    def check(value: Any) -> int:
        text = str(value).strip()
        if isinstance(value, bool) or not re.fullmatch(r"-?[0-9]{1,18}", text) or not least <= int(text) <= most:
            raise ValueError(f"number: This must be a whole number from {least} to {most}.")
        return int(text)

    return check


def or_none(check: Check) -> Check:
    """The same, where nothing may be said too."""
    return lambda value: None if value in (None, "") else check(value)


def one_of(known: Sequence[str]) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"unknown: This must be one of {', '.join(known)}.")
        return value

    return check


def yes_or_no(value: Any) -> bool:
    """A boolean; in files also the words."""
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = value if isinstance(value, bool) else words.get(value.lower()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("boolean: This must be true or false.")
    return found


def texts(known: Collection[str]) -> Check:
    """An object of short texts with these names; nothing is none."""

    def check(value: Any) -> dict[str, str] | None:
        if value in (None, ""):
            return None
        if not isinstance(value, dict) or value.keys() - set(known):
            raise ValueError(f"object: This must be an object with some of {', '.join(known)}.")
        return {key: text for key, one in value.items() if (text := checked_text(one, LONGEST_NAME))}

    return check


def objects(checks: Mapping[str, Check], required: Collection[str], *, most: int) -> Check:
    """A list of objects, each checked."""

    def check(value: Any) -> list[dict[str, Any]]:
        if not isinstance(value, list) or len(value) > most or not all(isinstance(one, dict) for one in value):
            raise ValueError(f"list: This must be a list of at most {most} objects.")
        found = []
        for number, one in enumerate(value, start=1):
            try:
                found.append(given(one, checks, required))
            except Invalid as no:
                problem = no.problems[0]
                raise ValueError(f"{problem.rule}: Number {number}, {problem.field}: {problem.text}") from None
        return found

    return check
