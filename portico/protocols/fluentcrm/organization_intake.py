"""What a call says about an organization, as our fields (wire notes 13)."""

from collections.abc import Mapping
from typing import Any

from portico.errors import Invalid
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.wire import as_text

_SAME = (
    "name", "industry", "address_line_1", "address_line_2", "postal_code", "city", "state", "country",
    "employees_number", "phone", "logo", "website", "linkedin_url", "facebook_url", "twitter_url",
)  # fmt: skip
COLUMNS = {
    **{name: name for name in _SAME},
    "email": "email",
    "timezone": "time_zone",
    "description": "description",
    "type": "kind",
    "owner_id": "owner",
    "date_of_start": "started_on",
}
# What is no custom field though it stands beside the organization's own columns.
NO_COLUMNS = {"id", "hash", "meta", "created_at", "updated_at", "owner", "contacts_count", "custom_values"}
_READERS = {"email": sanitizing.email, "description": sanitizing.description}


def fields_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Our fields. Raises Invalid for arrays."""
    return {COLUMNS[name]: read(name, given[name]) for name in given if name in COLUMNS}


def read(name: str, value: Any) -> str | None:
    """One column's value as plain text. Raises Invalid for an array."""
    if isinstance(value, list | dict):
        raise Invalid.one(name, "string", "This must be a text.")
    text = as_text(value)
    if text is None or (name == "date_of_start" and text == "0000-00-00"):
        return None
    return _READERS.get(name, sanitizing.plain_text)(text)
