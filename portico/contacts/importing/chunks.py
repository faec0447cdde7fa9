"""Records of a file in portions, each for one transaction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from portico.contacts.importing.loading import Row
from portico.contacts.importing.mapping import Columns
from portico.contacts.importing.reading import Record
from portico.contacts.importing.values import Unreadable

ROWS = 10_000
# Clear passwords take a third of a second for ten: smaller portions, so that less is done again after a kill.
ROWS_WITH_PASSWORDS = 1_000
CHARACTERS = 8_000_000  # a portion of very long rows is loaded earlier, so that memory stays flat
DUPLICATE = "duplicate"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that cannot be taken: `kind` is a field's name or a short word, `reason` a sentence's part."""

    line: int
    kind: str
    reason: str
    cells: list[str]


@dataclass(slots=True)
class Chunk:
    """Records to load, with their cells as they came, for the report. `number` is how many records came before."""

    number: int
    records: int = 0
    rows: list[Row] = field(default_factory=list)
    cells: dict[int, list[str]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    characters: int = 0

    @property
    def end(self) -> int:
        return self.number + self.records

    def take(self, record: Record, columns: Columns) -> None:
        self.records += 1
        self.characters += sum(map(len, record.cells))
        try:
            fields, custom = columns.values_of(record)
        except Unreadable as why:
            cells = columns.without_secrets(record.cells)
            self.rejected.append(Rejection(record.line, why.kind, str(why), cells))
            return
        self.rows.append(Row(record.line, fields, custom, fields.pop("tags", ()), fields.pop("lists", ())))
        self.cells[record.line] = record.cells

    def with_duplicates(self, duplicates: Iterable[tuple[int, int]], columns: Columns) -> list[Rejection]:
        """All that is rejected, when these lines turned out to have an earlier line's address."""
        doubled = [
            Rejection(
                line,
                DUPLICATE,
                f"line {earlier} has the same e-mail address",
                columns.without_secrets(self.cells[line]),
            )
            for line, earlier in duplicates
        ]
        return sorted([*self.rejected, *doubled], key=lambda one: one.line)


def chunks(records: Iterator[Record], columns: Columns, *, number: int = 0, most: int = 0) -> Iterator[Chunk]:
    """The records, `most` at a time (0: as many as fit one transaction well), counted from `number`."""
    most = most or (ROWS_WITH_PASSWORDS if columns.has_passwords else ROWS)
    chunk = Chunk(number)
    for record in records:
        chunk.take(record, columns)
        if chunk.records == most or chunk.characters > CHARACTERS:
            yield chunk
            chunk = Chunk(chunk.end)
    if chunk.records:
        yield chunk
