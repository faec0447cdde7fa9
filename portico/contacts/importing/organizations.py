"""Organizations from a CSV file, page by page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Lower
from psycopg.sql import SQL, Composed, Identifier
from psycopg.types.json import Jsonb

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.adding import insert_contact
from portico.contacts.fields import checked, checked_custom
from portico.contacts.importing.reading import Record, opened
from portico.contacts.models import Consent, Contact
from portico.contacts.organization_fields import WRITABLE, checked_organization
from portico.errors import Invalid

ROWS = 100  # a page


@dataclass(frozen=True, slots=True)
class OrganizationImport:
    """What becomes of a file's columns, by header: a field of WRITABLE (no owner), "owner_email", or "custom:SLUG".

    With `updates` organizations that are there already, by name, take the cells that are not empty. With `adds_owners`
    an owner who is no contact yet becomes one, who has not opted in.
    """

    columns: Mapping[str, str]
    delimiter: str | None = None
    updates: bool = False
    adds_owners: bool = False


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """Of all rows of the file, what became of this page's."""

    total: int
    saved: int
    skipped: int

    @property
    def pages(self) -> int:
        return -(-self.total // ROWS)


@dataclass(frozen=True, slots=True)
class _Row:
    values: dict[str, Any]
    custom: dict[str, Any]
    owner: str

    @property
    def key(self) -> str:
        return str(self.values["name"]).lower()


@transaction.atomic
def import_organizations(actor: Actor, path: Path, wanted: OrganizationImport, *, page: int = 1) -> ImportedPage:
    """Add and change organizations from one page of a CSV file; rows that cannot be taken are skipped.

    Running a page again makes nothing twice. Raises Invalid when the file or its header cannot be taken, or no column
    is the name; and Denied.
    """
    actor.require(Permission.TAGS_WRITE)
    if wanted.adds_owners:
        actor.require(Permission.CONTACTS_WRITE)
    with opened(path, delimiter=wanted.delimiter, has_header=True) as file:
        fields = _fields_of(file.header, wanted.columns)
        before = sum(1 for _ in islice(file.records, (page - 1) * ROWS))
        records = list(islice(file.records, ROWS))
        total = before + len(records) + sum(1 for _ in file.records)
    # By name, the last of equal ones; in one order, so that two imports never wait for each other in a circle.
    rows = {row.key: row for row in (_row(one, fields) for one in records) if row}
    owners = _owners(actor, sorted({row.owner for row in rows.values()} - {""}), adds=wanted.adds_owners)
    saved = [_save(actor, rows[key], owners, updates=wanted.updates) for key in sorted(rows)]
    ids = sorted(id for id in saved if id is not None)
    if ids:
        record(actor, "organizations.imported", "import", page=page, organizations=ids)
    return ImportedPage(total, len(ids), len(records) - len(ids))


def _fields_of(header: Sequence[str], columns: Mapping[str, str]) -> list[str]:
    """The field of each column, "" for those that are left out."""
    known = {*WRITABLE, "owner_email"} - {"owner"}
    fields = [columns.get(name.strip(), "") for name in header]
    fields = [field if field in known or field.startswith("custom:") else "" for field in fields]
    if "name" not in fields:
        raise Invalid.one("name", "required", "No column of the file is the name.")
    return fields


def _row(one: Record, fields: Sequence[str]) -> _Row | None:
    """None for what cannot be taken."""
    if one.trouble:
        return None
    cells = {field: cell.strip() for field, cell in zip(fields, one.cells, strict=False) if field and cell.strip()}
    custom = {field.removeprefix("custom:"): cell for field, cell in cells.items() if field.startswith("custom:")}
    own = {field: cell for field, cell in cells.items() if field in WRITABLE}
    try:
        owner = str(checked({"email": cells.get("owner_email", "")})["email"] or "").lower()
        return _Row(checked_organization({"name": None, **own}), checked_custom(custom), owner)
    except Invalid:
        return None


def _owners(actor: Actor, emails: Sequence[str], *, adds: bool) -> dict[str, int]:
    """The contacts with these addresses."""
    rows = Contact.objects.filter(company_id=actor.company_id).annotate(key=Lower("email"))
    found = dict(rows.filter(key__in=emails).values_list("key", "pk"))
    for email in emails if adds else ():
        if email not in found:
            added = insert_contact(actor, {"email": email, "consent": Consent.PENDING}, {}, (), ())
            # None where somebody else was quicker.
            found[email] = added[0] if added else rows.get(key=email).pk
    return found


def _save(actor: Actor, row: _Row, owners: Mapping[str, int], *, updates: bool) -> int | None:
    """The organization's id; None where it was there already and is left alone."""
    values = dict(row.values)
    if row.owner in owners:
        values["owner_id"] = owners[row.owner]
    given = {"company_id": actor.company_id, "custom_values": Jsonb(row.custom), **values}
    with connection.cursor() as cursor:
        cursor.execute(_upsert(tuple(given), updates=updates), list(given.values()))
        found = cursor.fetchone()
    return None if found is None else int(found[0])


def _upsert(columns: Sequence[str], *, updates: bool) -> str:
    changes = [
        SQL("custom_values = organization.custom_values || excluded.custom_values"),
        SQL("updated_at = now()"),
        *(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in columns[2:]),
    ]
    done = SQL("DO UPDATE SET {}").format(SQL(", ").join(changes)) if updates else SQL("DO NOTHING")
    statement: Composed = SQL(
        "INSERT INTO organization ({}) VALUES ({}) ON CONFLICT (company_id, lower(name)) {} RETURNING id"
    ).format(SQL(", ").join(map(Identifier, columns)), SQL(", ").join([SQL("%s")] * len(columns)), done)
    return statement.as_string()
