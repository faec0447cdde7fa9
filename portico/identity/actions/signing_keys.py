"""The keys that sign JWTs: made, retired and forgotten without anybody's doing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from portico.identity.models import SealedKey, SigningKey
from portico.lib.secrets import random_text, seal, unseal

TOKENS_LIVE = timedelta(hours=24)
MARGIN = timedelta(hours=1)  # a refreshed token may end some seconds later than a fresh one
# Made so long before it is needed, a key is known to every process when the first token with it comes.
MADE_BEFORE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KeyKind:
    """Keys of one table: what a new one is, sealed for which purpose, how long it signs, and checks after that.

    `lock` is a number of ours among PostgreSQL's advisory locks.
    """

    model: type[SealedKey]
    purpose: str
    fresh: Callable[[], bytes]
    signs_for: timedelta
    checks_for: timedelta
    lock: int


def _fresh_secret() -> bytes:
    return secrets.token_bytes(32)


SESSION_KEYS = KeyKind(
    SigningKey,
    "signing key",
    _fresh_secret,
    signs_for=timedelta(days=7),
    checks_for=TOKENS_LIVE + MARGIN,
    lock=7_263_002,
)


def make_signing_key_if_needed(kind: KeyKind = SESSION_KEYS) -> None:
    """Make a key when there is none that may sign now. Cheap when there is one."""
    if not _lasts(kind, timedelta()):
        _make(kind, lasting=timedelta())


def rotate_signing_keys(kind: KeyKind = SESSION_KEYS) -> None:
    """Make the next key a day before the present one retires; forget those whose tokens have all ended."""
    _make(kind, lasting=MADE_BEFORE)
    kind.model._default_manager.filter(expires_at__lt=Now()).delete()


def _lasts(kind: KeyKind, time: timedelta) -> bool:
    good = kind.model._default_manager.filter(retires_at__gt=timezone.now() + time)
    return any(_is_ours(kind, key) for key in good)


def _is_ours(kind: KeyKind, key: SealedKey) -> bool:
    """Keys sealed with another PORTICO_SECRET_KEY neither sign nor check."""
    try:
        unseal(bytes(key.sealed), kind.purpose)
    except ValueError:
        return False
    return True


@transaction.atomic
def _make(kind: KeyKind = SESSION_KEYS, *, lasting: timedelta) -> None:
    with connection.cursor() as cursor:
        # Of several processes one makes the key, and the others see it.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [kind.lock])
    if _lasts(kind, lasting):
        return
    rows = kind.model._default_manager
    newest = rows.order_by("-retires_at").values_list("retires_at", flat=True).first()
    begins = max(timezone.now(), newest or timezone.now()) if lasting else timezone.now()
    rows.create(
        kid=random_text(12),
        sealed=seal(kind.fresh(), kind.purpose),
        retires_at=begins + kind.signs_for,
        expires_at=begins + kind.signs_for + kind.checks_for,
    )
