import csv
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, TextIO

from portico.errors import Invalid


class Rejected:
    """The report of rejected rows: a CSV file, made with its first row, that can be mended and imported itself.

    It has the columns line and reason before the file's own. Passwords are left out, and only the owner may read it.
    """

    def __init__(self, path: Path, header: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._header = header
        self._file: TextIO | None = None
        with suppress(FileNotFoundError):
            path.unlink()  # what an earlier import rejected says nothing of this one

    def add(self, line: int, reason: str, cells: Sequence[str]) -> None:
        self.count += 1
        if self._file is None:
            self._file = self._opened()
            self._write(["line", "reason", *self._header])
        self._write([str(line), reason, *cells])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()

    def _opened(self) -> TextIO:
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as no:
            raise Invalid.one("rejected", "writable", f"Cannot write {self.path}: {no.strerror}.") from None
        return os.fdopen(handle, "w", newline="", encoding="utf-8-sig", errors="replace")

    def _write(self, cells: Sequence[str]) -> None:
        csv.writer(self._file).writerow(cells)  # type: ignore[arg-type]  # open by now


@dataclass(slots=True)
class Summary:
    """What an import did, in rows. `skipped` are existing contacts that were to be left alone."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    rejected_file: str | None = None
    ignored_columns: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""

    @property
    def rows(self) -> int:
        return self.created + self.updated + self.unchanged + self.skipped + self.rejected

    def counts(self) -> dict[str, Any]:
        names = ("created", "updated", "unchanged", "skipped", "rejected")
        return {name: getattr(self, name) for name in names}
