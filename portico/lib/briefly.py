"""Remembering an answer for a moment, in this process only."""

import time
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Briefly(Generic[Value]):
    """Answers by key, each good for `seconds` from when it was kept; at most `size` of them.

    For what is asked over and over and may be stale for that long. Safe with threads: each step is one dict operation.
    """

    def __init__(self, *, seconds: float, size: int = 10_000) -> None:
        self.seconds = seconds
        self.size = size
        self._kept: dict[bytes, tuple[float, Value]] = {}

    def find(self, key: bytes) -> Value | None:
        until, value = self._kept.get(key, (0.0, None))
        return value if until > time.monotonic() else None

    def keep(self, key: bytes, value: Value) -> None:
        if len(self._kept) >= self.size:
            self._kept.clear()
        self._kept[key] = (time.monotonic() + self.seconds, value)
