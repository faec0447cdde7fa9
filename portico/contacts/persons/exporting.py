"""Everything that is held about one person, as one archive."""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

import orjson
from django.db import connection, transaction
from django.db.models import ForeignKey, Model
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.audit.queries import NEWEST, list_entries
from portico.contacts.importing.forgetting import list_rejected_rows_of
from portico.contacts.merging.references import references
from portico.contacts.models import Contact
from portico.contacts.persons.tables import DIGESTS, SECRET
from portico.contacts.queries.contacts import get_contact
from portico.contacts.queries.history import absorbed_by
from portico.outbox.queries import list_company_mail

Row = dict[str, Any]
Rows = Callable[[], Iterable[Row]]
_AT_ONCE = 1000
_NAMES = ("title", "name")  # by what a row calls itself, where another leads to it
_DEFUSED = tuple("=+-@\t\r")  # a spreadsheet would take what follows for a formula


@transaction.atomic
def export_person(actor: Actor, contact_id: int, file: IO[bytes]) -> None:
    """Write all that is held about this contact into `file`: a zip with a JSON and a CSV file a table, and about.json.

    Tables are those that belong to the contact, its history, and rejected rows and mails with its address. One
    snapshot; memory does not grow with what there is. Passwords and their hashes are left out. Raises NotFound.
    """
    if len(connection.savepoint_ids) == 0:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    actor.require(Permission.CONTACTS_EXPORT)
    contact = get_contact(actor, contact_id)
    tables = {"contact": _rows_of(Contact, {"pk": contact.pk}, actor)}
    for one in references():
        tables[one.table] = _rows_of(one.model, {one.column: contact.pk}, actor)
    tables["history"] = lambda: _history(actor, contact.pk)
    tables["import_rejected"] = lambda: list_rejected_rows_of(actor, contact.email) if contact.email else ()
    tables["mail"] = lambda: _mail(actor, contact.email)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        counts = {name: _write(archive, name, rows) for name, rows in tables.items()}
        about = {"contact": contact.pk, "at": timezone.now(), "rows": counts}
        archive.writestr("about.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))
    record(actor, "contact.exported", "contact", contact.pk)


def _rows_of(model: type[Model], where: Row, actor: Actor) -> Rows:
    """Every field but the company; where a row leads to something with a title, that too."""
    names = [field.attname for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    titles = {f"{key.name}__{own}": f"{key.name}_{own}" for key in _keys(model) for own in _own_names(key)}

    def rows() -> Iterator[Row]:
        found = model._default_manager.filter(company_id=actor.company_id, **where).order_by("pk")
        for row in found.values(*names, *titles).iterator(chunk_size=_AT_ONCE):
            yield _told({titles.get(name, name): value for name, value in row.items() if name != "company_id"})

    return rows


def _keys(model: type[Model]) -> list["ForeignKey[Any, Any]"]:
    fields = (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))
    return [field for field in fields if field.name != "company"]


def _own_names(key: "ForeignKey[Any, Any]") -> list[str]:
    known = {field.name for field in key.related_model._meta.concrete_fields}
    return [name for name in _NAMES if name in known]


def _told(value: Any) -> Any:
    """Without secrets, wherever they stand: of a password only whether there is one."""
    if isinstance(value, dict):
        clear = {name: _told(one) for name, one in value.items() if name not in SECRET | DIGESTS}
        return {**clear, **{f"has_{name.removesuffix('_hash')}": bool(value[name]) for name in SECRET & value.keys()}}
    return [_told(one) for one in value] if isinstance(value, list) else value


def _history(actor: Actor, contact_id: int) -> Iterator[Row]:
    ids, place = [contact_id, *absorbed_by(actor, contact_id)], NEWEST
    while entries := list_entries(actor.company_id, ids, after=place, limit=_AT_ONCE):
        for one in entries:
            yield {"id": one.id, "at": one.at, "action": one.action, "by": one.actor, "wire": one.wire, **one.details}
        place = entries[-1].place


def _mail(actor: Actor, email: str | None) -> Iterator[Row]:
    """Without the text, which holds passcodes and links."""
    if email:
        for mail in list_company_mail(actor.company_id, to=email).iterator(chunk_size=_AT_ONCE):
            times = {"created_at": mail.created_at, "sent_at": mail.sent_at}
            yield {"id": mail.pk, "to": mail.to, "subject": mail.subject, "state": mail.state, **times}


def _write(archive: zipfile.ZipFile, name: str, rows: Rows) -> int:
    """Both files of one table; answers how many rows it has."""
    count = 0
    with archive.open(f"{name}.json", "w", force_zip64=True) as file:
        file.write(b"[")
        for count, row in enumerate(rows(), start=1):
            file.write(b",\n" if count > 1 else b"\n")
            file.write(orjson.dumps(row, default=str))
        file.write(b"\n]\n")
    with (
        archive.open(f"{name}.csv", "w", force_zip64=True) as file,
        io.TextIOWrapper(file, encoding="utf-8", newline="") as text,
    ):
        _write_csv(text, rows)
    return count


def _write_csv(text: io.TextIOWrapper, rows: Rows) -> None:
    columns = list(dict.fromkeys(name for row in rows() for name in row))  # entries of a history differ in theirs
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows():
        writer.writerow([_cell(row.get(name)) for name in columns])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
    return f"'{text}" if text.startswith(_DEFUSED) else text
