"""What a company can set beside its own row: every name, with its default and what it may be.

All of them are texts. What mails say is kept here for whatever writes mails; merge codes in it are the writer's.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from portico.errors import Invalid, Problem
from portico.lib.addresses import is_email
from portico.lib.texts import is_storable

LONGEST_NAME = 255
LONGEST_LINE = 500
LONGEST_URL = 2000
LONGEST_BODY = 200_000


@dataclass(frozen=True, slots=True)
class Preference:
    """`check` answers the value as it is stored, or raises ValueError with a sentence."""

    check: Callable[[Any], str]
    default: str = ""


def _text(longest: int) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or not is_storable(value):
            raise ValueError("This must be a text.")
        if len(value) > longest:
            raise ValueError(f"This is longer than {longest} characters.")
        return value

    return check


def _line(value: Any) -> str:
    text = _text(LONGEST_LINE)(value)
    # What stands in the head of a mail must not end it.
    if not text.isprintable():
        raise ValueError("This must be a text on one line.")
    return text


def _email(value: Any) -> str:
    if value != "" and not (isinstance(value, str) and is_email(value)):
        raise ValueError("This is no e-mail address.")
    return str(value)


def _url(value: Any) -> str:
    text = _text(LONGEST_URL)(value)
    try:
        is_address = not text or (urlsplit(text).scheme in {"http", "https"} and bool(urlsplit(text).hostname))
    except ValueError:
        is_address = False
    if not is_address:
        raise ValueError("This is no http or https address.")
    return text


def _one_of(*known: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"This must be one of {', '.join(known)}.")
        return value

    return check


PREFERENCES: dict[str, Preference] = {
    "postal_address": Preference(_text(LONGEST_LINE)),
    "contact_email": Preference(_email),
    "mail_sender_name": Preference(_line),
    "mail_sender_email": Preference(_email),
    "mail_reply_name": Preference(_line),
    "mail_reply_email": Preference(_email),
    "mail_footer": Preference(_text(LONGEST_BODY)),
    # The mail that asks a contact to confirm, and what the contact sees having done so.
    "opt_in_subject": Preference(_line),
    "opt_in_preview": Preference(_line),
    "opt_in_body": Preference(_text(LONGEST_BODY)),
    "opt_in_design": Preference(_line, "simple"),
    "opt_in_then": Preference(_one_of("message", "redirect"), "message"),
    "opt_in_thanks": Preference(_text(LONGEST_BODY)),
    "opt_in_redirect_url": Preference(_url),
}


def checked(preferences: Mapping[str, Any]) -> dict[str, str]:
    """These as they are stored. Raises Invalid with every problem; a name not in PREFERENCES is a bug."""
    values, problems = {}, []
    for name, value in preferences.items():
        try:
            values[name] = PREFERENCES[name].check(value)
        except ValueError as wrong:
            problems.append(Problem(name, "value", str(wrong)))
    if problems:
        raise Invalid(*problems)
    return values


def checked_name(value: Any) -> str:
    """A company's name: it is shown, and stands in the head of mails. Raises Invalid."""
    try:
        name = _line(value).strip()
    except ValueError as wrong:
        raise Invalid.one("name", "text", str(wrong)) from None
    if not name or len(name) > LONGEST_NAME:
        raise Invalid.one("name", "required", f"The company needs a name of at most {LONGEST_NAME} characters.")
    return name


def checked_logo(value: Any) -> str | None:
    """Where the company's logo is, None for "". Raises Invalid."""
    try:
        return _url(value) or None
    except ValueError as wrong:
        raise Invalid.one("logo_url", "url", str(wrong)) from None
