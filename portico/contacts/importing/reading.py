import codecs
import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO, TextIO

from portico.errors import Invalid
from portico.lib.addresses import is_email

BLOCK = 1 << 20
LONGEST_LINE = 1 << 20  # characters; longer ones come in pieces, so that no file fills the memory
DELIMITERS = ",;\t"
# What the decoder makes of a byte that is no text (surrogateescape); no other way leads to these characters.
_BAD_BYTE = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file, with the number of its first line; `trouble` says why it could not be read."""

    line: int
    cells: list[str]
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """An open file: what it is, its header, and its records, which can be read once."""

    encoding: str
    delimiter: str
    header: list[str]
    records: Iterator[Record]


@contextmanager
def opened(path: Path, *, delimiter: str | None = None, has_header: bool | None = None) -> Iterator[CsvFile]:
    """The file; encoding, and what is not named, found out by looking at it.

    Without a header its columns are called Column 1 and so on. Raises Invalid for an empty or unreadable one.
    """
    try:
        with path.open("rb") as file:
            yield _read(_rewindable(file), delimiter, has_header=has_header)
    except OSError as no:
        raise Invalid.one("file", "readable", f"Cannot read {path}: {no.strerror}.") from None


def _rewindable(file: BinaryIO) -> BinaryIO:
    """The file itself, or where it is a pipe, a copy on disk that has no name."""
    if file.seekable():
        return file
    copy = tempfile.TemporaryFile()  # noqa: SIM115 -- gone with the last reference
    shutil.copyfileobj(file, copy, BLOCK)
    copy.seek(0)
    return copy


def _read(file: BinaryIO, delimiter: str | None, *, has_header: bool | None) -> CsvFile:
    encoding = _encoding(file)
    file.seek(0)
    # Never "strict": bytes that are no text spoil their own row only.
    errors = "replace" if encoding == "utf-16" else "surrogateescape"
    text = io.TextIOWrapper(file, encoding=encoding, errors=errors, newline="")
    head = text.read(BLOCK // 16)
    text.seek(0)
    delimiter = delimiter or max(DELIMITERS, key=lambda one: len(_first_cells(head, one)))
    records = _records(text, delimiter)
    first = next(records, None)
    if first is None or first.trouble:
        raise Invalid.one("file", "header", "The file has no header row that can be read.")
    header = first.cells
    if has_header is None:
        # Nobody's header has an e-mail address in it.
        has_header = not any(is_email(cell.strip()) for cell in header)
    if not has_header:
        header = [f"Column {number}" for number in range(1, len(header) + 1)]
        records = chain([first], records)
    return CsvFile(encoding.removesuffix("-sig"), delimiter, header, records)


def _encoding(file: BinaryIO) -> str:
    """UTF-8 unless most of what is not ASCII is no UTF-8; then what Windows calls Latin-1. Excel's UTF-16 by its mark.

    The whole file is looked at, because the first umlaut may be in its last line; and one spoilt line must not make a
    million others Latin-1.
    """
    if file.read(2) in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    good = bad = 0
    for block in iter(lambda: file.read(BLOCK), b""):
        text = decoder.decode(block)
        if not text.isascii():
            spoilt = len(_BAD_BYTE.findall(text))
            bad += spoilt
            good += len(text) - len(text.encode("ascii", "ignore")) - spoilt
    return "cp1252" if bad > good else "utf-8-sig"


def _first_cells(head: str, delimiter: str) -> list[str]:
    try:
        return next((cells for cells in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter) if cells), [])
    except csv.Error:
        return []


def _records(text: TextIO, delimiter: str) -> Iterator[Record]:
    """Records that are not blank. After a cell beyond csv's limit, 131,072 characters, a record begins anew."""
    lines = csv.reader(iter(lambda: text.readline(LONGEST_LINE), ""), delimiter=delimiter)
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines)
        except StopIteration:
            return
        except csv.Error:
            yield Record(line, [], f"lines {line} to {lines.line_num}: a cell is too long, or a quote is never closed")
            continue
        if any(cells):
            yield Record(line, cells, _trouble(cells))


def _trouble(cells: list[str]) -> str:
    joined = "".join(cells)
    if "\0" in joined:
        return "it has a NUL byte"
    if not joined.isascii() and _BAD_BYTE.search(joined):
        return "it has bytes that are no text in the file's encoding"
    return ""
