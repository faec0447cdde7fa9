"""A batch loaded to its end, or to where somebody stops it."""

import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from itertools import islice

from portico.access import Actor
from portico.contacts.actions.organization_names import ids_of_organization_names
from portico.contacts.actions.titles import ids_of_titles
from portico.contacts.importing import books
from portico.contacts.importing.chunks import Chunk, chunks
from portico.contacts.importing.loading import Loaded, Loader, Row, loading
from portico.contacts.importing.mapping import Columns
from portico.contacts.importing.options import Options
from portico.contacts.importing.passwords import hash_passwords
from portico.contacts.importing.reading import CsvFile
from portico.contacts.importing.search_index import settle
from portico.contacts.models import ImportBatch, List, Tag
from portico.contacts.queries.labels import Label

MANY = 10_000  # from here on the search index and the planner's numbers are brought in order at once
ROWS_BETWEEN_WORDS = 50_000
State = ImportBatch.State
Say = Callable[[str], None]


def silent(_text: str) -> None:
    """Nobody wants to hear."""


class Preparation:
    """Rows made ready before their transaction: nothing slow happens in it, and no lock is held meanwhile."""

    def __init__(self, actor: Actor, options: Options, say: Say = silent) -> None:
        self._actor, self._options, self._say = actor, options, say
        self._titles: dict[Label, dict[str, int]] = {Tag: {}, List: {}}
        self._organizations: dict[str, int] = {}
        self._hashed = 0

    def __call__(self, rows: list[Row]) -> None:
        self._resolve(Tag, "tags", rows, self._options.tags)
        self._resolve(List, "lists", rows, self._options.lists)
        self._name_organizations(rows)
        hash_passwords(self._actor, rows, skip_existing=self._options.skip_existing, done=self._tell)

    def _resolve(self, label: Label, name: str, rows: list[Row], everybodys: Iterable[int]) -> None:
        """Titles into ids: making a tag must not wait for the contacts' locks."""
        known = self._titles[label]
        new = [title for title in dict.fromkeys(t for row in rows for t in getattr(row, name)) if title not in known]
        if new:
            known.update(ids_of_titles(self._actor, label, new))
        for row in rows:
            setattr(row, name, list(dict.fromkeys([*(known[title] for title in getattr(row, name)), *everybodys])))

    def _name_organizations(self, rows: list[Row]) -> None:
        """The same for where they work."""
        known = self._organizations
        names = dict.fromkeys(row.fields["organization"] for row in rows if "organization" in row.fields)
        if new := [name for name in names if name not in known]:
            known.update(ids_of_organization_names(self._actor, new))
        for row in rows:
            if "organization" in row.fields:
                row.fields["organization_id"] = known[row.fields.pop("organization")]

    def _tell(self, more: int) -> None:
        self._hashed += more
        self._say(f"{self._hashed:,} passwords hashed")


class Run:
    """One batch under way in this process."""

    def __init__(self, actor: Actor, batch: ImportBatch, columns: Columns, options: Options, say: Say = silent) -> None:
        self._actor, self._batch, self._columns, self._options, self._say = actor, batch, columns, options, say
        self._prepare = Preparation(actor, options, say)
        self._position = batch.position
        self._changed = 0

    def to_the_end(self, file: CsvFile, *, should_stop: Callable[[], bool] = lambda: False) -> bool:
        """Load what is left; False when `should_stop` ended it before. Raises Overtaken."""
        with self.loader() as loader:
            for seen in chunks(islice(file.records, self._position), self._columns):
                loader.saw(seen.rows)
            for chunk in chunks(file.records, self._columns, number=self._position):
                if should_stop():
                    return False
                self._load(loader, chunk)
        if self._changed >= MANY:
            settle()
        books.close(self._actor, self._batch, State.DONE, position=self._position)
        return True

    def load_rows(
        self, rows: list[Row], number: int, *, hold: Callable[[], object], note: Callable[[Loaded], object]
    ) -> None:
        """Load just these, in one transaction with `hold` and `note`. Raises what `hold` raises."""
        self._prepare(rows)
        with self.loader() as loader:
            loader.load(rows, number, first=hold, then=note)

    def loader(self) -> AbstractContextManager[Loader]:
        options = self._options
        return loading(
            self._actor,
            self._columns.loaded,
            batch_id=self._batch.pk,
            consent=options.consent,
            overrides_consent=options.overrides_consent,
            skip_existing=options.skip_existing,
            asks_opt_in=options.asks_opt_in,
        )

    def _load(self, loader: Loader, chunk: Chunk) -> None:
        started = time.monotonic()
        self._prepare(chunk.rows)

        def note(loaded: Loaded) -> None:
            rejected = chunk.with_duplicates(sorted(loaded.duplicates.items()), self._columns)
            seconds = time.monotonic() - started
            books.note(self._batch, loaded, rejected, position=chunk.end, seconds=seconds)

        hold = partial(books.hold, self._batch, State.RUNNING, position=chunk.number)
        loaded = loader.load(chunk.rows, chunk.number, first=hold, then=note)
        self._position = chunk.end
        self._changed += loaded.created + loaded.updated
        if chunk.end // ROWS_BETWEEN_WORDS > chunk.number // ROWS_BETWEEN_WORDS:
            self._say(f"{chunk.end:,} rows")
