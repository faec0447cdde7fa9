"""Endpoints that clients call by themselves: tokens for a code, userinfo, revocation, introspection."""

from django.http import HttpResponse

from portico.openid.actions.ending import revoke_token
from portico.openid.actions.tokens import Tokens, redeem_code, refresh_tokens
from portico.openid.errors import UnknownClient
from portico.openid.queries import told
from portico.web.openid.errors import UnknownGrantType
from portico.web.openid.wire import Request, answer


def token(request: Request) -> HttpResponse:
    """RFC 6749, 4.1.3 and 6."""
    grant = request.text("grant_type")
    if grant == "authorization_code":
        return _shown(_for_code(request))
    if grant == "refresh_token":
        return _shown(_for_refresh_token(request))
    raise UnknownGrantType


def _for_code(request: Request) -> Tokens:
    return redeem_code(
        request.actor,
        request.client(),
        code=request.text("code"),
        redirect_uri=request.text("redirect_uri"),
        verifier=request.text("code_verifier"),
    )


def _for_refresh_token(request: Request) -> Tokens:
    scope = request.form.get("scope")
    wanted = None if scope is None else scope.split()
    return refresh_tokens(request.actor, request.client(), token=request.text("refresh_token"), scopes=wanted)


def _shown(tokens: Tokens) -> HttpResponse:
    shown = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": " ".join(tokens.scopes),
        "id_token": tokens.id_token,
    }
    if tokens.refresh_token is not None:
        shown["refresh_token"] = tokens.refresh_token
    return answer(shown)


def userinfo(request: Request) -> HttpResponse:
    """OpenID Connect Core 5.3."""
    return answer(told.userinfo(request.bearer()))


def revoke(request: Request) -> HttpResponse:
    """RFC 7009: the same answer whatever the token was."""
    revoke_token(request.actor, request.client(), request.text("token"))
    return answer({})


def introspect(request: Request) -> HttpResponse:
    """RFC 7662, for clients that can keep a secret."""
    client = request.client()
    if client.secret_digest is None:
        raise UnknownClient
    return answer(told.introspection(client, request.text("token")))
