"""Signing out from another software (OpenID Connect RP-Initiated Logout 1.0)."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse

from portico.errors import Invalid, NotFound
from portico.openid.addresses import form_source, led_back
from portico.openid.errors import BadToken
from portico.openid.models import Client
from portico.openid.queries.clients import get_client
from portico.openid.queries.signed_in import find_signed_in
from portico.openid.signing import ID, checked
from portico.web.browsers import find_session
from portico.web.openid.browsers import (
    check_form,
    end_browser_sessions,
    form_proof,
    keep_form_proof,
    member_token,
    refuse_plain_http,
    sent_to,
)
from portico.web.openid.wire import Request, parameters_of, query_of
from portico.web.pages import not_kept, page

_MEANT = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state")


@dataclass(frozen=True, slots=True)
class _Wish:
    """`subject` is whom the client proves to mean, `back` where it wants to be led afterwards."""

    client: Client | None
    subject: str | None
    back: str | None
    parameters: Mapping[str, str]


def show(request: Request) -> HttpResponse:
    return _answered(request, _wish(parameters_of(query_of(request.http))))


def decide(request: Request) -> HttpResponse:
    """The press of the button. The wish itself may come as a form too."""
    form = request.form
    if "decision" not in form:
        return _answered(request, _wish(form))
    check_form(request.http, form)
    return _signed_out(request, _wish(parameters_of(form.get("question", ""))))


def _wish(given: Mapping[str, str]) -> _Wish:
    """Raises Invalid for an address that the client has not registered: nobody is sent there."""
    subject, named = _hinted(given.get("id_token_hint", ""))
    name = named or given.get("client_id", "")
    try:
        client = get_client(name) if name else None
    except NotFound:
        client = None
    back = given.get("post_logout_redirect_uri")
    if back is not None and (client is None or back not in client.post_logout_uris):
        raise Invalid.one("post_logout_redirect_uri", "unknown", "No client has registered the address that is named.")
    return _Wish(client, subject, back, {name: given[name] for name in _MEANT if name in given})


def _hinted(hint: str) -> tuple[str | None, str | None]:
    """Whom and which client an ID token names; one of old will do."""
    try:
        claims = checked(hint, ID, may_be_over=True)
    except BadToken:
        return None, None
    return claims["sub"], claims["aud"]


def _answered(request: Request, wish: _Wish) -> HttpResponse:
    refuse_plain_http(request.http)
    staff, client = find_session(request.http), wish.client
    if client is not None:
        who = find_signed_in(client, staff, member_token(request.http, client.company_id))
        if who is None or who.person.subject == wish.subject:
            return _signed_out(request, wish)
    return _asking(request, wish)


def _asking(request: Request, wish: _Wish) -> HttpResponse:
    kept, proof = form_proof(request.http)
    to = f" {form_source(wish.back)}" if wish.back else ""
    shown = page(
        request.http,
        "openid/logout.html",
        form_action=f"'self'{to}",
        client=wish.client,
        query=urlencode(wish.parameters),
        proof=proof,
    )
    keep_form_proof(request.http, shown, kept)
    return not_kept(shown)


def _signed_out(request: Request, wish: _Wish) -> HttpResponse:
    if wish.back is None:
        response = not_kept(page(request.http, "openid/signed_out.html", client=wish.client))
    else:
        state = wish.parameters.get("state")
        response = sent_to(led_back(wish.back, {} if state is None else {"state": state}))
    staff = find_session(request.http)
    company_id = wish.client.company_id if wish.client else None
    end_browser_sessions(request.actor, request.http, response, staff, company_id)
    return response
