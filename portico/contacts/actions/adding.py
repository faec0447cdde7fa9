"""A new contact with its tags, lists, organizations and audit entry, written and read back by one statement."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import TextField
from psycopg.types.json import Jsonb

from portico.access import Actor
from portico.audit.actions import ENTRY, entry_values
from portico.contacts.fields import with_stage, with_standing
from portico.contacts.models import Consent, Contact
from portico.lib.statements import Later, Shape, Statement


def insert_contact(
    actor: Actor,
    values: Mapping[str, Any],
    custom_values: Mapping[str, Any],
    tag_ids: Sequence[int],
    list_ids: Sequence[int],
    shape: Shape | None = None,
    *,
    organization_ids: Sequence[int] = (),
) -> tuple[int, str] | None:
    """The new contact's id and its document in this shape; None when the company has the e-mail address already.

    `values` are checked ones. Tags, lists and organizations that the company does not have are left out; it works first
    at the first organization that is there. A rep's contact is its own
    and starts with consent pending, since nobody has opted in yet.
    """
    values = beginning(actor, values)
    statement = _statement(
        tuple(sorted(values)), shape, tags=bool(tag_ids), lists=bool(list_ids), organizations=bool(organization_ids)
    )
    entry = dict(zip(_ENTRY_NAMES, entry_values(actor, "contact.added", "contact"), strict=True))
    given = {"company": actor.company_id, "custom_values": Jsonb(dict(custom_values))}
    joined = {"tags": list(tag_ids), "lists": list(list_ids), "organizations": list(organization_ids)}
    row = statement.fetch_one({**values, **entry, **given, **joined})
    return (row[0], row[1]) if row else None


def beginning(actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a new contact begins with, of checked values. A rep's is its own; nobody has opted in to that yet."""
    new = with_standing(with_stage(dict(values)), _NEW)
    return {**new, "owner_id": actor.membership_id, "consent": Consent.PENDING} if actor.owns_only else new


_NEW: Mapping[str, Any] = {"archived_at": None, "discarded_at": None}
_ENTRY_NAMES = tuple(f"entry_{name}" for name in ENTRY)

# Each part is named like its table: what follows reads the rows just written instead of the table, which in this
# statement does not show them yet. So the shape, compiled for the tables, shows the new contact.
_CONTACT = """contact AS (
    INSERT INTO contact (company_id, custom_values{columns}) VALUES (%s, %s{marks})
    ON CONFLICT (company_id, lower(email)) DO NOTHING RETURNING *)"""
# Held before the contact is there: whoever deletes an organization holds it while waiting for contacts.
_KEPT = """kept AS (
    SELECT id FROM organization WHERE company_id = %s AND id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE)"""
_FIRST = "(SELECT id FROM kept ORDER BY array_position(%s::bigint[], id) LIMIT 1)"
_WORKING = """contact_organization AS (
    INSERT INTO contact_organization (company_id, contact_id, organization_id)
    SELECT contact.company_id, contact.id, kept.id FROM contact, kept RETURNING *)"""
_JOINED = """contact_{kind} AS (
    INSERT INTO contact_{kind} (company_id, contact_id, {kind}_id)
    SELECT contact.company_id, contact.id, label.id FROM contact,
        (SELECT id FROM {kind} WHERE company_id = %s AND id = ANY(%s::bigint[]) ORDER BY id FOR KEY SHARE) AS label
    RETURNING *)"""
_NOTED = """noted AS (
    INSERT INTO audit_entry ({columns}, subject_id, details) SELECT {marks}, id, {details} FROM contact)"""


@lru_cache(maxsize=512)
def _statement(
    columns: tuple[str, ...], shape: Shape | None, *, tags: bool, lists: bool, organizations: bool
) -> Statement:
    joined = [kind for kind, is_given in (("tag", tags), ("list", lists)) if is_given]
    first = f", {_FIRST}" if organizations else ""
    names_of_columns = [*columns, "organization_id"] if organizations else columns
    noted = [*joined, "organization"] if organizations else joined
    labels = (f"'{kind}s', (SELECT jsonb_agg({kind}_id) FROM contact_{kind})" for kind in noted)  # noqa: S608 -- our own table names
    details = ", ".join([f"'after', {_after(columns)}", *labels])
    parts = [
        *([_KEPT] if organizations else []),
        _CONTACT.format(columns="".join(f", {name}" for name in names_of_columns), marks=", %s" * len(columns) + first),
        *([_WORKING] if organizations else []),
        *(_JOINED.format(kind=kind) for kind in joined),
        _NOTED.format(
            columns=", ".join(ENTRY), marks=", ".join(["%s"] * len(ENTRY)), details=f"jsonb_build_object({details})"
        ),
    ]
    names = ["company", "custom_values", *columns]
    if organizations:
        names = ["company", "organizations", *names, "organizations"]
    for kind in joined:
        names += ["company", f"{kind}s"]
    rows_sql, rows_values = _read_back(shape)
    values = [Later(name, TextField()) for name in (*names, *_ENTRY_NAMES)]
    return Statement(f"WITH {', '.join(parts)} {rows_sql}", [*values, *rows_values])


def _after(columns: tuple[str, ...]) -> str:
    """What the new contact was given, read from the row: nothing has to be sent twice."""
    written = (f"'{name}', {name}{'::text' if name == 'life_time_value' else ''}" for name in columns)
    custom = "CASE WHEN custom_values = '{}' THEN '{}' ELSE jsonb_build_object('custom_values', custom_values) END"
    return f"jsonb_build_object({', '.join(written)}) || {custom}"


def _read_back(shape: Shape | None) -> tuple[str, Sequence[Any]]:
    if shape is None:
        return "SELECT id, '' FROM contact", ()
    rows = Contact.objects.values_list("id", shape.document())  # any company: only the row just written is to be seen
    return rows.query.sql_with_params()
