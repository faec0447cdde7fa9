"""Rows of the contact table found by their addresses, inserted and changed in one statement each."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection
from django.db.models.functions import Lower

from portico.access import Actor
from portico.contacts.actions.recording import plain
from portico.contacts.fields import WRITABLE
from portico.contacts.queries.contacts import visible_contacts
from portico.lib.addresses import lowered

_FIELDS = tuple(name for name in WRITABLE if not name.startswith("is_"))  # those stand for other columns
# What a new contact has where nothing is said, and the column must have something.
_DEFAULTS = {
    "consent": "'subscribed'",
    "stage": "'lead'",
    "total_points": "0",
    "life_time_value": "0",
    "created_at": "statement_timestamp()",
    "custom_values": "'{}'",
}
_INSERTED = (*_FIELDS, "custom_values", "organization_id")
_VALUES = ", ".join(f"coalesce({name}, {_DEFAULTS[name]})" if name in _DEFAULTS else name for name in _INSERTED)
_INSERT = (
    f"INSERT INTO contact (company_id, {', '.join(_INSERTED)}) SELECT %s, {_VALUES} "  # noqa: S608 -- our own names
    "FROM json_populate_recordset(NULL::contact, %s::json) "
    "ON CONFLICT (company_id, lower(email)) DO NOTHING RETURNING email, id"
)
_UPDATE = """
UPDATE contact SET {changes}, updated_at = statement_timestamp(),
    consent_changed_at =
        CASE WHEN contact.consent <> new.consent THEN statement_timestamp() ELSE contact.consent_changed_at END
FROM json_populate_recordset(NULL::contact, %s::json) AS new
WHERE contact.company_id = %s AND contact.id = new.id AND contact.id = ANY(%s)
"""


def lock_by_address(actor: Actor, keys: Collection[str]) -> dict[str, dict[str, Any]]:
    """Lock the contacts with these addresses in lower case that the actor may see; what they hold, by these keys."""
    rows = visible_contacts(actor).alias(key=Lower("email")).filter(key__in=set(keys)).order_by("pk")
    held = rows.select_for_update(no_key=True).values("id", "custom_values", *_FIELDS)
    return {lowered(row["email"]): row for row in held}


def insert_contacts(actor: Actor, rows: Sequence[Mapping[str, Any]]) -> dict[str | None, int]:
    """New contacts with these columns; the ids by address of those that were made. One that is there is left out."""
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [actor.company_id, _json(rows)])
        return dict(cursor.fetchall())


def write_changes(actor: Actor, changed: Mapping[int, tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
    """Write into locked contacts, by id: what they hold, and which columns become what."""
    if not changed:
        return
    # Each row says something for every column that becomes different in any; what it holds is locked.
    names = sorted({"consent"}.union(*(new for _, new in changed.values())))
    rows = [{"id": id, **{name: new.get(name, there[name]) for name in names}} for id, (there, new) in changed.items()]
    changes = ", ".join(f"{name} = new.{name}" for name in names)
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE.format(changes=changes), [_json(rows), actor.company_id, list(changed)])


def _json(rows: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(rows, default=plain)
