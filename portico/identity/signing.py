"""JSON Web Tokens of sessions: signed and checked with keys that are sealed in the database, known to all processes.

One algorithm, HS256. What claims mean is each protocol's own; here they are only made tamper-proof and timely.
"""

import time
from functools import lru_cache
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from portico.errors import NotSignedIn
from portico.identity.actions.signing_keys import SESSION_KEYS
from portico.identity.keys import Key, Keys, header_of

ALGORITHM = "HS256"
LONGEST_TOKEN = 4096  # characters; ours have about 350

_keys = Keys(SESSION_KEYS, OctKey.import_key)


def sign(claims: dict[str, Any]) -> str:
    """A JWT with these claims; `exp` among them, in whole seconds since 1970, at most TOKENS_LIVE from now."""
    key = _keys.signing()
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key.secret, algorithms=[ALGORITHM])


def verified(token: str) -> dict[str, Any]:
    """The claims of a JWT that we signed and that has not ended. Raises NotSignedIn for anything else."""
    key = _keys.checking(header_of(token, ALGORITHM, longest=LONGEST_TOKEN)["kid"])
    if key is None:
        raise NotSignedIn
    try:
        claims = _signed(token, key)
    except (JoseError, ValueError):
        raise NotSignedIn from None
    end = claims.get("exp")
    if not isinstance(end, int) or end <= time.time():
        raise NotSignedIn
    return dict(claims)


@lru_cache(maxsize=1024)
def _signed(token: str, key: Key[OctKey]) -> dict[str, Any]:
    """What a right signature stands under. A client sends the same token for hours; checking it takes 0.2 ms."""
    return jwt.decode(token, key.secret, algorithms=[ALGORITHM]).claims
