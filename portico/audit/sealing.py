"""Sealing: entries become links of their company's chain; old ones go, and the chain stays."""

from typing import Any

from django.conf import settings
from django.db import connection, transaction

from portico.audit.chain import SEALED, START, digest_of, next_hash
from portico.audit.models import AuditEntry, AuditSeal

ENTRIES_A_SEAL = 2_000
SEALS_REMOVED_AT_ONCE = 50
_LOCK = 0x61756469  # "audi": one process seals at a time


def seal_entries() -> int:
    """Seal what is not sealed yet, a batch of one company at a time, and answer how many entries.

    An entry whose transaction ends late is sealed in a later batch: what is covered is told by the entry, not by ids.
    """
    sealed = 0
    while batch := _seal_batch():
        sealed += batch
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return 0
    waiting = AuditEntry.objects.filter(seal_id=None).order_by("id")
    oldest = waiting.first()
    if oldest is None:
        return 0
    entries = list(waiting.filter(company_id=oldest.company_id).values(*SEALED)[:ENTRIES_A_SEAL])
    _seal(oldest.company_id or 0, entries)
    return len(entries)


def _seal(company_id: int, entries: list[dict[str, Any]]) -> None:
    last = AuditSeal.objects.filter(company_id=company_id).order_by("-number").first()
    digests = [digest_of(entry) for entry in entries]
    seal = AuditSeal.objects.create(
        company_id=company_id,
        number=last.number + 1 if last else 1,
        entries=len(entries),
        newest_at=max(entry["at"] for entry in entries),
        hash=next_hash(bytes(last.hash) if last else START, digests),
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_entry SET seal_id = %s, digest = found.digest"
            " FROM unnest(%s::bigint[], %s::bytea[]) AS found (id, digest) WHERE audit_entry.id = found.id",
            [seal.pk, [entry["id"] for entry in entries], digests],
        )


def remove_old_entries() -> int:
    """Delete sealed entries older than PORTICO_AUDIT_DAYS, whole seals at a time; answers how many entries.

    The seals stay, so that what is kept still hangs on the chain. 0 days keep everything.
    """
    removed = 0
    while settings.AUDIT_DAYS and (batch := _remove_batch(settings.AUDIT_DAYS)):
        removed += batch
    return removed


@transaction.atomic
def _remove_batch(days: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL portico.audit = 'retention'")  # or the table refuses (migration 0003)
        cursor.execute(
            """
            WITH old AS (
                UPDATE audit_seal SET entries_removed_at = now() WHERE id IN (
                    SELECT id FROM audit_seal
                    WHERE entries_removed_at IS NULL AND newest_at < now() - make_interval(days => %s)
                    ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
                ) RETURNING id
            )
            DELETE FROM audit_entry WHERE seal_id IN (SELECT id FROM old)
            """,
            [days, SEALS_REMOVED_AT_ONCE],
        )
        return int(cursor.rowcount)
