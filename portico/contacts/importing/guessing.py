"""What a file seems to be, before anybody decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from portico.access import Actor
from portico.contacts.importing.actions import may_import
from portico.contacts.importing.mapping import field_of_header, plain, refuse_absent
from portico.contacts.importing.options import AS_IT_COMES, Options
from portico.contacts.importing.reading import opened
from portico.contacts.importing.uploads import Keeping, Kind
from portico.errors import Conflict
from portico.lib.addresses import is_email

ROWS = 100  # that are looked at


@dataclass(frozen=True, slots=True)
class Guess:
    """`fields` has for each column the field that takes it, a custom one as custom_values.SLUG, or None."""

    encoding: str
    delimiter: str
    header: list[str]
    fields: list[str | None]
    sample: list[list[str]]

    def columns(self) -> dict[str, str]:
        """As Options take them."""
        return {name: field or "" for name, field in zip(self.header, self.fields, strict=True)}


def look_at(actor: Actor, path: Path, options: Options = AS_IT_COMES) -> Guess:
    """Encoding, delimiter, header and fields: by the header's names, and e-mail addresses by what the cells hold.

    Raises Invalid for what is no CSV file, Conflict for one that has a header twice.
    """
    with opened(path, delimiter=options.delimiter, has_header=options.has_header) as file:
        header = [name.strip() for name in file.header]
        _refuse_twins(header)
        sample = [record.cells for record in islice(file.records, ROWS) if not record.trouble]
        refuse_absent(header, options.columns)
        found, by_hand = field_of_header(actor), {plain(name): field for name, field in options.columns.items()}
        fields = _once([by_hand.get(plain(name), found(name)) or None for name in header])
        return Guess(file.encoding, file.delimiter, header, _with_email(fields, sample), sample)


def keep_csv(actor: Actor, keeping: Keeping, options: Options = AS_IT_COMES, *, kind: Kind) -> tuple[str, Guess]:
    """Keep what has come in, and look at it. Raises as look_at, and Denied; then it is not kept."""
    may_import(actor)
    guess = look_at(actor, keeping.done(), options)
    return keeping.keep(kind), guess


def _refuse_twins(header: list[str]) -> None:
    twins = [name for name, times in Counter(header).items() if name and times > 1]
    if twins:
        raise Conflict(f"Several columns are called {', '.join(twins[:5])}.")


def _once(fields: list[str | None]) -> list[str | None]:
    """Of two columns for one field the first has it."""
    places = {field: place for place, field in reversed(list(enumerate(fields)))}
    return [field if places[field] == place else None for place, field in enumerate(fields)]


def _with_email(fields: list[str | None], sample: Sequence[Sequence[str]]) -> list[str | None]:
    """Where no header says so, the column in which most cells are addresses."""
    if "email" in fields:
        return fields
    counts = [0] * len(fields)
    for cells in sample:
        for place, cell in enumerate(cells[: len(fields)]):
            counts[place] += is_email(cell.strip())
    place = max(range(len(fields)), key=counts.__getitem__)
    if counts[place] * 2 > len(sample):
        fields[place] = "email"
    return fields
