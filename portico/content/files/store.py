"""The store of files: a folder in the data folder, or what PORTICO_MEDIA_URL names. And the way into it.

A file comes in as a part in the data folder, is looked at there, and goes into the store whole.
"""

import os
import secrets
import time
from pathlib import Path
from typing import BinaryIO, Self

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages

from portico.errors import Invalid

_SECONDS_COMING_IN = 24 * 60 * 60


def store() -> Storage:
    return storages["media"]


class Incoming:
    """A file that is coming in, part by part; used with `with`. What is not put into the store by its end is gone."""

    def __init__(self) -> None:
        folder = _incoming()
        self.path = folder / f"{secrets.token_hex(16)}.part"
        self._left = settings.UPLOAD_BYTES
        self._file: BinaryIO | None = None

    def __enter__(self) -> Self:
        self._file = os.fdopen(os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        return self

    def __exit__(self, *_error: object) -> None:
        self._close()
        self.path.unlink(missing_ok=True)

    def write(self, part: bytes) -> None:
        """Raises Invalid for more than settings.UPLOAD_BYTES."""
        if self._file is None:
            raise ValueError("not open")
        self._left -= len(part)
        if self._left < 0:
            raise Invalid.one("file", "size", f"The file is larger than {settings.UPLOAD_BYTES // 2**20} MB.")
        self._file.write(part)

    def done(self) -> Path:
        """All has come: where it lies until it is put into the store."""
        self._close()
        return self.path

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class _Whole(File):  # type: ignore[type-arg]  # not subscriptable at run time
    """A file for the store, which a folder takes by moving it."""

    def __init__(self, path: Path, content_type: str) -> None:
        super().__init__(path.open("rb"))
        self._path = path
        self.content_type = content_type

    def temporary_file_path(self) -> str:
        return str(self._path)


def put(path: Path, place: str, content_type: str) -> None:
    """Move a file into the store."""
    with _Whole(path, content_type) as whole:
        store().save(place, whole)


def drop_unfinished() -> int:
    """Let go of parts that nobody is writing any more; answers how many went."""
    old = time.time() - _SECONDS_COMING_IN
    dropped = 0
    for path in _incoming().glob("*.part"):
        try:
            if path.stat().st_mtime < old:
                path.unlink()
                dropped += 1
        except FileNotFoundError:
            continue  # it came to its end meanwhile
    return dropped


def _incoming() -> Path:
    folder: Path = settings.DATA_FOLDER / "media" / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
