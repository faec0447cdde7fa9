"""Changes by somebody who has read a thing a while ago: made only where it is still as it was."""

from datetime import datetime
from typing import Protocol

from portico.errors import Outdated


class _Changed(Protocol):
    @property
    def updated_at(self) -> datetime: ...


def require_unchanged(row: _Changed, seen: datetime | None) -> None:
    """Raises Outdated unless it was changed last at `seen`; None demands nothing. The caller has locked the row."""
    if seen is not None and row.updated_at != seen:
        raise Outdated
