"""Plain text where HTML is kept, and HTML where plain text is wanted."""

import html
import re

_BREAK = re.compile(r"<br\b[^>]*>\n?|</(?:p|div|li|h[1-6]|tr|blockquote|pre)>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


def as_html(text: str) -> str:
    """The text as HTML that shows it letter for letter: what looks like a tag in it is none."""
    return "<br>\n".join(html.escape(line, quote=False) for line in text.splitlines())


def from_html(text: str) -> str:
    """What a reader of safe HTML (lib.safe_html) sees, without its looks."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).strip("\n")
