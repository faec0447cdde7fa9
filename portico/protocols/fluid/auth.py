"""Who is asking: from a bearer token, or from a credential among the parameters, to a live session."""

from portico.access import Actor
from portico.errors import NotFound, NotSignedIn
from portico.identity.queries.sessions import TOKEN_PREFIX, LiveSession, get_live_session_of_token
from portico.protocols.fluid.errors import BadCredential
from portico.protocols.fluid.tokens import session_of
from portico.protocols.fluid.wire import WIRE, Request


def bearer_session(authorization: str, asking: Actor) -> LiveSession:
    """The session of `Authorization: Bearer TOKEN`, a JWT or a user-company token. Raises NotSignedIn."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise NotSignedIn
    token = token.strip()
    is_opaque = token.startswith(TOKEN_PREFIX)
    return _speaking(get_live_session_of_token(token, asking) if is_opaque else session_of(token, asking))


def jwt_session(request: Request) -> LiveSession:
    """The session of the parameter `jwt`. Raises BadCredential."""
    jwt = request.text("jwt")
    try:
        return _speaking(session_of(jwt, request.actor))
    except NotSignedIn:
        raise BadCredential from None


def token_session(request: Request) -> LiveSession:
    """The session of the parameter `user_company_token`. Raises BadCredential."""
    token = request.optional("user_company_token") or ""
    try:
        return _speaking(get_live_session_of_token(token, request.actor))
    except NotSignedIn:
        raise BadCredential from None


def _speaking(session: LiveSession) -> LiveSession:
    """A company that does not speak this protocol is not there."""
    if WIRE not in session.actor.modules:
        raise NotFound("company")
    return session
