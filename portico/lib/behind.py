"""What need not be written at once: gathered in memory, and written every few seconds in one go."""

import atexit
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

import structlog
from django.db import DatabaseError, connection

log = structlog.get_logger("portico.behind")

SECONDS_BETWEEN_WRITES = 2.0
MOST_WAITING = 50_000
Item = TypeVar("Item")


class Behind(Generic[Item]):
    """`write` takes what has gathered. What the database does not take for so long that too much waits is left out."""

    def __init__(self, name: str, write: Callable[[list[Item]], None]) -> None:
        self._name, self._write = name, write
        self._lock = threading.Lock()
        self._waiting: list[Item] = []
        self._writer: threading.Thread | None = None

    def add(self, item: Item) -> None:
        """Written within SECONDS_BETWEEN_WRITES, and at the latest when this process ends."""
        with self._lock:
            if len(self._waiting) < MOST_WAITING:
                self._waiting.append(item)
            if self._writer is None:
                # One thread a process, started by its first use: it would not survive a fork.
                self._writer = threading.Thread(target=self._write_for_ever, name=self._name, daemon=True)
                self._writer.start()
                atexit.register(self._write_last)

    def write_now(self) -> None:
        """Raises what the database says; what could not be written waits for the next time."""
        with self._lock:
            items, self._waiting = self._waiting, []
        if not items:
            return
        try:
            self._write(items)
        except DatabaseError:
            with self._lock:
                self._waiting = [*items, *self._waiting][:MOST_WAITING]
            raise

    def _write_for_ever(self) -> None:
        pause = threading.Event()
        while not pause.wait(SECONDS_BETWEEN_WRITES):
            try:
                self.write_now()
            except DatabaseError as error:
                log.warning("not written", what=self._name, error=type(error).__name__)
            connection.close()

    def _write_last(self) -> None:
        with suppress(DatabaseError):  # at the very end the database may be gone already
            self.write_now()
