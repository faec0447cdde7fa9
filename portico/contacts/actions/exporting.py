"""Contacts leave as a file."""

from collections.abc import Generator, Mapping
from threading import BoundedSemaphore

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, F, Func, OuterRef, TextField, Value
from django.db.models.functions import Cast

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.models import ContactList, ContactTag
from portico.contacts.queries.choosing import Chosen, choice, in_id_order
from portico.errors import Busy
from portico.lib.csv_out import CsvOut, head_line

# An export holds a connection for as long as its reader takes: the others are for everybody else.
_slots = BoundedSemaphore(max(1, settings.DATABASE_CONNECTIONS // 4))
_SECONDS_TO_WAIT = 10


class _Joined(Func):
    template = "array_to_string(%(expressions)s, ', ')"
    output_field = TextField()


class _ValueAt(Func):
    """A custom value as text. A path takes a single value for an array of one."""

    template = (
        "(SELECT string_agg(item #>> '{}', ', ') FROM jsonb_path_query((%(expressions)s), 'lax $[*]') AS found (item))"
    )
    arg_joiner = " -> "
    output_field = TextField()


def titles_of(join: type[ContactTag] | type[ContactList], label: str) -> Expression:
    """A contact's tags or lists: their titles in order, with commas."""
    rows = join._default_manager.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id"))
    return _Joined(ArraySubquery(rows.order_by(f"{label}__title").values(f"{label}__title")))


def custom_value(slug: str) -> Expression:
    """What a contact has in a custom field; several values with commas."""
    return _ValueAt(F("custom_values"), Value(slug, TextField()), output_field=TextField())


def export_contacts(
    actor: Actor, chosen: Chosen, columns: Mapping[str, Expression | F]
) -> Generator[bytes, None, None]:
    """The contacts that match as CSV in pieces, oldest first: a line with the names of the columns, then one for each.

    `columns` is heading to field or expression. UTF-8, lines end with a newline, nothing and the empty text are told
    apart by quotes. Cells that a spreadsheet would run as a formula have a quote in front.

    Raises Denied, and Busy where too many exports are running already, before the first piece. The audit says who began
    to export what, before anything leaves, and in the end how many rows left and whether that was all of them.
    """
    actor.require(Permission.CONTACTS_EXPORT)
    what = choice(actor, chosen)
    rows = in_id_order(what.parts, descending=False)
    sql, params = rows.values_list(*[Cast(one, TextField()) for one in columns.values()]).query.sql_with_params()
    pieces = _pieces(actor, list(columns), CsvOut(sql, params, what.values, len(columns)))
    next(pieces)  # what is to be refused is refused now
    return pieces


def _pieces(actor: Actor, names: list[str], out: CsvOut) -> Generator[bytes, None, None]:
    if not _slots.acquire(blocking=False):
        raise Busy(_SECONDS_TO_WAIT)
    try:
        yield b""
        record(actor, "contacts.export_began", "contact", columns=names)
        is_whole = False
        try:
            yield head_line(names)
            yield from out
            is_whole = True
        finally:
            record(actor, "contacts.exported", "contact", rows=out.rows, whole=is_whole)
    finally:
        _slots.release()
