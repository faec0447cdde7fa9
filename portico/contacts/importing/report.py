import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Protocol

from portico.errors import Invalid


class RejectedRow(Protocol):
    """A row as the batch keeps it."""

    line: int
    reason: str
    cells: list[str]


def report_lines(header: Sequence[str], rejected: Iterable[RejectedRow]) -> Iterator[str]:
    """The report of rejected rows as CSV, line by line: a file that can be mended and imported itself.

    It has the columns line and reason before the file's own. Passwords are left out.
    """
    yield _line(["line", "reason", *header])
    for one in rejected:
        yield _line([str(one.line), one.reason, *one.cells])


def write_report(path: Path, header: Sequence[str], rejected: Iterable[RejectedRow]) -> None:
    """The report as a file that only its owner may read. Raises Invalid where it cannot be written."""
    try:
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as no:
        raise Invalid.one("rejected", "writable", f"Cannot write {path}: {no.strerror}.") from None
    with os.fdopen(handle, "w", newline="", encoding="utf-8-sig", errors="replace") as file:
        file.writelines(report_lines(header, rejected))


def _line(cells: Sequence[str]) -> str:
    into = StringIO(newline="")
    csv.writer(into).writerow(cells)
    return into.getvalue()


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
