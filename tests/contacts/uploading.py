"""Uploads started as imports, and loaded by processes of their own that a test can kill."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.importing import chunks
from portico.contacts.importing.batches import start_import
from portico.contacts.importing.options import Options
from portico.contacts.importing.uploads import keep_upload
from portico.contacts.models import ImportBatch

_LOAD = """
import sys
import django
django.setup()
from portico.contacts.importing import chunks
from portico.contacts.importing.batches import load_batch
chunks.ROWS = int(sys.argv[3])
load_batch(int(sys.argv[1]), int(sys.argv[2]))
"""


@contextmanager
def no_worker() -> Iterator[None]:
    """Jobs that are made within this are gone before any worker sees them, so that only the test does them."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock LIKE 'import %' AND status = 'todo'")


def started(company: Company, content: str | bytes, **options: Any) -> ImportBatch:
    """Waiting, and nobody is at it."""
    actor = operator(company.pk)
    raw = content.encode() if isinstance(content, str) else content
    with no_worker():
        return start_import(actor, keep_upload(actor, [raw]), Options(**options), file="people.csv")


def loader_of(batch: ImportBatch) -> "subprocess.Popen[bytes]":
    """A process that does what the worker does with it, in portions as they are here and now."""
    command = [sys.executable, "-c", _LOAD, str(batch.company_id), str(batch.pk), str(chunks.ROWS)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def now(batch: ImportBatch) -> ImportBatch:
    batch.refresh_from_db()
    return batch


_UNDO = """
import sys
import django
django.setup()
from portico.access import operator
from portico.contacts.importing.undoing import undo_import
print("ready", flush=True)
sys.stdin.readline()
undo_import(operator(int(sys.argv[1])), int(sys.argv[2]))
"""


def undoers_of(batch: ImportBatch, count: int) -> "list[subprocess.Popen[bytes]]":
    """Processes that take it back, which begin at the same moment."""
    command = [sys.executable, "-c", _UNDO, str(batch.company_id), str(batch.pk)]
    running = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(count)]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == b"ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.close()
    return running
