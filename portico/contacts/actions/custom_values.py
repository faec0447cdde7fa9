"""What contacts hold in a company's own fields, made fit for the kind of each field before it is written."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from portico.access import Actor
from portico.contacts.fields import checked_custom
from portico.contacts.models import CustomField
from portico.errors import Invalid, Problem

_Kind = CustomField.Kind
# What PostgreSQL takes for a number, bounded so that every comparison stays cheap.
_NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][+-]?\d{1,2})?")
_LARGEST = 10**30
_NO_DATES = ("0000-00-00", "0000-00-00 00:00:00")


def typed_custom_values(
    actor: Actor, values: Mapping[str, Any], loose: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """These custom values as they are stored: filters by number and date can rely on what this answers.

    Numbers and texts of digits stay what they are; dates become YYYY-MM-DD, moments YYYY-MM-DD HH:MM:SS in UTC; a
    field of several choices takes one text with commas too. Choices need not be among the field's options, and a
    value without a field is kept as it is, as in the field (FluentCRM wire notes 12). Of `loose` only what has a field
    is taken. Raises Invalid with every problem.
    """
    if not values and not loose:
        return {}
    return typed_by(kinds_of(actor, {**(loose or {}), **values}), values, loose or {})


def kinds_of(actor: Actor, slugs: Iterable[str]) -> dict[str, str]:
    """Of which kind the company's custom fields with these names are."""
    asked = [slug for slug in slugs if "\0" not in slug]
    rows = CustomField.objects.filter(company_id=actor.company_id, slug__in=asked)
    return dict(rows.values_list("slug", "kind")) if asked else {}


def typed_by(kinds: Mapping[str, str], values: Mapping[str, Any], loose: Mapping[str, Any]) -> dict[str, Any]:
    """typed_custom_values, for fields whose kinds are known."""
    if not values and not loose:
        return {}
    given = checked_custom({**{slug: value for slug, value in loose.items() if slug in kinds}, **values})
    problems, stored = [], {}
    for slug, value in given.items():
        try:
            stored[slug] = typed(kinds.get(slug, ""), value)
        except ValueError as wrong:
            problems.append(Problem("custom_values", slug, str(wrong)))
    if problems:
        raise Invalid(*problems)
    return stored


def typed(kind: str, value: Any) -> Any:
    """A value that checked_custom has passed, for a field of this kind. Raises ValueError with a sentence."""
    if value is None or value == "" or kind not in _TYPES:
        return value
    return _TYPES[kind](value)


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        text = value.strip()
        if not text or _NUMBER.fullmatch(text):
            return text
    elif isinstance(value, int | float) and abs(value) < _LARGEST:
        return value
    raise ValueError("This must be a number.")


def _moment(value: Any) -> datetime | None:
    text = value.strip() if isinstance(value, str) else "?"
    if not text or text in _NO_DATES:
        return None
    try:
        found = datetime.fromisoformat(text.replace("/", "-"))
        return found.astimezone(UTC) if found.tzinfo else found
    except (ValueError, OverflowError):
        raise ValueError("This must be a date like 1990-12-31, or with a time after it.") from None


def _day(value: Any) -> str:
    moment = _moment(value)
    return moment.date().isoformat() if moment else ""


def _date_time(value: Any) -> str:
    moment = _moment(value)
    return moment.replace(tzinfo=None).isoformat(" ", "seconds") if moment else ""


def _several(value: Any) -> list[str]:
    """Texts; an empty list is kept apart from no value, since somebody may have unchecked every box."""
    items = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    texts = ("" if item is None or item is False else str(item).strip() for item in items)
    return [text for text in texts if text]


_TYPES: dict[str, Callable[[Any], Any]] = {
    _Kind.NUMBER: _number,
    _Kind.DATE: _day,
    _Kind.DATE_TIME: _date_time,
    _Kind.CHECKBOX: _several,
    _Kind.MULTI_SELECT: _several,
}
