"""What may be written into an organization's own fields, and how it is checked."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from portico.contacts.fields import checked_date, checked_each, checked_email, checked_text

LONGEST_NAME = 255
LONGEST_DESCRIPTION = 5000  # all of it is searched
_LARGEST_NUMBER = 2_147_483_647
_ADDRESSES = ("logo", "website", "linkedin_url", "facebook_url", "twitter_url")
WRITABLE = (
    "name", "industry", "kind", "email", "phone", "time_zone", "address_line_1", "address_line_2", "postal_code",
    "city", "state", "country", "employees_number", "description", *_ADDRESSES, "started_on", "owner",
)  # fmt: skip


def checked_organization(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with values as they are stored. Raises Invalid with every problem; a name not in WRITABLE is a bug.

    A web address without a scheme gets https://. `owner` is a contact's id, stored as owner_id.
    """
    for name in fields:
        if name not in WRITABLE:
            raise KeyError(name)
    values = checked_each(fields, _CHECKS)
    if "owner" in values:
        values["owner_id"] = values.pop("owner")
    return values


def _name(value: Any) -> str:
    text = (checked_text(value, LONGEST_NAME) or "").strip()
    if not text:
        raise ValueError("required: A name is needed.")
    return text


def _address(value: Any) -> str | None:
    text = checked_text(value)
    if not text:
        return text
    whole = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(whole)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no port, or no IPv6 address
        is_good = False
    if not is_good or any(character.isspace() or character in '<>"\\' for character in whole):
        raise ValueError("url: This is no web address.")
    return whole


def _count(value: Any) -> int:
    try:
        number = int(value or 0)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("numeric: This must be a whole number.") from None
    if not 0 <= number <= _LARGEST_NUMBER:
        raise ValueError("numeric: This is too large or negative.")
    return number


def _contact(value: Any) -> int | None:
    if value in (None, "", 0, "0"):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("exists: This must be the id of a contact.") from None
    if not 0 < number < 2**63:
        raise ValueError("exists: This must be the id of a contact.")
    return number


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    # Short enough for an index.
    "kind": partial(checked_text, longest=LONGEST_NAME),
    "industry": partial(checked_text, longest=LONGEST_NAME),
    "email": checked_email,
    "description": partial(checked_text, longest=LONGEST_DESCRIPTION),
    "employees_number": _count,
    "started_on": checked_date,
    "owner": _contact,
    **dict.fromkeys(_ADDRESSES, _address),
}
