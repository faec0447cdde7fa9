"""Signing keys as a process knows them: read now and then from the database, where they are sealed."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Generic, TypeVar

import orjson
import structlog
from joserfc.util import urlsafe_b64decode

from portico.errors import NotSignedIn
from portico.identity.actions.signing_keys import KeyKind, make_signing_key_if_needed
from portico.identity.models import SealedKey
from portico.lib.secrets import unseal

SECONDS_BETWEEN_LOADS = 3.0  # when tokens with unknown keys come
SECONDS_KEPT = 60.0  # a key that an operator deletes is forgotten by then

log = structlog.get_logger("portico.identity")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Key(Generic[K]):
    """`secret` is the key itself, as what signs with it takes it."""

    kid: str
    secret: K = field(compare=False, repr=False)
    retires_at: datetime
    expires_at: datetime


class Keys(Generic[K]):
    """The keys of one kind; `imported` makes of their bytes what signs."""

    def __init__(self, kind: KeyKind, imported: Callable[[bytes], K]) -> None:
        self._kind = kind
        self._imported = imported
        self._lock = threading.Lock()
        self._known: dict[str, Key[K]] = {}
        self._loaded = float("-inf")

    def signing(self) -> Key[K]:
        """The oldest key that may still sign: the next one is made a day before, so that by then all know it."""
        self._refresh(after=SECONDS_KEPT)
        return self._oldest() or self._made()

    def checking(self, kid: str) -> Key[K] | None:
        self._refresh(after=SECONDS_KEPT)
        if kid not in self._known:
            self._refresh(after=SECONDS_BETWEEN_LOADS)
        key = self._known.get(kid)
        return key if key is not None and key.expires_at > datetime.now(UTC) else None

    def all(self) -> list[Key[K]]:
        """Those that check now, oldest first, among them the next one to sign."""
        self.signing()
        now = datetime.now(UTC)
        return sorted((key for key in self._known.values() if key.expires_at > now), key=lambda key: key.retires_at)

    def opened(self, row: SealedKey) -> Key[K] | None:
        """None for a key sealed with another PORTICO_SECRET_KEY."""
        try:
            secret = unseal(bytes(row.sealed), self._kind.purpose)
        except ValueError:
            log.warning("signing key sealed with another PORTICO_SECRET_KEY", kid=row.kid)
            return None
        return Key(row.kid, self._imported(secret), row.retires_at, row.expires_at)

    def _oldest(self) -> Key[K] | None:
        now = datetime.now(UTC)
        good = [key for key in self._known.values() if key.retires_at > now]
        return min(good, key=lambda key: key.retires_at, default=None)

    def _made(self) -> Key[K]:
        make_signing_key_if_needed(self._kind)
        self._refresh(after=0)
        key = self._oldest()
        if key is None:
            raise RuntimeError("no signing key can be opened: PORTICO_SECRET_KEY changed while this process ran")
        return key

    def _refresh(self, *, after: float) -> None:
        with self._lock:
            if time.monotonic() - self._loaded < after:
                return
            make_signing_key_if_needed(self._kind)
            rows = self._kind.model._default_manager.all()
            self._known = {key.kid: key for row in rows if (key := self.opened(row)) is not None}
            self._loaded = time.monotonic()


def header_of(token: str, algorithm: str, *, longest: int) -> Mapping[str, str]:
    """A JWT's header, if it is exactly one of ours: no other algorithm, no key or address brought along.

    `kid` is in it, and `typ` where it has one. Raises NotSignedIn.
    """
    if len(token) > longest or not token.isascii():
        raise NotSignedIn
    return _header(token.partition(".")[0], algorithm)


@lru_cache(maxsize=256)
def _header(part: str, algorithm: str) -> Mapping[str, str]:
    """Of all tokens that one key has signed it is the same."""
    try:
        header = orjson.loads(urlsafe_b64decode(part.encode()))
    except ValueError:
        raise NotSignedIn from None
    if not isinstance(header, dict) or not header.keys() <= {"alg", "kid", "typ"} or header.get("alg") != algorithm:
        raise NotSignedIn
    if not isinstance(header.get("kid"), str):
        raise NotSignedIn
    return MappingProxyType(header)
