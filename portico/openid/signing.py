"""Tokens that other software reads: RS256, with keys of which everybody may have the public half.

RS256 and nothing else: OpenID Connect Core 15.1 demands it of every provider, so that every client knows it.
"""

import time
from datetime import timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from portico.errors import NotSignedIn
from portico.identity.actions.signing_keys import KeyKind
from portico.identity.keys import Keys, header_of
from portico.openid.errors import BadToken
from portico.openid.models import TokenKey

ALGORITHM = "RS256"
ACCESS = "at+jwt"  # RFC 9068: an ID token is never taken for an access token
ID = "JWT"
TOKENS_LIVE = timedelta(minutes=10)
LONGEST_TOKEN = 16_384  # characters; with 200 tags ours have about 6,000


def _fresh_pair() -> bytes:
    return RSAKey.generate_key(2048, private=True).as_pem(private=True)


TOKEN_KEYS = KeyKind(
    TokenKey,
    "token key",
    _fresh_pair,
    signs_for=timedelta(days=30),
    checks_for=timedelta(days=30),  # an ID token that is long over may still say who wants to sign out
    lock=7_263_014,
)
_keys = Keys(TOKEN_KEYS, RSAKey.import_key)


def signed(claims: dict[str, Any], kind: str) -> str:
    """A JWT with these claims and `iat` and `exp`; `kind` is ACCESS or ID."""
    now = int(time.time())
    times = {"iat": now, "exp": now + int(TOKENS_LIVE.total_seconds())}
    key = _keys.signing()
    header = {"alg": ALGORITHM, "kid": key.kid, "typ": kind}
    return jwt.encode(header, {**claims, **times}, key.secret, algorithms=[ALGORITHM])


def checked(token: str, kind: str, *, may_be_over: bool = False) -> dict[str, Any]:
    """The claims of a token of this kind that we signed. Raises BadToken for anything else, and when it has ended."""
    try:
        header = header_of(token, ALGORITHM, longest=LONGEST_TOKEN)
        key = _keys.checking(header["kid"]) if header.get("typ") == kind else None
        claims = jwt.decode(token, key.secret, algorithms=[ALGORITHM]).claims if key is not None else {}
    except (NotSignedIn, JoseError, ValueError):
        raise BadToken from None
    end = claims.get("exp")
    if not isinstance(end, int) or (end <= time.time() and not may_be_over):
        raise BadToken
    return claims


def public_keys() -> list[dict[str, Any]]:
    """The public halves as JSON Web Keys, oldest first: those that sign, that signed, and the next one."""
    return [
        {**key.secret.as_dict(private=False), "kid": key.kid, "use": "sig", "alg": ALGORITHM} for key in _keys.all()
    ]
