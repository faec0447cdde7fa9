"""What a call says about a contact, as our fields (wire notes 8.1, 8.6)."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeAlias

from portico.access import Actor
from portico.contacts.actions.upserting import Wanted
from portico.contacts.models import Consent
from portico.errors import Invalid, Problem
from portico.lib.addresses import is_email
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.wire import as_id, as_items, as_labels, as_text

Given: TypeAlias = Mapping[str, Any]

TEXTS = {
    **{name: name for name in (
        "prefix", "first_name", "last_name", "address_line_1", "address_line_2", "postal_code", "city", "state",
        "country", "ip", "latitude", "longitude", "phone", "source", "avatar",
    )},
    "timezone": "time_zone",
}  # fmt: skip
OTHERS = {
    "email": "email",
    "status": "consent",
    "contact_type": "stage",
    "total_points": "total_points",
    "life_time_value": "life_time_value",
    "date_of_birth": "date_of_birth",
    "created_at": "created_at",
    "last_activity": "last_activity_at",
    "contact_owner": "owner_id",
}
# What is no custom value though it stands beside the contact's own fields.
NO_FIELDS = {
    "id", "user_id", "hash", "company_id", "updated_at", "full_name", "photo", "tags", "lists", "companies",
    "detach_tags", "detach_lists", "attach_tags", "attach_lists", "custom_values", "double_optin", "__force_update",
    "subscriber", "rest_route", "_method", "query_timestamp", "_wp_http_referer", "_locale",
}  # fmt: skip
_KNOWN = NO_FIELDS.union(TEXTS, OTHERS)
TYPES = {"lead": False, "customer": True}
_CONSENTS = frozenset(Consent.values)  # put together anew by Django each time it is asked for


def required(given: Given) -> list[Problem]:
    problems = []
    email = as_text(given.get("email")) or ""
    if not email:
        problems.append(Problem("email", "required", "The e-mail address is needed."))
    if not is_email(email.strip()) and (email or "email" in given):
        problems.append(Problem("email", "email", "This is no e-mail address."))
    if not as_text(given.get("status")):
        problems.append(Problem("status", "required", "The status is needed."))
    return problems


def required_in_bulk(given: Given) -> list[Problem]:
    return [problem for problem in required(given) if problem.field == "email"]


def wanted(
    given: Given,
    check: Callable[[Given], list[Problem]],
    *,
    keeps_consent: bool = False,
    asks_new: bool = False,
    asks_pending: bool = False,
) -> Wanted:
    """A contact to be added or merged. Raises Invalid in this wire's words, several rules at once."""
    problems = check(given)
    if problems:
        raise Invalid(*problems)
    custom = given.get("custom_values")
    loose = {} if custom else {key: value for key, value in given.items() if key not in _KNOWN}
    return Wanted(
        _with_names(fields_of(given), given),
        custom_values=custom_of(custom),
        loose=custom_of(loose),
        tags=as_labels(given.get("tags")),
        lists=as_labels(given.get("lists")),
        detach_tags=as_labels(given.get("detach_tags")),
        detach_lists=as_labels(given.get("detach_lists")),
        organizations=_organizations(given),
        keeps_consent=keeps_consent,
        asks_new=asks_new,
        asks_pending=asks_pending,
    )


def within_modules(actor: Actor, contact: Wanted) -> Wanted:
    """Without what the company has switched off."""
    if not contact.organizations or "organizations" in actor.modules:
        return contact
    return replace(contact, organizations=())


def _organizations(given: Given) -> tuple[int, ...]:
    """Where it is to work; where first leads."""
    first = as_id(given.get("company_id"))
    ids = [id for id in map(as_id, as_items(given.get("companies"))) if id]
    return (first, *ids) if first else tuple(ids)


def asks_opt_in(value: Any) -> bool:
    """double_optin, as it may be said (wire notes 8.6)."""
    return (as_text(value) or "").lower() in {"1", "true", "yes", "on"}


def _with_names(fields: dict[str, Any], given: Given) -> dict[str, Any]:
    """full_name stands for first and last name where both are empty."""
    full = sanitizing.plain_text(as_text(given.get("full_name")) or "")
    if full and not fields.get("first_name") and not fields.get("last_name"):
        first, _, rest = full.partition(" ")
        return {**fields, "first_name": first, **({"last_name": rest} if rest else {})}
    return fields


def fields_of(given: Given) -> dict[str, Any]:
    """Our fields. Names that are no status or type are dropped, as the plugin does. Raises Invalid for arrays."""
    fields: dict[str, Any] = {}
    for name, core in TEXTS.items():
        if name in given:
            fields[core] = _plain(name, given[name])
    for name, read in _READERS.items():
        if name in given:
            fields.update(read(given[name]))
    return fields


def _plain(name: str, value: Any) -> str | None:
    if isinstance(value, list | dict):
        raise Invalid.one(name, "string", "This must be a text.")
    text = as_text(value)
    return None if text is None else sanitizing.plain_text(text)


def moment(value: Any) -> datetime | None:
    """YYYY-MM-DD HH:MM:SS in UTC; None for anything else."""
    try:
        return datetime.strptime(str(as_text(value)).strip()[:19], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _moment(core: str) -> Any:
    def read(value: Any) -> dict[str, Any]:
        at = moment(value)
        return {core: at} if at else {}

    return read


def _number(core: str) -> Any:
    def read(value: Any) -> dict[str, Any]:
        return {core: _plain(core, value)}

    return read


_READERS = {
    "email": lambda value: {"email": sanitizing.email(as_text(value) or "")},
    "status": lambda value: {"consent": value} if isinstance(value, str) and value in _CONSENTS else {},
    "contact_type": lambda value: {"is_customer": TYPES[value]} if isinstance(value, str) and value in TYPES else {},
    "total_points": _number("total_points"),
    "life_time_value": _number("life_time_value"),
    "date_of_birth": lambda value: {"date_of_birth": None if value == "0000-00-00" else _plain("date_of_birth", value)},
    "created_at": _moment("created_at"),
    "last_activity": _moment("last_activity_at"),
    "contact_owner": _number("owner_id"),
}


def custom_of(values: Any) -> dict[str, Any]:
    return sanitizing.anything(values) if isinstance(values, dict) else {}
