"""When a credential was last used, from where, and how often: kept in memory and written every few seconds in sums."""

import atexit
import threading
from collections import Counter
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import lru_cache

import structlog
from django.db import DatabaseError, OperationalError, connection, transaction

from portico.access import Actor
from portico.identity.models import ApiKey, CredentialUse, SecurityCode
from portico.lib.networks import range_of

log = structlog.get_logger("portico.identity")

SECONDS_BETWEEN_WRITES = 5.0
_KINDS = {"key": ApiKey, "code": SecurityCode}
_Outcome = CredentialUse.Outcome
_OUTCOMES = {2: _Outcome.ANSWERED, 3: _Outcome.ANSWERED, 4: _Outcome.WRONG, 5: _Outcome.FAILED}
_REFUSALS = {401, 403, 429}

# Of a company that is still there: a credential outlives it by what is remembered.
_ADD_NETWORK = """
INSERT INTO credential_network (kind, credential_id, company_id, network)
SELECT v.kind, v.id, company.id, v.network
FROM (VALUES (%s, %s::bigint, %s::bigint, %s)) AS v (kind, id, company_id, network)
JOIN company ON company.id = v.company_id ON CONFLICT DO NOTHING
"""
_ADD_ANSWERS = """
INSERT INTO credential_use AS u (kind, credential_id, company_id, day, outcome, times)
SELECT v.kind, v.id, company.id, v.day, v.outcome, v.times
FROM (VALUES (%s, %s::bigint, %s::bigint, %s::date, %s, %s::bigint)) AS v (kind, id, company_id, day, outcome, times)
JOIN company ON company.id = v.company_id
ON CONFLICT (company_id, kind, credential_id, day, outcome) DO UPDATE SET times = u.times + excluded.times
"""

Whose = tuple[str, int, int]  # kind, credential, company

_lock = threading.Lock()
_used: dict[Whose, tuple[datetime, str, str]] = {}
_networks: set[tuple[Whose, str]] = set()
_answers: Counter[tuple[Whose, date, str]] = Counter()
_writer: threading.Thread | None = None


def note_use(actor: Actor, address: str) -> None:
    """Note that the actor's credential was used now; written within SECONDS_BETWEEN_WRITES."""
    if actor.credential is None:
        return
    whose = (*actor.credential, actor.company_id)
    with _lock:
        _used[whose] = (datetime.now(UTC), address, actor.wire)
        _networks.add((whose, range_of(address)))
        _start_writer()


def note_answer(actor: Actor, status: int) -> None:
    """Note what became of a request: the HTTP status of its answer."""
    if actor.credential is None:
        return
    outcome = _Outcome.REFUSED if status in _REFUSALS else _OUTCOMES.get(status // 100, _Outcome.FAILED)
    whose = (*actor.credential, actor.company_id)
    with _lock:
        _answers[whose, datetime.now(UTC).date(), outcome] += 1
        _start_writer()


@lru_cache(maxsize=4096)
def _start_writer() -> None:
    global _writer  # noqa: PLW0603 -- one thread a process, started by its first use
    if _writer is None:
        _writer = threading.Thread(target=_write_for_ever, name="usage", daemon=True)
        _writer.start()
        atexit.register(_write_last_uses)


def _write_for_ever() -> None:
    pause = threading.Event()
    while not pause.wait(SECONDS_BETWEEN_WRITES):
        try:
            write_uses()
        except DatabaseError as error:  # these few seconds are lost, the next ones need not be
            log.warning("usage not written", error=type(error).__name__)
        connection.close()


def _write_last_uses() -> None:
    with suppress(OperationalError):  # at the very end the database may be gone already
        write_uses()


def write_uses() -> None:
    """Write what has gathered, rows in one order, so that processes do not wait for each other in a circle."""
    with _lock:
        used, networks, answers = dict(_used), set(_networks), Counter(_answers)
        _used.clear()
        _networks.clear()
        _answers.clear()
    with transaction.atomic(), connection.cursor() as cursor:
        for (kind, id, company_id), (at, address, wire) in sorted(used.items()):
            _KINDS[kind]._default_manager.filter(company_id=company_id, pk=id).update(
                last_used_at=at, last_used_from=address, last_used_wire=wire
            )
        cursor.executemany(_ADD_NETWORK, [(*whose, network) for whose, network in sorted(networks)])
        cursor.executemany(_ADD_ANSWERS, [(*key[0], *key[1:], times) for key, times in sorted(answers.items())])
