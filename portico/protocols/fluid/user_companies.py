"""Tokens for tokens. The credential is a parameter; no bearer header is asked for."""

from django.http import HttpResponse

from portico.identity.actions.sessions import add_session_token, end_session
from portico.protocols.fluid.auth import jwt_session, token_session
from portico.protocols.fluid.tokens import end_of, jwt_for
from portico.protocols.fluid.wire import Request, keyed


def jwt_exchange(request: Request) -> HttpResponse:
    return keyed({"user_company_token": add_session_token(jwt_session(request).actor)})


def token_exchange(request: Request) -> HttpResponse:
    return keyed({"jwt": jwt_for(token_session(request).facts)})


def jwt_refresh(request: Request) -> HttpResponse:
    session = jwt_session(request)
    return keyed({"jwt": jwt_for(session.facts, later_than=end_of(request.text("jwt")))})


def token_revoke(request: Request) -> HttpResponse:
    """Ours: ends the session of a user-company token or a JWT, and with it every token that came of it."""
    session = jwt_session(request) if request.optional("jwt") else token_session(request)
    end_session(session.actor, session.facts.id)
    return keyed({"revoked": True})
