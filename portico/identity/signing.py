"""JSON Web Tokens: signed and checked with keys that are sealed in the database and known to all processes.

One algorithm, HS256. What claims mean is each protocol's own; here they are only made tamper-proof and timely.
"""

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.util import urlsafe_b64decode

from portico.errors import NotSignedIn
from portico.identity.actions.signing_keys import PURPOSE, make_signing_key_if_needed
from portico.identity.models import SigningKey
from portico.lib.secrets import unseal

ALGORITHM = "HS256"
LONGEST_TOKEN = 4096  # characters; ours have about 350
SECONDS_BETWEEN_LOADS = 3.0  # when tokens with unknown keys come
SECONDS_KEPT = 60.0  # a key that an operator deletes is forgotten by then

log = structlog.get_logger("portico.identity")


@dataclass(frozen=True, slots=True)
class _Key:
    kid: str
    secret: OctKey
    retires_at: datetime
    expires_at: datetime


class _Keys:
    """The keys as this process knows them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, _Key] = {}
        self._loaded = float("-inf")

    def signing(self) -> _Key:
        """The oldest key that may still sign: the next one is made a day before, so that by then all know it."""
        self._refresh(after=SECONDS_KEPT)
        return self._oldest() or self._made()

    def checking(self, kid: str) -> _Key | None:
        self._refresh(after=SECONDS_KEPT)
        if kid not in self._known:
            self._refresh(after=SECONDS_BETWEEN_LOADS)
        key = self._known.get(kid)
        return key if key is not None and key.expires_at > datetime.now(UTC) else None

    def _oldest(self) -> _Key | None:
        now = datetime.now(UTC)
        good = [key for key in self._known.values() if key.retires_at > now]
        return min(good, key=lambda key: key.retires_at, default=None)

    def _made(self) -> _Key:
        make_signing_key_if_needed()
        self._refresh(after=0)
        key = self._oldest()
        if key is None:
            raise RuntimeError("no signing key can be opened: PORTICO_SECRET_KEY changed while this process ran")
        return key

    def _refresh(self, *, after: float) -> None:
        with self._lock:
            if time.monotonic() - self._loaded < after:
                return
            make_signing_key_if_needed()
            self._known = {key.kid: key for row in SigningKey.objects.all() if (key := _opened(row)) is not None}
            self._loaded = time.monotonic()


def _opened(row: SigningKey) -> _Key | None:
    try:
        secret = unseal(bytes(row.sealed), PURPOSE)
    except ValueError:
        log.warning("signing key sealed with another PORTICO_SECRET_KEY", kid=row.kid)
        return None
    return _Key(row.kid, OctKey.import_key(secret), row.retires_at, row.expires_at)


_keys = _Keys()


def sign(claims: dict[str, Any]) -> str:
    """A JWT with these claims; `exp` among them, in whole seconds since 1970, at most TOKENS_LIVE from now."""
    key = _keys.signing()
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key.secret, algorithms=[ALGORITHM])


def verified(token: str) -> dict[str, Any]:
    """The claims of a JWT that we signed and that has not ended. Raises NotSignedIn for anything else."""
    key = _keys.checking(_kid(token))
    if key is None:
        raise NotSignedIn
    try:
        claims = jwt.decode(token, key.secret, algorithms=[ALGORITHM]).claims
    except (JoseError, ValueError):
        raise NotSignedIn from None
    end = claims.get("exp")
    if not isinstance(end, int) or end <= time.time():
        raise NotSignedIn
    return claims


def _kid(token: str) -> str:
    """The key's name in a header that is exactly one of ours: no other algorithm, no key or address brought along."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise NotSignedIn
    try:
        header = orjson.loads(urlsafe_b64decode(token.partition(".")[0].encode()))
    except ValueError:
        raise NotSignedIn from None
    if not isinstance(header, dict) or not header.keys() <= {"alg", "kid", "typ"} or header.get("alg") != ALGORITHM:
        raise NotSignedIn
    kid = header.get("kid")
    if not isinstance(kid, str):
        raise NotSignedIn
    return kid
