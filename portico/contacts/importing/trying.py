"""An import tried: what it would do, without doing it."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from portico.access import Actor
from portico.contacts.actions.organization_names import find_ids_of_organization_names
from portico.contacts.actions.titles import find_ids_of_titles
from portico.contacts.importing.actions import may_import
from portico.contacts.importing.chunks import Chunk, chunks
from portico.contacts.importing.loading import Loader, loading
from portico.contacts.importing.mapping import columns_of
from portico.contacts.importing.options import AS_IT_COMES, Options
from portico.contacts.importing.reading import opened
from portico.contacts.models import List, Tag
from portico.contacts.queries.labels import Label
from portico.lib.addresses import lowered

_NOT_MADE_YET = 0  # no id: whoever is to have such a tag has it not


@dataclass(slots=True)
class Forecast:
    """What an import would do, in rows; `rejected_by` counts by kind, as count_rejected does.

    `new_tags`, `new_lists` and `new_organizations` are the titles and names that would be made.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    rejected_by: Counter[str] = field(default_factory=Counter)
    new_tags: list[str] = field(default_factory=list)
    new_lists: list[str] = field(default_factory=list)
    new_organizations: list[str] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""


def try_import(actor: Actor, path: Path, options: Options = AS_IT_COMES) -> Forecast:
    """What importing this file would do now. Writes nothing, locks nothing.

    A clear password counts as a change: whether it is the one that the contact has is not looked at. Raises Invalid
    when the file, its header or an option cannot be taken, and Denied.
    """
    may_import(actor)
    with opened(path, delimiter=options.delimiter, has_header=options.has_header) as file:
        columns = columns_of(actor, file.header, options.columns)
        forecast = Forecast(
            header=columns.header,
            ignored_columns=columns.ignored,
            encoding=file.encoding,
            delimiter=file.delimiter,
        )
        titles, organizations = _Titles(actor, options), _Organizations(actor)
        with loading(
            actor,
            columns.loaded,
            batch_id=None,
            consent=options.consent,
            overrides_consent=options.overrides_consent,
            skip_existing=options.skip_existing,
        ) as loader:
            for chunk in chunks(file.records, columns):
                titles.resolve(chunk)
                organizations.resolve(chunk)
                rejected = _count(forecast, loader, chunk)
                forecast.rejected_by.update(one.kind for one in chunk.rejected)
                forecast.rejected_by.update({"duplicate": rejected} if rejected else {})
    forecast.rejected = forecast.rejected_by.total()
    forecast.new_tags, forecast.new_lists = titles.new(Tag), titles.new(List)
    forecast.new_organizations = organizations.new()
    return forecast


def _count(forecast: Forecast, loader: Loader, chunk: Chunk) -> int:
    """Adds what would become of a chunk's rows; answers how many have an earlier row's address."""
    for row in chunk.rows:
        if row.fields.pop("password", None):
            row.fields["password_hash"] = "?"  # noqa: S105 -- unlike any hash
    looked = loader.look(chunk.rows)
    forecast.created += looked.created
    forecast.updated += looked.updated
    forecast.unchanged += looked.unchanged
    forecast.skipped += len(looked.skipped)
    return len(looked.duplicates)


class _Titles:
    """Titles into ids without making any."""

    def __init__(self, actor: Actor, options: Options) -> None:
        self._actor = actor
        self._everybodys: dict[Label, tuple[int, ...]] = {Tag: options.tags, List: options.lists}
        self._known: dict[Label, dict[str, int]] = {Tag: {}, List: {}}

    def resolve(self, chunk: Chunk) -> None:
        for label, name in ((Tag, "tags"), (List, "lists")):
            known = self._known[label]
            unknown = {title for row in chunk.rows for title in getattr(row, name)} - known.keys()
            if unknown:
                known.update(dict.fromkeys(unknown, _NOT_MADE_YET))
                known.update(find_ids_of_titles(self._actor, label, unknown))
            for row in chunk.rows:
                ids = {known[title] for title in getattr(row, name)}
                setattr(row, name, sorted(ids.union(self._everybodys[label])))

    def new(self, label: Label) -> list[str]:
        return sorted(title for title, id in self._known[label].items() if id == _NOT_MADE_YET)


class _Organizations:
    """The same for names of organizations."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._known: dict[str, int] = {}

    def resolve(self, chunk: Chunk) -> None:
        unknown = {
            row.fields["organization"] for row in chunk.rows if "organization" in row.fields
        } - self._known.keys()
        if unknown:
            self._known.update(dict.fromkeys(sorted(unknown), _NOT_MADE_YET))
            self._known.update(find_ids_of_organization_names(self._actor, unknown))
        for row in chunk.rows:
            if "organization" in row.fields:
                row.fields["organization_id"] = self._known[row.fields.pop("organization")]

    def new(self) -> list[str]:
        """Of several spellings one."""
        names = {lowered(name): name for name, id in self._known.items() if id == _NOT_MADE_YET}
        return [names[key] for key in sorted(names)]
