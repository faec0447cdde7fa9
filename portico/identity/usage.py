"""When a credential was last used, and from where: kept in memory and written every few seconds, not per request."""

import atexit
import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db import OperationalError, connection, transaction
from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Mapping

SECONDS_BETWEEN_WRITES = 5.0

_lock = threading.Lock()
_used: dict[tuple[type[Model], int], tuple[datetime, str]] = {}
_writer: threading.Thread | None = None


def note_use(kind: type[Model], id: int, address: str) -> None:
    """Note that an ApiKey or SecurityCode was used now; written within SECONDS_BETWEEN_WRITES."""
    global _writer  # noqa: PLW0603 -- one thread a process, started by its first use
    with _lock:
        _used[kind, id] = (datetime.now(UTC), address)
        if _writer is None:
            _writer = threading.Thread(target=_write_for_ever, name="usage", daemon=True)
            _writer.start()
            atexit.register(_write_last_uses)


def _write_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(SECONDS_BETWEEN_WRITES):
        write_uses()
        connection.close()


def _write_last_uses() -> None:
    with suppress(OperationalError):  # at the very end the database may be gone already
        write_uses()


def write_uses() -> None:
    """Write what has gathered, rows in one order, so that processes do not wait for each other in a circle."""
    with _lock:
        gathered: Mapping[tuple[type[Model], int], tuple[datetime, str]] = dict(_used)
        _used.clear()
    ordered = sorted(gathered.items(), key=lambda item: (item[0][0]._meta.db_table, item[0][1]))
    with transaction.atomic():
        for (kind, id), (at, address) in ordered:
            kind._default_manager.filter(pk=id).update(last_used_at=at, last_used_from=address)
