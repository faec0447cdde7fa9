"""What this wire makes of text before anybody looks at it (wire notes 1, "text")."""

import re
from typing import Any

_LONGEST = 100_000  # more is refused by the core anyway, and need not be searched for tags
_UNREAD = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)
_TAG = re.compile(r"<[/!?a-z][^<>]*>", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_EMAILS = re.compile(r"[^\w.!#$%&'*+/=?^`{|}~@-]")


def plain_text(text: str) -> str:
    """Without tags, control characters and broken Unicode; runs of blanks and line breaks become one blank."""
    text = _UNPRINTABLE.sub("", text)
    if "<" in text and len(text) <= _LONGEST:
        text = _TAG.sub("", _UNREAD.sub("", text))
    return _BLANKS.sub(" ", text).strip()


def description(text: str) -> str:
    """Line breaks and markup stay; only what no text can have goes."""
    return _UNPRINTABLE.sub("", text).strip()


def email(text: str) -> str:
    """Without characters that no address has."""
    return _NOT_IN_EMAILS.sub("", text.strip())


def anything(value: Any) -> Any:
    """plain_text for every text in a JSON value, also for keys."""
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, list):
        return [anything(item) for item in value]
    if isinstance(value, dict):
        return {plain_text(key): anything(item) for key, item in value.items()}
    return value
