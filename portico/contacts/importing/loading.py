"""A batch of rows into the tables: COPY into a staging table, then one statement for each kind of effect.

Each batch is one transaction that can be repeated: what is there already is found by its address.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from portico.access import Actor
from portico.contacts.actions.opt_ins import keep_opt_in_requests
from portico.contacts.importing import statements as sql
from portico.contacts.importing.history import who_and_batch

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
    """What became of some rows.

    `skipped`: lines whose contact was to be left alone. `duplicates`: lines, each with the earlier line that has the
    same address. `is_again`: the batch had these rows before.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: Sequence[int] = ()
    duplicates: Mapping[int, int] = field(default_factory=dict)
    is_again: bool = False


class Overtaken(Exception):  # noqa: N818 -- says what happened
    """The batch is not where we left it: somebody else goes on with it, or stopped it."""


class _Vanished(Exception):  # noqa: N818 -- says what happened
    """A contact that was there a moment ago has gone: look again."""


class Loader:
    """Loads rows for one batch. Use it within `loading`, since it remembers which addresses came."""

    def __init__(
        self,
        actor: Actor,
        fields: set[str],
        *,
        batch_id: int | None,
        consent: str,
        overrides_consent: bool,
        skip_existing: bool,
        asks_opt_in: bool,
    ) -> None:
        self._actor = actor
        self._batch_id = batch_id
        self._columns = [*sorted(fields - {"custom_values"}), "custom_values"]
        self._sql = sql.Statements(self._columns, consent=consent if overrides_consent else None)
        self._consent = consent
        self._skip_existing = skip_existing
        self._asks_opt_in = asks_opt_in
        self._loads = 0

    def load(
        self,
        rows: Sequence[Row],
        number: int = 0,
        *,
        first: Callable[[], object] = lambda: None,
        then: Callable[[Loaded], object] = lambda _: None,
    ) -> Loaded:
        """Create and update contacts, in one transaction with `first` and `then`, which keep the books of the batch.

        Tried again where it met others' writes in a circle. `number` names these rows within the batch. Raises what
        `first` raises: Overtaken.
        """
        # Before the first, and whenever there are twice as many; not for each page that somebody asks for.
        if self._loads.bit_count() <= 1 and (self._loads or not number):
            learn_sizes()
        self._loads += 1
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic():
                    first()
                    loaded = self._load(rows, number)
                    then(loaded)
                    return loaded
            except (OperationalError, IntegrityError, _Vanished) as error:
                code = getattr(error.__cause__, "sqlstate", None)
                if attempt == _TRIES or not (code in _AGAIN or isinstance(error, _Vanished)):
                    raise
        raise AssertionError("the last try returns or raises")

    def look(self, rows: Sequence[Row]) -> Loaded:
        """What loading these would do. Writes nothing but the staging table."""
        with transaction.atomic(), connection.cursor() as cursor:
            self._stage(cursor, rows)
            duplicates = _duplicates(cursor)
            self._match(cursor, sql.MATCH_UNLOCKED)
            skipped = self._skip(cursor)
            cursor.execute(self._sql.count, [self._actor.company_id])
            created, updated = cursor.fetchone()
        untouched = len(rows) - len(duplicates) - len(skipped) - created - updated
        return Loaded(created, updated, untouched, skipped, duplicates)

    def saw(self, rows: Sequence[Row]) -> None:
        """These came before: who has their addresses again is a duplicate."""
        bare = [Row(row.line, {"email": row.fields["email"]}) for row in rows]
        with transaction.atomic(), connection.cursor() as cursor:
            self._stage(cursor, bare)
            cursor.execute(sql.NOTE_SEEN)

    def _load(self, rows: Sequence[Row], number: int) -> Loaded:
        with connection.cursor() as cursor:
            self._stage(cursor, rows)
            duplicates = _duplicates(cursor)
            if self._sql.has_organizations:
                cursor.execute(sql.KEEP_ORGANIZATIONS, [self._actor.company_id])
            existing = self._match(cursor)
            skipped = self._skip(cursor)
            created, late = self._insert(cursor)
            skipped += self._skip(cursor)
            updated = self._update(cursor) if existing or late else set()
            for kind in ("tag", "list", *(["organization"] if self._sql.has_organizations else [])):
                cursor.execute(sql.label(kind), who_and_batch(self._actor, self._batch_id))
                updated.update(id for (id,) in cursor.fetchall())
            is_first = self._batch_id is None or self._note_created(cursor, number)
            if self._asks_opt_in and is_first:
                cursor.execute(sql.PENDING, [self._actor.company_id])
                keep_opt_in_requests(self._actor, [id for (id,) in cursor.fetchall()])
        untouched = len(rows) - len(duplicates) - len(skipped) - created - len(updated)
        return Loaded(created, len(updated), untouched, skipped, duplicates, is_again=not is_first)

    def _stage(self, cursor: Any, rows: Sequence[Row]) -> None:
        cursor.execute(self._sql.stage)
        own = self._columns[:-1]
        with connection.wrap_database_errors, cursor.copy(self._sql.copy) as copy:
            for row in rows:
                custom = orjson.dumps(row.custom).decode() if row.custom else None
                get = row.fields.get
                copy.write_row([row.line, *map(get, own), custom, list(row.tags) or None, list(row.lists) or None])
        cursor.execute(sql.INDEX_KEYS)

    def _match(self, cursor: Any, statement: str = sql.MATCH) -> int:
        cursor.execute(sql.LOOK_UP)
        found = _run(cursor, statement, [self._actor.company_id])
        cursor.execute(sql.LOOK_UP_NO_MORE)
        return found

    def _skip(self, cursor: Any) -> list[int]:
        if not self._skip_existing:
            return []
        cursor.execute(sql.LEAVE_EXISTING)
        return [line for (line,) in cursor.fetchall()]

    def _insert(self, cursor: Any) -> tuple[int, int]:
        """How many contacts are new, and how many somebody else added since we looked: those exist now."""
        numbered = _run(cursor, sql.NUMBER_NEW)
        cursor.execute(sql.INDEX_IDS)
        created = _run(cursor, self._sql.insert, [self._actor.company_id, self._consent]) if numbered else 0
        late = numbered - created
        if late and self._match(cursor) != late:
            raise _Vanished
        return created, late

    def _note_created(self, cursor: Any, number: int) -> bool:
        """False where the batch had these rows before."""
        cursor.execute(sql.note_created(), {**who_and_batch(self._actor, self._batch_id), "number": number})
        (is_first,) = cursor.fetchone()
        return bool(is_first)

    def _update(self, cursor: Any) -> set[int]:
        cursor.execute(self._sql.remember, who_and_batch(self._actor, self._batch_id))
        cursor.execute(self._sql.update, [self._actor.company_id])
        return {id for (id,) in cursor.fetchall()}


@contextmanager
def loading(
    actor: Actor,
    fields: set[str],
    *,
    batch_id: int | None,
    consent: str,
    overrides_consent: bool = False,
    skip_existing: bool = False,
    asks_opt_in: bool = False,
) -> Iterator[Loader]:
    """A loader for rows with these contact fields. `consent` is for new contacts whose row says none.

    With `overrides_consent` existing contacts take it too, whatever they and their rows say. Without a batch nothing
    is kept for undoing: only together with `skip_existing`, for made-up people.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql.MAKE_SEEN)
    try:
        yield Loader(
            actor,
            fields,
            batch_id=batch_id,
            consent=consent,
            overrides_consent=overrides_consent,
            skip_existing=skip_existing,
            asks_opt_in=asks_opt_in,
        )
    finally:
        with suppress(DatabaseError), connection.cursor() as cursor:  # a connection that broke has none any more
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
