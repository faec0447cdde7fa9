"""Files that somebody sent, kept in the data folder until they are read or a day has passed."""

import os
import re
import secrets
import time
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import BinaryIO, Literal, Self

from django.conf import settings

from portico.access import Actor
from portico.errors import Invalid, NotFound

Kind = Literal["contacts", "organizations"]

SECONDS_KEPT = 24 * 60 * 60
_NAME = re.compile(r"(contacts|organizations)-[0-9a-f]{32}\.csv")


class Keeping:
    """A file that is coming in, part by part; used with `with`. What is not kept by its end is gone."""

    def __init__(self, actor: Actor) -> None:
        self._folder = _folder(actor.company_id)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._name = secrets.token_hex(16)
        self._path = self._folder / f"{self._name}.part"
        self._left = settings.UPLOAD_BYTES
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(handle, "wb")
        return self

    def __exit__(self, *_error: object) -> None:
        if self._file is not None:
            self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, part: bytes) -> None:
        """Raises Invalid for more than settings.UPLOAD_BYTES."""
        if self._file is None:
            raise ValueError("not open")
        self._left -= len(part)
        if self._left < 0:
            raise too_large()
        self._file.write(part)

    def done(self) -> Path:
        """All has come: where it lies until it is kept."""
        if self._file is not None:
            self._file.close()
        return self._path

    def keep(self, kind: Kind) -> str:
        """Give it the name to ask for it by, which it answers."""
        name = f"{kind}-{self._name}.csv"
        self.done().rename(self._folder / name)
        return name


def keep_upload(actor: Actor, parts: Iterable[bytes], *, kind: Kind = "contacts") -> str:
    """Write what comes into a file of its own, readable by nobody else; answers the name to ask for it by.

    The name is random and means nothing in another company. Raises Invalid for more than settings.UPLOAD_BYTES; then
    and when `parts` breaks off nothing is kept.
    """
    with Keeping(actor) as keeping:
        for part in parts:
            keeping.write(part)
        return keeping.keep(kind)


def too_large() -> Invalid:
    return Invalid.one("file", "size", f"The file is larger than {settings.UPLOAD_BYTES // 2**20} MB.")


def open_upload(actor: Actor, name: str, *, kind: Kind = "contacts") -> Path:
    """Where the company's upload of this name and kind lies. Raises NotFound, for any other text as well."""
    found = _NAME.fullmatch(name)
    path = _folder(actor.company_id) / name
    if found is None or found[1] != kind or not path.is_file():
        raise NotFound("upload")
    return path


def drop_upload(actor: Actor, name: str) -> None:
    """Let it go before its day is over; one that has gone is fine."""
    if _NAME.fullmatch(name):
        (_folder(actor.company_id) / name).unlink(missing_ok=True)


def uploads_of(actor: Actor) -> list[Path]:
    """Where all files of the company lie, of every kind."""
    return sorted(_folder(actor.company_id).glob("*.csv"))


def drop_old_uploads(still_needed: Collection[tuple[int, str]]) -> int:
    """Let go of what has had its day, but what is still to be read (company and name); answers how many went."""
    dropped = 0
    for path in (*_place().glob("*/*.csv"), *_place().glob("*/*.part")):
        is_needed = path.parent.name.isdigit() and (int(path.parent.name), path.name) in still_needed
        if not is_needed and _age(path) > SECONDS_KEPT:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:  # somebody was quicker
        return 0.0


def _place() -> Path:
    folder: Path = settings.DATA_FOLDER / "uploads"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _folder(company_id: int) -> Path:
    return _place() / str(company_id)
