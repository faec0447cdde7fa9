"""What goes into the audit about contacts, so that their history can be read from it."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from portico.access import Actor
from portico.audit.actions import record
from portico.contacts.models import Contact

# Nobody may read these (a password), or they say nothing about the person.
_UNTOLD = frozenset({"id", "company_id", "token", "password_hash", "updated_at", "search"})


def record_of_contacts(actor: Actor, action: str, own: Mapping[int, Mapping[str, Any]], **common: Any) -> None:
    """One audit entry for all these contacts, whose history it is then in; nothing for none.

    `own` has the details that hold for one contact only; where they are the same for all, they are written once.
    """
    if not own:
        return
    first, *others = own.values()
    if all(one == first for one in others):
        common, own = {**common, **first}, {id: {} for id in own}
    if len(own) == 1:
        record(actor, action, "contact", *own, **common)
        return
    parts = {str(id): details for id, details in own.items() if details}
    if parts:
        common = {**common, "of": parts}
    record(actor, action, "contact", contacts=list(own), **common)


def differences(before: Contact, after: Contact) -> dict[str, Any]:
    """`before` and `after` of an audit entry: the fields in which the two are different."""
    fields = [field.attname for field in Contact._meta.concrete_fields if field.attname not in _UNTOLD]
    names = [name for name in fields if getattr(before, name) != getattr(after, name)]
    return {
        "before": {name: plain(getattr(before, name)) for name in names},
        "after": {name: plain(getattr(after, name)) for name in names},
    }


def plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()  # a moment too
    return str(value) if isinstance(value, Decimal) else value
