"""What makes entries into a chain: digests and hashes, keyed so that who can write the database cannot forge them."""

import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import Any

from portico.lib.secrets import derived_key

START = bytes(32)  # what stands before a chain's first seal
# What a digest covers. Columns that are filled in later are not among them.
SEALED = (
    "id", "company_id", "at", "actor", "membership_id", "action", "subject", "subject_id", "wire", "request_id",
    "address", "details", "contacts",
)  # fmt: skip


def digest_of(entry: Mapping[str, Any]) -> bytes:
    """32 bytes over the values of SEALED; `at` is an aware datetime."""
    values = [entry["at"].astimezone(UTC).isoformat() if name == "at" else entry[name] for name in SEALED]
    return _keyed(json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def next_hash(before: bytes, digests: Iterable[bytes]) -> bytes:
    """32 bytes over the hash before and the digests of a batch, in their order."""
    return _keyed(before + b"".join(digests))


def _keyed(data: bytes) -> bytes:
    return hmac.digest(derived_key("audit chain"), data, "sha256")
