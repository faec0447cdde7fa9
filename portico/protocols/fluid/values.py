"""Parameters that are more than text."""

from datetime import date
from typing import Any

from portico.errors import Invalid
from portico.protocols.fluid.wire import Request, as_text

_DIGITS = 18  # of an id; nothing has a longer one
_WORDS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def as_id(name: str, value: Any) -> int:
    """An id; 0, which nothing has, for one that is too large to be any. Raises Invalid for what is no number."""
    text = as_text(name, value) or ""
    if not (text.isascii() and text.isdigit()):
        raise Invalid.one(name, "integer", f"{name} must be a number.")
    return int(text) if len(text) <= _DIGITS else 0


def optional_id(request: Request, name: str) -> int | None:
    """None for a parameter that is not there. Raises Invalid."""
    value = request.fields.get(name)
    return None if value in (None, "") else as_id(name, value)


def ids(request: Request, name: str) -> list[int]:
    """A list of ids that must be there. Raises Invalid."""
    value = request.fields.get(name)
    if not isinstance(value, list):
        raise Invalid.one(name, "required", f"{name} must be a list of numbers.")
    return [as_id(name, one) for one in value]


def as_flag(name: str, value: Any) -> bool:
    """Yes or no, as JSON or as a word. Raises Invalid."""
    if isinstance(value, bool):
        return value
    text = (as_text(name, value) or "").lower()
    if text not in _WORDS:
        raise Invalid.one(name, "boolean", f"{name} must be true or false.")
    return _WORDS[text]


def optional_day(request: Request, name: str) -> date | None:
    """None for a parameter that is not there; of a moment its day. Raises Invalid."""
    text = request.optional(name)
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10] if text[10:11] in {"T", " "} else text)
    except ValueError:
        raise Invalid.one(name, "date", f"{name} must be a date like 2024-01-31.") from None


def inside(request: Request, wrapper: str) -> dict[str, Any]:
    """The fields of a body, which may be in a wrapper, as on the company's side, or flat."""
    outer = request.fields.get(wrapper)
    return outer if isinstance(outer, dict) else request.fields
