"""The audit leaves as a file."""

import json
from collections.abc import Generator
from datetime import datetime
from threading import BoundedSemaphore

from django.conf import settings

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.audit.verifying import export_audit
from portico.errors import Busy

# An export holds a connection for as long as its reader takes: the others are for everybody else.
_slots = BoundedSemaphore(max(1, settings.DATABASE_CONNECTIONS // 4))
_SECONDS_TO_WAIT = 10
_AT_ONCE = 200  # lines in one piece


def download_audit(actor: Actor, *, since: datetime | None = None) -> Generator[bytes, None, None]:
    """The company's entries as JSON Lines in pieces, oldest first, with all that a digest covers.

    Raises Denied, and Busy where too many are running already, before the first piece. The audit says who began it.
    """
    actor.require(Permission.ADMINISTRATION)
    pieces = _pieces(actor, since)
    next(pieces)  # what is to be refused is refused now
    return pieces


def _pieces(actor: Actor, since: datetime | None) -> Generator[bytes, None, None]:
    if not _slots.acquire(blocking=False):
        raise Busy(_SECONDS_TO_WAIT)
    try:
        record(actor, "audit.exported", "audit", None, since=since.isoformat() if since else None)
        yield b""
        lines: list[str] = []
        for entry in export_audit(actor.company_id, since=since):
            lines.append(json.dumps(entry, default=_as_text, ensure_ascii=False))
            if len(lines) == _AT_ONCE:
                yield ("\n".join(lines) + "\n").encode()
                lines.clear()
        if lines:
            yield ("\n".join(lines) + "\n").encode()
    finally:
        _slots.release()


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
