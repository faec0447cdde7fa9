"""Imports that the worker does, and what can be said to one that is under way."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path

from django.db import IntegrityError, OperationalError, transaction
from django.db.models.functions import Now
from procrastinate.exceptions import AlreadyEnqueued

from portico.access import Actor
from portico.audit.actions import record
from portico.contacts.importing import books
from portico.contacts.importing.actions import may_import
from portico.contacts.importing.loading import Overtaken
from portico.contacts.importing.mapping import columns_of
from portico.contacts.importing.options import AS_IT_COMES, Options
from portico.contacts.importing.reading import CsvFile, opened
from portico.contacts.importing.running import Run
from portico.contacts.importing.uploads import open_upload
from portico.contacts.models import ImportBatch
from portico.contacts.queries.imports import get_import
from portico.errors import Conflict, Refusal

State, Kind = ImportBatch.State, ImportBatch.Kind
UNFINISHED = (State.WAITING, State.RUNNING, State.PAUSED)


@transaction.atomic
def start_import(actor: Actor, upload: str, options: Options = AS_IT_COMES, *, file: str = "") -> ImportBatch:
    """Have the worker load an upload (see keep_upload), called `file` by people; answers the batch, which is waiting.

    Raises Invalid when it, its header or an option cannot be taken; NotFound for an unknown upload; Conflict for one
    that was started before; Denied.
    """
    may_import(actor)
    with _opened(open_upload(actor, upload), options) as content:
        header = columns_of(actor, content.header, options.columns).header
    try:
        with transaction.atomic():
            batch = books.open_batch(
                actor,
                Kind.UPLOAD,
                file or upload,
                upload=upload,
                state=State.WAITING,
                options=options.kept(),
                header=header,
            )
    except IntegrityError:
        raise Conflict("This file is being imported already, or was.") from None
    defer(batch)
    return batch


def pause_import(actor: Actor, id: int) -> ImportBatch:
    """Stop it after the rows that are being loaded. Raises NotFound, Denied; Conflict where the worker is not at it."""
    return _move(actor, id, (State.WAITING, State.RUNNING), State.PAUSED, "contacts.import_paused", Kind.UPLOAD)


@transaction.atomic
def resume_import(actor: Actor, id: int) -> ImportBatch:
    """Go on where it was paused, or where it failed. Raises NotFound, also when the file has gone; Denied; Conflict."""
    batch = _move(actor, id, (State.PAUSED, State.FAILED), State.WAITING, "contacts.import_resumed", Kind.UPLOAD)
    open_upload(actor, batch.upload or "")
    defer(batch)
    return batch


def cancel_import(actor: Actor, id: int) -> ImportBatch:
    """End it here, whoever is at it; what is loaded stays, and can be undone. Raises NotFound, Denied, Conflict."""
    states = (State.WAITING, State.RUNNING, State.PAUSED, State.FAILED)
    return _move(actor, id, states, State.CANCELLED, "contacts.import_cancelled")


@transaction.atomic
def _move(actor: Actor, id: int, states: Sequence[str], to: str, action: str, kind: str | None = None) -> ImportBatch:
    may_import(actor)
    rows = ImportBatch.objects.filter(company_id=actor.company_id, pk=get_import(actor, id).pk, state__in=states)
    # Waits for the rows that are being loaded, and comes before the next ones.
    if not (rows.filter(kind=kind) if kind else rows).update(state=to, touched_at=Now(), problem=""):
        batch = get_import(actor, id)
        raise Conflict(f"The import of a {batch.kind} that is {batch.state} cannot be {to}.")
    batch = get_import(actor, id)
    record(actor, action, books.SUBJECT, batch.pk, file=batch.file, **books.counts_of(batch))
    return batch


def load_batch(company_id: int, batch_id: int, *, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """The worker's part: load what is left of a batch. False when `should_stop` ended it before.

    Whoever has taken it over, paused or cancelled it ends it here quietly. A file that cannot be taken fails the batch;
    so does a bug, which is raised. A database that has gone is raised too, and the batch stays as it is, to be
    taken up again.
    """
    rows = ImportBatch.objects.filter(company_id=company_id, pk=batch_id)
    if not rows.filter(state__in=(State.WAITING, State.RUNNING)).update(state=State.RUNNING, touched_at=Now()):
        return True
    batch = rows.get()
    try:
        return _loaded(batch, should_stop)
    except Overtaken:
        return True
    except OperationalError:
        raise
    except Refusal as no:
        _fail(batch, str(no))
        return True
    except Exception:
        _fail(batch, "Something went wrong here; the worker's log says what.")
        raise


def _loaded(batch: ImportBatch, should_stop: Callable[[], bool]) -> bool:
    actor, options = books.actor_of(batch), Options.of(batch.options)
    path = open_upload(actor, batch.upload or "")
    if batch.total is None:
        with _opened(path, options) as file:
            batch.total = sum(1 for _ in file.records)
        batch.save(update_fields=["total"])
    with _opened(path, options) as file:
        columns = columns_of(actor, file.header, options.columns)
        return Run(actor, batch, columns, options).to_the_end(file, should_stop=should_stop)


def _opened(path: Path, options: Options) -> AbstractContextManager[CsvFile]:
    return opened(path, delimiter=options.delimiter, has_header=options.has_header)


def _fail(batch: ImportBatch, problem: str) -> None:
    with suppress(Overtaken):
        books.close(books.actor_of(batch), batch, State.FAILED, problem=problem)


def defer(batch: ImportBatch) -> None:
    """A job for the worker, unless one is waiting."""
    from portico.contacts.jobs import load_import  # noqa: PLC0415 -- jobs import actions

    # Two at once, whoever they belong to, so that mail does not wait for the worker's other hands.
    job = load_import.configure(lock=f"import {batch.company_id % 2}", queueing_lock=f"import {batch.pk}")
    with suppress(AlreadyEnqueued), transaction.atomic():
        job.defer(company_id=batch.company_id, batch_id=batch.pk)
