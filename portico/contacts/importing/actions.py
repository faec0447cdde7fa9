from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.titles import ids_of_titles
from portico.contacts.importing.loading import Loader, Row, loading
from portico.contacts.importing.mapping import Columns, columns_of
from portico.contacts.importing.passwords import hash_passwords
from portico.contacts.importing.reading import CsvFile, Record, opened
from portico.contacts.importing.report import Rejected, Summary
from portico.contacts.importing.search_index import settle
from portico.contacts.importing.values import Unreadable
from portico.contacts.models import Consent, List, Tag
from portico.contacts.queries.labels import Label
from portico.errors import Denied, Invalid

ROWS = 10_000
# Clear passwords take a third of a second for ten: smaller batches, so that less is done again after a kill.
ROWS_WITH_PASSWORDS = 1_000
CHARACTERS = 8_000_000  # a batch of very long rows is loaded earlier, so that memory stays flat
ROWS_BETWEEN_WORDS = 50_000
MANY = 10_000  # from here on the search index and the planner's numbers are brought in order at once

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """`columns`: headers named by hand, to a field or "". `consent` is for new contacts whose row says none."""

    skip_existing: bool = False
    consent: str = Consent.SUBSCRIBED
    columns: Mapping[str, str] = field(default_factory=dict)
    rejected: Path | None = None


def import_contacts(actor: Actor, path: Path, options: Options = Options(), *, say: Say = lambda _: None) -> Summary:
    """Create and update contacts from a CSV file; `say` hears how far it is.

    An address that is there already is updated with the cells that are not empty; who has unsubscribed, bounced or
    complained keeps that. Of two rows with one address the first counts. Rejected rows go into `options.rejected`, or
    FILE.rejected.csv. Each batch is a transaction, so an import that was broken off can be run again.

    Raises Invalid when the file, its header or an option cannot be taken, and Denied.
    """
    actor.require(Permission.CONTACTS_WRITE)
    if actor.owns_only:
        raise Denied
    with opened(path) as file:
        columns = columns_of(actor, file.header, options.columns)
        # Written first too, because a million contacts must not come from nowhere if this process is killed.
        record(actor, "contacts.import_started", "import", file=path.name)
        with Rejected(_place_of_report(path, options), columns.header) as rejected:
            summary = _Import(actor, options, file, columns, rejected, say).run()
        record(actor, "contacts.imported", "import", file=path.name, **summary.counts())
    return summary


def _place_of_report(path: Path, options: Options) -> Path:
    place = options.rejected or path.with_name(f"{path.name.removesuffix('.csv')}.rejected.csv")
    if place.exists() and path.exists() and place.samefile(path):
        raise Invalid.one("rejected", "same", "The report of rejected rows would overwrite the file itself.")
    return place


@dataclass(slots=True)
class _Batch:
    """Rows to load, with their cells as they came, for the report."""

    rows: list[Row] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    characters: int = 0

    def add(self, row: Row, cells: list[str]) -> None:
        self.rows.append(row)
        self.cells[row.line] = cells
        self.characters += sum(map(len, cells))


class _Import:
    """One import under way: rows in, batches out, counts kept."""

    def __init__(
        self, actor: Actor, options: Options, file: CsvFile, columns: Columns, rejected: Rejected, say: Say
    ) -> None:
        self._actor, self._options, self._say = actor, options, say
        self._file, self._columns, self._rejected = file, columns, rejected
        self._titles: dict[Label, dict[str, int]] = {Tag: {}, List: {}}
        self._hashed = 0
        self._summary = Summary(ignored_columns=columns.ignored, encoding=file.encoding, delimiter=file.delimiter)

    def run(self) -> Summary:
        options, summary = self._options, self._summary
        with loading(
            self._actor, self._columns.loaded, consent=options.consent, skip_existing=options.skip_existing
        ) as loader:
            for batch in self._batches():
                self._load(loader, batch)
                self._tell()
        if summary.created + summary.updated >= MANY:
            settle()
        summary.rejected = self._rejected.count
        summary.rejected_file = str(self._rejected.path) if self._rejected.count else None
        return summary

    def _batches(self) -> Iterator[_Batch]:
        size = ROWS_WITH_PASSWORDS if self._columns.has_passwords else ROWS
        batch = _Batch()
        for record_ in self._file.records:
            row = self._row(record_)
            if row is not None:
                batch.add(row, record_.cells)
            if len(batch.rows) == size or batch.characters > CHARACTERS:
                yield batch
                batch = _Batch()
        if batch.rows:
            yield batch

    def _row(self, record: Record) -> Row | None:
        try:
            fields, custom = self._columns.values_of(record)
        except Unreadable as why:
            self._reject(record.line, str(why), record.cells)
            return None
        return Row(record.line, fields, custom, fields.pop("tags", ()), fields.pop("lists", ()))

    def _reject(self, line: int, reason: str, cells: list[str]) -> None:
        self._rejected.add(line, reason, self._columns.without_secrets(cells))

    def _load(self, loader: Loader, batch: _Batch) -> None:
        for label, name in ((Tag, "tags"), (List, "lists")):
            self._resolve(label, name, batch.rows)
        hash_passwords(self._actor, batch.rows, skip_existing=self._options.skip_existing, done=self._tell_hashed)
        loaded = loader.load(batch.rows)
        for name in ("created", "updated", "unchanged", "skipped"):
            setattr(self._summary, name, getattr(self._summary, name) + getattr(loaded, name))
        for line, earlier in sorted(loaded.duplicates.items()):
            self._reject(line, f"line {earlier} has the same e-mail address", batch.cells[line])

    def _resolve(self, label: Label, name: str, rows: list[Row]) -> None:
        """Titles into ids, before the batch's transaction: making a tag must not wait for the contacts' locks."""
        known = self._titles[label]
        titles = dict.fromkeys(title for row in rows for title in getattr(row, name))
        new = [title for title in titles if title not in known]
        if new:
            known.update(ids_of_titles(self._actor, label, new))
        for row in rows:
            if getattr(row, name):
                setattr(row, name, [known[title] for title in getattr(row, name)])

    def _tell(self) -> None:
        done = self._summary.rows + self._rejected.count
        if done and done % ROWS_BETWEEN_WORDS < ROWS:
            self._say(f"{done:,} rows")

    def _tell_hashed(self, more: int) -> None:
        self._hashed += more
        self._say(f"{self._hashed:,} passwords hashed")
