"""Proof that a company's audit is what it was, and its export."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portico.audit.chain import SEALED, START, digest_of, next_hash
from portico.audit.models import AuditEntry, AuditSeal

_ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a chain proves. `broken` is a sentence about its first broken link, "" for none.

    `head` is "NUMBER:HASH" of the last seal. Who has noted it elsewhere can tell later that the end was not cut off.
    """

    seals: int
    entries: int
    unsealed: int
    erased: int
    removed: int
    head: str
    broken: str = ""


def verify_audit(company_id: int, *, head: str = "") -> Verdict:
    """Follow the chain of one company (0: of what happened in none) from its start. `head` is one noted before."""
    seals = entries = erased = removed = 0
    before, broken = START, ""
    heads = set()
    for seal in AuditSeal.objects.filter(company_id=company_id).order_by("number").iterator(_ROWS_AT_ONCE):
        seals += 1
        rows = list(AuditEntry.objects.filter(seal_id=seal.pk).order_by("id").values(*_CHECKED))
        broken = broken or _broken_link(seal, seals, before, rows)
        entries += len(rows)
        erased += sum(row["erased_at"] is not None for row in rows)
        removed += seal.entries_removed_at is not None
        before = bytes(seal.hash)
        heads.add(_head(seal.number, before))
    if head and head not in heads and not broken:
        broken = (
            f"The seal {head.partition(':')[0]} that was noted is not in the chain: its end was cut off or replaced."
        )
    waiting = AuditEntry.objects.filter(company_id=company_id or None, seal_id=None).count()
    return Verdict(seals, entries, waiting, erased, removed, _head(seals, before) if seals else "", broken)


_CHECKED = (*SEALED, "digest", "erased_at")


def _head(number: int, hash: bytes) -> str:
    return f"{number}:{hash.hex()}"


def _broken_link(seal: AuditSeal, expected: int, before: bytes, rows: list[dict[str, Any]]) -> str:
    if seal.number != expected:
        return f"Seal {expected} is missing."
    if seal.entries_removed_at is not None:
        return f"Seal {seal.number} has entries that were removed before." if rows else ""
    for row in rows:
        # Erased details cannot be compared; that the entry was there still hangs on its digest.
        if row["erased_at"] is None and digest_of(row) != bytes(row["digest"]):
            return f"Entry {row['id']} in seal {seal.number} was changed."
    if len(rows) != seal.entries:
        return f"Seal {seal.number} covers {seal.entries} entries, and {len(rows)} are there."
    if next_hash(before, (bytes(row["digest"]) for row in rows)) != bytes(seal.hash):
        return f"Seal {seal.number} does not fit its entries and the seal before it."
    return ""


def export_audit(company_id: int, *, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """A company's entries, oldest first: what a digest covers, and `seal_id`, `digest` (hex), `erased_at`."""
    rows = AuditEntry.objects.filter(company_id=company_id or None).order_by("id")
    if since is not None:
        rows = rows.filter(at__gte=since)
    for row in rows.values(*_CHECKED, "seal_id").iterator(_ROWS_AT_ONCE):
        yield {**row, "digest": bytes(row["digest"]).hex() if row["digest"] else None}
