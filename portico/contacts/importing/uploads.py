"""Files that somebody sent, kept in the data folder until they are read or a day has passed."""

import os
import re
import secrets
import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Literal

from django.conf import settings

from portico.access import Actor
from portico.errors import Invalid, NotFound

Kind = Literal["contacts", "organizations"]

SECONDS_KEPT = 24 * 60 * 60
_NAME = re.compile(r"(contacts|organizations)-[0-9a-f]{32}\.csv")


def keep_upload(actor: Actor, parts: Iterable[bytes], *, kind: Kind = "contacts") -> str:
    """Write what comes into a file of its own, readable by nobody else; answers the name to ask for it by.

    The name is random and means nothing in another company. Raises Invalid for more than settings.UPLOAD_BYTES; then
    and when `parts` breaks off nothing is kept.
    """
    folder = _folder(actor.company_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{kind}-{secrets.token_hex(16)}.csv"
    path = folder / name
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for part in _bounded(parts):
                file.write(part)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return name


def _bounded(parts: Iterable[bytes]) -> Iterator[bytes]:
    left = settings.UPLOAD_BYTES
    for part in parts:
        left -= len(part)
        if left < 0:
            raise too_large()
        yield part


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


def drop_old_uploads(still_needed: Collection[tuple[int, str]]) -> int:
    """Let go of what has had its day, but what is still to be read (company and name); answers how many went."""
    dropped = 0
    for path in _place().glob("*/*.csv"):
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
