"""Text of our documents as HTML: paragraphs, and `code` between backticks."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_PARAGRAPHS = re.compile(r"\n\s*\n")
_CODE = re.compile(r"`([^`]+)`")


def inline(text: str) -> SafeString:
    """One run of text. Where a line was broken to fit its file says nothing, so that a blank takes its place."""
    return mark_safe(_CODE.sub(r"<code>\1</code>", escape(" ".join(text.split()))))  # noqa: S308 -- escaped before


def paragraphs(text: str) -> SafeString:
    """Paragraphs stand between empty lines."""
    parts = (inline(part) for part in _PARAGRAPHS.split(text) if part.strip())
    return mark_safe("\n".join(f"<p>{part}</p>" for part in parts))  # noqa: S308 -- same
