"""Uploads that somebody loads page by page, asking for each; any page may be asked for again."""

import time
from dataclasses import dataclass
from functools import partial
from itertools import islice

from django.db import IntegrityError, connection, transaction

from portico.access import Actor
from portico.contacts.importing import books
from portico.contacts.importing.actions import may_import
from portico.contacts.importing.chunks import Chunk, Rejection
from portico.contacts.importing.loading import Loaded, Overtaken
from portico.contacts.importing.mapping import Columns, columns_of
from portico.contacts.importing.options import Options
from portico.contacts.importing.reading import CsvFile, opened
from portico.contacts.importing.running import Run
from portico.contacts.importing.uploads import open_upload
from portico.contacts.models import ImportBatch, ImportChunk
from portico.contacts.queries.contacts import list_read_back
from portico.errors import Conflict
from portico.lib.statements import Shape

ROWS = 500
State, Kind = ImportBatch.State, ImportBatch.Kind


@dataclass(frozen=True, slots=True)
class PageDone:
    """What became of one page's records.

    `inserted` and `updated` are documents in the shape that was asked for; `updated` has who was there already and may
    be written, also where nothing changed. `skipped` are the cells of rows whose contact was left alone.
    """

    header: list[str]
    total: int
    offset: int
    records: int
    inserted: list[str]
    updated: list[str]
    skipped: list[list[str]]
    rejected: list[Rejection]

    @property
    def pages(self) -> int:
        return -(-self.total // ROWS)

    @property
    def end(self) -> int:
        return self.offset + self.records


def import_page(actor: Actor, upload: str, options: Options, shape: Shape, *, page: int, only_named: bool) -> PageDone:
    """Load page number `page`, from 1, of an upload: ROWS records. Beyond the end there are none.

    The pages are one batch, which can be undone. A page again changes what is different by then, and creates nobody
    twice. With `only_named` columns that `options` do not name are not taken.

    Raises Invalid, NotFound for an unknown upload, Denied; Conflict where the batch was cancelled or undone.
    """
    may_import(actor)
    path = open_upload(actor, upload)
    with opened(path, delimiter=options.delimiter, has_header=options.has_header) as file:
        named = {name.strip(): "" for name in file.header} if only_named else {}
        columns = columns_of(actor, file.header, {**named, **options.columns})
        offset = (page - 1) * ROWS
        chunk, total = _page(file, columns, offset)
    if not chunk.records:
        return PageDone(columns.header, total, offset, 0, [], [], [], [])
    batch = _batch(actor, upload, columns, options, total)
    try:
        return _load(actor, batch, chunk, columns, options, shape)
    except Overtaken:
        raise Conflict("This import was cancelled or undone: upload the file again.") from None


def _page(file: CsvFile, columns: Columns, offset: int) -> tuple[Chunk, int]:
    """The page's records, and how many there are in the file."""
    before = sum(1 for _ in islice(file.records, offset))
    chunk = Chunk(offset)
    for record in islice(file.records, ROWS):
        chunk.take(record, columns)
    return chunk, before + chunk.records + sum(1 for _ in file.records)


def _batch(actor: Actor, upload: str, columns: Columns, options: Options, total: int) -> ImportBatch:
    """The upload's batch, made by whichever page comes first."""
    try:
        with transaction.atomic():
            return books.open_batch(
                actor,
                Kind.PAGES,
                upload,
                upload=upload,
                state=State.RUNNING,
                options=options.kept(),
                header=columns.header,
                total=total,
            )
    except IntegrityError:
        batch = ImportBatch.objects.filter(company_id=actor.company_id, upload=upload, kind=Kind.PAGES).first()
    if batch is None:
        raise Conflict("This file is imported by the worker.")
    return batch


def _load(actor: Actor, batch: ImportBatch, chunk: Chunk, columns: Columns, options: Options, shape: Shape) -> PageDone:
    started = time.monotonic()
    done: list[PageDone] = []

    def note(loaded: Loaded) -> None:
        rejected = chunk.with_duplicates(sorted(loaded.duplicates.items()), columns)
        if not loaded.is_again:
            books.note(batch, loaded, rejected, position=chunk.end, seconds=time.monotonic() - started)
        inserted, updated = (list_read_back(actor, shape, ids) for ids in _who())
        skipped = [columns.without_secrets(chunk.cells[line]) for line in sorted(loaded.skipped)]
        counts = (batch.total or 0, chunk.number, chunk.records)
        done.append(PageDone(columns.header, *counts, inserted, updated, skipped, rejected))

    hold = partial(books.hold, batch, State.RUNNING, State.DONE)
    Run(actor, batch, columns, options).load_rows(chunk.rows, chunk.number, hold=hold, note=note)
    _close_after_the_last(actor, batch)
    return done[-1]


def _who() -> tuple[list[int], list[int]]:
    """Of the rows that have just been loaded: who is new, and who was there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact_id, is_new FROM contact_staged")
        rows = cursor.fetchall()
    return [id for id, is_new in rows if is_new], [id for id, is_new in rows if not is_new]


def _close_after_the_last(actor: Actor, batch: ImportBatch) -> None:
    loaded = ImportChunk.objects.filter(company_id=actor.company_id, batch_id=batch.pk).count()
    if loaded * ROWS >= (batch.total or 0):
        try:
            books.close(actor, batch, State.DONE)
        except Overtaken:  # it was at its end before
            return
