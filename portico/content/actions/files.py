"""Files put into the store, referred to, and taken away again. Killed anywhere, nothing is left over for good."""

from pathlib import Path

from django.db import transaction
from django.db.models.functions import Now

from portico.content.files.kinds import Facts
from portico.content.files.store import put, store
from portico.content.models import StoredFile
from portico.errors import Conflict
from portico.lib.secrets import random_text

LONGEST_NAME = 255
_TOKEN = 32  # characters: 190 bits
_AT_ONCE = 100
# What should have been referred to long ago. Longer than any upload into a slow store takes.
_GIVE_UP = """
SELECT id FROM stored_file
WHERE state = 'dropped' OR (state = 'arriving' AND changed_at < now() - interval '1 day')
ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""


def put_file(company_id: int, path: Path, facts: Facts, *, name: str, is_private: bool) -> StoredFile:
    """Put what lies there into the store; outside any transaction, so that the row is there before the file.

    It is to be referred to with `keep_files`, in the transaction that does.
    """
    row = StoredFile.objects.create(
        company_id=company_id,
        token=random_text(_TOKEN),
        name=_clean_name(name),
        content_type=facts.content_type,
        size=facts.size,
        width=facts.width,
        height=facts.height,
        is_private=is_private,
        state=StoredFile.State.ARRIVING,
    )
    put(path, row.place, facts.content_type)
    return row


def _clean_name(name: str) -> str:
    """The last part of a path, without what no header and no file system takes."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(
        one for one in last if one.isprintable() and one not in '"\\/<>:|?*' and not "\ud800" <= one <= "\udfff"
    )
    return clean.strip(" .")[-LONGEST_NAME:] or "file"


def keep_files(company_id: int, *file_ids: int) -> None:
    """Something refers to these now, in the caller's transaction. Raises Conflict where one was given up meanwhile."""
    rows = StoredFile.objects.filter(company_id=company_id, pk__in=file_ids, state=StoredFile.State.ARRIVING)
    if rows.update(state=StoredFile.State.KEPT, changed_at=Now()) != len(file_ids):
        raise Conflict("The upload took too long. Try again.")


def drop_files(company_id: int, *file_ids: int) -> None:
    """Nobody is to open these any more; a job takes them away."""
    rows = StoredFile.objects.filter(company_id=company_id, pk__in=file_ids)
    rows.update(state=StoredFile.State.DROPPED, changed_at=Now())


def take_files_away() -> int:
    """Take out of the store what was dropped or never referred to; answers how many. Two at once share the work."""
    taken, found = 0, _AT_ONCE
    while found == _AT_ONCE:
        with transaction.atomic():
            rows = list(StoredFile.objects.raw(_GIVE_UP, [_AT_ONCE]))  # any company: rubbish is rubbish
            for row in rows:
                store().delete(row.place)
            ids = [row.pk for row in rows]
            StoredFile.objects.filter(pk__in=ids).update(  # any company: the same
                state=StoredFile.State.GONE, changed_at=Now()
            )
        found = len(rows)
        taken += found
    return taken
