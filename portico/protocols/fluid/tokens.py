"""What a Fluid JWT says (reference 2.2), and the way back from it to a session."""

import time
from secrets import token_hex
from typing import TypeGuard

from portico.access import Actor
from portico.errors import NotSignedIn
from portico.identity.actions.signing_keys import TOKENS_LIVE
from portico.identity.queries.sessions import LiveSession, SessionFacts, get_live_session
from portico.identity.signing import sign, verified

_LARGEST_ID = 2**63 - 1
_CREEP = 60  # seconds


def jwt_for(session: SessionFacts, *, later_than: int = 0) -> str:
    """A JWT for this session, good for TOKENS_LIVE.

    `later_than` is the end of the token that it replaces: ends are whole seconds, and a refreshed one is to be later
    also when both are made within one second. Clients take the token for opaque; `id` and `auth_type` are there
    because published samples have them.
    """
    now = int(time.time())
    fresh = now + int(TOKENS_LIVE.total_seconds())
    return sign(
        {
            "auth_type": "user_company",
            "id": session.membership_id,
            "user_company_id": session.membership_id,
            "company_id": session.company_id,
            "user_id": session.user_id,
            "sid": session.id,
            "iat": now,
            "exp": max(fresh, min(later_than + 1, fresh + _CREEP)),
            "jti": token_hex(8),
        }
    )


def end_of(jwt: str) -> int:
    """When it ends, in seconds since 1970. Raises NotSignedIn."""
    return int(verified(jwt)["exp"])


def session_of(jwt: str, asking: Actor) -> LiveSession:
    """The live session of a JWT. Raises NotSignedIn."""
    claims = verified(jwt)
    company_id, session_id = claims.get("company_id"), claims.get("sid")
    if claims.get("auth_type") != "user_company" or not _is_id(company_id) or not _is_id(session_id):
        raise NotSignedIn
    return get_live_session(company_id, session_id, asking)


def _is_id(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 < value <= _LARGEST_ID
