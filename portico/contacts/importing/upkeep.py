"""What the worker looks after: imports that nobody is at, files and old values that have had their day."""

from contextlib import suppress
from datetime import timedelta

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from portico.contacts.importing import books
from portico.contacts.importing.batches import UNFINISHED, Kind, State, defer
from portico.contacts.importing.loading import Overtaken
from portico.contacts.importing.uploads import drop_old_uploads
from portico.contacts.models import ImportBatch

SILENT = timedelta(minutes=1)  # a batch of the worker's that has not moved for so long may have lost its job
# Of the others nobody can tell whether they go on: a process that is killed says nothing.
GONE = {Kind.FILE: timedelta(hours=1), Kind.PAGES: timedelta(days=1), Kind.PEOPLE: timedelta(hours=1)}
_WHY = {
    Kind.FILE: "The process that read it has gone. Run it again, or undo it.",
    Kind.PAGES: "Its last page was never asked for.",
    Kind.PEOPLE: "The process that was at it has gone.",
}
DAYS_TO_UNDO = 30
_DETAILS = ("import_chunk", "import_replaced", "import_rejected")


def take_up_imports() -> None:
    """Give each batch that waits for the worker a job, should its own be lost; fail those that nobody can be at."""
    now = timezone.now()
    running = ImportBatch.objects.filter(state__in=(State.WAITING, State.RUNNING))  # any company: upkeep
    for batch in running.filter(kind=Kind.UPLOAD, touched_at__lt=now - SILENT):
        defer(batch)
    for kind, patience in GONE.items():
        for batch in running.filter(kind=kind, touched_at__lt=now - patience):
            with suppress(Overtaken):
                books.close(books.actor_of(batch), batch, State.FAILED, problem=_WHY[kind])


def drop_old_imports() -> None:
    """Let go of uploads after a day, and after DAYS_TO_UNDO of what undoing and reporting a batch needs."""
    rows = ImportBatch.objects.filter(Q(state__in=UNFINISHED), upload__isnull=False)  # any company: upkeep
    needed = rows.exclude(kind=Kind.PAGES).values_list("company_id", "upload")
    drop_old_uploads({(company, upload) for company, upload in needed if upload})
    with connection.cursor() as cursor:
        for table in _DETAILS:
            cursor.execute(
                f"DELETE FROM {table} d USING import_batch b"  # noqa: S608 -- our own names
                " WHERE b.company_id = d.company_id AND b.id = d.batch_id"
                " AND b.touched_at < now() - make_interval(days => %s)",
                [DAYS_TO_UNDO],
            )
