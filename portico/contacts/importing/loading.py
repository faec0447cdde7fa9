"""A batch of rows into the tables: COPY into a staging table, then one statement for each kind of effect.

Each batch is one transaction that can be repeated: what is there already is found by its address.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import IntegrityError, OperationalError, connection, transaction

from portico.access import Actor
from portico.contacts.importing import statements as sql

_TRIES = 5
_AGAIN = {"40P01", "40001", "23503"}  # deadlock, serialization failure, a tag or owner that was deleted this moment


@dataclass(slots=True)
class Row:
    """One contact as it is to be. `tags` and `lists` are ids; custom values are merged into those that are there."""

    line: int
    fields: dict[str, Any]
    custom: dict[str, Any] = field(default_factory=dict)
    tags: Sequence[int] = ()
    lists: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a batch. `duplicates`: lines, each with the earlier line that has the same address."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    duplicates: Mapping[int, int] = field(default_factory=dict)


class _Vanished(Exception):  # noqa: N818 -- says what happened
    """A contact that was there a moment ago has gone: look again."""


class Loader:
    """Loads batches for one company. Use it within `loading`, since it remembers which addresses came."""

    def __init__(self, actor: Actor, fields: set[str], *, consent: str, skip_existing: bool) -> None:
        self._actor = actor
        self._columns = [*sorted(fields - {"custom_values"}), "custom_values"]
        self._sql = sql.Statements(self._columns)
        self._consent = consent
        self._skip_existing = skip_existing
        self._batches = 0

    def load(self, rows: Sequence[Row]) -> Loaded:
        """Create and update contacts, in one transaction. Tried again where it met others' writes in a circle."""
        if self._batches.bit_count() <= 1:  # before the first, and whenever there are twice as many
            learn_sizes()
        self._batches += 1
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic():
                    return self._load(rows)
            except (OperationalError, IntegrityError, _Vanished) as error:
                code = getattr(error.__cause__, "sqlstate", None)
                if attempt == _TRIES or not (code in _AGAIN or isinstance(error, _Vanished)):
                    raise
        raise AssertionError("the last try returns or raises")

    def _load(self, rows: Sequence[Row]) -> Loaded:
        with connection.cursor() as cursor:
            self._stage(cursor, rows)
            duplicates = _duplicates(cursor)
            existing = self._match(cursor)
            skipped = self._skip(cursor)
            created, late = self._insert(cursor)
            skipped += self._skip(cursor)
            updated = self._update(cursor) if existing or late else set()
            for kind in ("tag", "list"):
                cursor.execute(sql.label(kind), [self._actor.company_id] * 2)
                updated.update(id for (id,) in cursor.fetchall())
        untouched = len(rows) - len(duplicates) - skipped - created - len(updated)
        return Loaded(created, len(updated), untouched, skipped, duplicates)

    def _stage(self, cursor: Any, rows: Sequence[Row]) -> None:
        cursor.execute(self._sql.stage)
        own = self._columns[:-1]
        with connection.wrap_database_errors, cursor.copy(self._sql.copy) as copy:
            for row in rows:
                custom = orjson.dumps(row.custom).decode() if row.custom else None
                get = row.fields.get
                copy.write_row([row.line, *map(get, own), custom, list(row.tags) or None, list(row.lists) or None])
        cursor.execute(sql.INDEX_KEYS)

    def _match(self, cursor: Any) -> int:
        cursor.execute(sql.LOOK_UP)
        found = _run(cursor, sql.MATCH, [self._actor.company_id])
        cursor.execute(sql.LOOK_UP_NO_MORE)
        return found

    def _skip(self, cursor: Any) -> int:
        return _run(cursor, sql.LEAVE_EXISTING) if self._skip_existing else 0

    def _insert(self, cursor: Any) -> tuple[int, int]:
        """How many contacts are new, and how many somebody else added since we looked: those exist now."""
        numbered = _run(cursor, sql.NUMBER_NEW)
        cursor.execute(sql.INDEX_IDS)
        created = _run(cursor, self._sql.insert, [self._actor.company_id, self._consent]) if numbered else 0
        late = numbered - created
        if late and self._match(cursor) != late:
            raise _Vanished
        return created, late

    def _update(self, cursor: Any) -> set[int]:
        cursor.execute(self._sql.update, [self._actor.company_id])
        return {id for (id,) in cursor.fetchall()}


@contextmanager
def loading(actor: Actor, fields: set[str], *, consent: str, skip_existing: bool) -> Iterator[Loader]:
    """A loader for rows with these contact fields. `consent` is for new contacts whose row says none."""
    with connection.cursor() as cursor:
        cursor.execute(sql.MAKE_SEEN)
    try:
        yield Loader(actor, fields, consent=consent, skip_existing=skip_existing)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.DROP_SEEN)


def learn_sizes() -> None:
    """Tell the planner how large each company is: one that it thinks tiny it reads whole to find an address."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contact (company_id)")


def _duplicates(cursor: Any) -> dict[int, int]:
    cursor.execute(sql.NOTE_SEEN)
    cursor.execute(sql.LOOK_UP)
    cursor.execute(sql.TAKE_OUT_DUPLICATES)
    duplicates = dict(cursor.fetchall())
    cursor.execute(sql.LOOK_UP_NO_MORE)
    return duplicates


def _run(cursor: Any, statement: str, values: Sequence[Any] = ()) -> int:
    cursor.execute(statement, list(values))
    return int(cursor.rowcount)
