"""A CSV file that lies on this machine, loaded by the process that was given it."""

from contextlib import suppress
from pathlib import Path

from portico.access import Actor, Permission
from portico.contacts.importing import books
from portico.contacts.importing.loading import Overtaken
from portico.contacts.importing.mapping import columns_of
from portico.contacts.importing.options import AS_IT_COMES, Options
from portico.contacts.importing.reading import opened
from portico.contacts.importing.report import Summary, write_report
from portico.contacts.importing.running import Run, Say, silent
from portico.contacts.models import ImportBatch
from portico.contacts.queries.imports import list_rejected
from portico.errors import Conflict, Denied, Invalid

__all__ = ["Options", "import_contacts", "may_import"]


def may_import(actor: Actor) -> None:
    """Raises Denied; a rep would give itself contacts that it may not see."""
    actor.require(Permission.CONTACTS_WRITE)
    if actor.owns_only:
        raise Denied


def import_contacts(actor: Actor, path: Path, options: Options = AS_IT_COMES, *, say: Say = silent) -> Summary:
    """Create and update contacts from a CSV file; `say` hears how far it is.

    An address that is there already is updated with the cells that are not empty; who has unsubscribed, bounced or
    complained keeps that. Of two rows with one address the first counts. Rejected rows go into `options.rejected`, or
    FILE.rejected.csv. Each portion is a transaction, so an import that was broken off can be run again, and a batch
    keeps what it replaced, so it can be undone.

    Raises Invalid when the file, its header or an option cannot be taken; Denied; Conflict when it is cancelled.
    """
    may_import(actor)
    with opened(path, delimiter=options.delimiter, has_header=options.has_header) as file:
        columns = columns_of(actor, file.header, options.columns)
        report = _place_of_report(path, options)
        with suppress(FileNotFoundError):
            report.unlink()  # what an earlier import rejected says nothing of this one
        batch = books.open_batch(
            actor,
            ImportBatch.Kind.FILE,
            path.name,
            state=ImportBatch.State.RUNNING,
            options=options.kept(),
            header=columns.header,
        )
        try:
            Run(actor, batch, columns, options, say).to_the_end(file)
        except Overtaken:
            raise Conflict(f"The import {batch.pk} was cancelled.") from None
        batch.refresh_from_db()
        if batch.rejected:
            write_report(report, columns.header, list_rejected(actor, batch.pk))
    return Summary(
        **books.counts_of(batch),
        rejected_file=str(report) if batch.rejected else None,
        ignored_columns=columns.ignored,
        encoding=file.encoding,
        delimiter=file.delimiter,
    )


def _place_of_report(path: Path, options: Options) -> Path:
    place = options.rejected or path.with_name(f"{path.name.removesuffix('.csv')}.rejected.csv")
    if place.exists() and path.exists() and place.samefile(path):
        raise Invalid.one("rejected", "same", "The report of rejected rows would overwrite the file itself.")
    return place
