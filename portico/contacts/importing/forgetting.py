"""What imports know of a person whose contact says nothing of it: rows that were rejected, files that are kept."""

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from portico.access import Actor
from portico.contacts.importing.reading import LONGEST_LINE, opened
from portico.contacts.importing.uploads import uploads_of
from portico.contacts.models import ImportRejected
from portico.errors import Invalid

# An address within a cell, and not the end or the beginning of a longer one.
_ALONE = r"(?<![\w.%+-])(?:{})(?![\w-]|\.\w)"
_SAID = re.compile(r'[^",;\t\r\n]')
# A company keeps such rows for a month; each of them is looked at.
_REJECTED = """
SELECT id FROM import_rejected WHERE company_id = %s AND EXISTS (
    SELECT FROM unnest(cells) AS cell, unnest(%s::text[]) AS email WHERE strpos(lower(cell), lower(email)) > 0
)
"""


def list_rejected_rows_of(actor: Actor, email: str) -> Iterator[dict[str, Any]]:
    """Rows with this address that imports could not take: batch, line, reason and cells."""
    for row in _rejected(actor, [email]):
        yield {"batch_id": row.batch_id, "line": row.line, "reason": row.reason, "cells": row.cells}


def forget_rows_of(actor: Actor, emails: Sequence[str]) -> None:
    """Take these addresses, and what stands in a row with them, out of rejected rows and of uploads that are kept.

    Of an upload the characters become spaces, so that an import that is under way finds its place again; it rejects the
    row. Of a file of organizations only the address goes. Files cannot be rolled back: call it last.
    """
    if emails:
        ids = [row.pk for row in _rejected(actor, emails)]
        ImportRejected.objects.filter(company_id=actor.company_id, pk__in=ids).delete()
        for path in uploads_of(actor):
            _forget(path, emails)


def _rejected(actor: Actor, emails: Sequence[str]) -> list[ImportRejected]:
    with connection.cursor() as cursor:
        cursor.execute(_REJECTED, [actor.company_id, list(emails)])
        ids = [id for (id,) in cursor.fetchall()]
    rows = ImportRejected.objects.filter(company_id=actor.company_id, pk__in=ids).order_by("batch_id", "line")
    alone = _pattern(emails)
    return [row for row in rows if any(alone.search(cell) for cell in row.cells)]


def _pattern(emails: Sequence[str]) -> re.Pattern[str]:
    return re.compile(_ALONE.format("|".join(map(re.escape, emails))), re.IGNORECASE)


def _forget(path: Path, emails: Sequence[str]) -> None:
    if _is_wide(path):
        if _pattern(emails).search(path.read_text("utf-16", errors="replace")):
            path.unlink(missing_ok=True)  # its bytes are no characters: all of it goes
        return
    # As it lies there, byte for byte.
    alone = _pattern([*emails, *(email.encode().decode("latin-1") for email in emails)])
    whole = not path.name.startswith("organizations-")
    found = [(place, text) for place, text in _records(path) if alone.search(text)]
    with path.open("r+b") as file:
        for place, text in found:
            file.seek(place)
            file.write((_SAID if whole else alone).sub(lambda said: " " * len(said[0]), text).encode("latin-1"))


def _is_wide(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}


def _records(path: Path) -> Iterator[tuple[int, str]]:
    """Each record with the place where it begins, as an import reads them."""
    parts: list[str] = []
    with path.open(encoding="latin-1", newline="") as text:

        def lines() -> Iterator[str]:
            for line in iter(lambda: text.readline(LONGEST_LINE), ""):
                parts.append(line)
                yield line

        reader, place = csv.reader(lines(), delimiter=_delimiter(path)), 0
        while True:
            try:
                next(reader)
            except StopIteration:
                return
            except csv.Error:  # the rest begins anew, for the import too
                pass
            record = "".join(parts)
            parts.clear()
            yield place, record
            place += len(record)


def _delimiter(path: Path) -> str:
    try:
        with opened(path) as file:
            return file.delimiter
    except Invalid:
        return ","
