"""What a browser keeps for these pages: a session of a member for each company, and what proves its forms."""

import hmac
from collections.abc import Iterator, Mapping

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portico.access import Actor
from portico.errors import Denied
from portico.http.client import client_of
from portico.identity.actions.sessions import end_session
from portico.identity.queries.sessions import LiveSession
from portico.lib.secrets import digest, random_text
from portico.openid.actions.member_sessions import MEMBER_SESSIONS_LIVE, end_member_session
from portico.web.browsers import forget_session

_MEMBER = "portico_member_"
_FORM = "portico_form"
_PATH = "/oauth"


def refuse_plain_http(http: HttpRequest) -> None:
    """Raises Denied where passwords and tokens would travel in clear."""
    if not client_of(http).may_send_credentials:
        raise Denied(_("Signing in over plain HTTP is refused: use https."))


def sent_to(location: str) -> HttpResponse:
    """303, so that a form is not sent on. For nobody to keep, nor to tell: there may be a code in the address."""
    headers = {"Location": location, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return HttpResponse(status=303, headers=headers)


def member_token(http: HttpRequest, company_id: int) -> str:
    return str(http.COOKIES.get(f"{_MEMBER}{company_id}", ""))


def keep_member(http: HttpRequest, response: HttpResponse, company_id: int, token: str) -> None:
    """Lax, because whoever comes from another software comes with a GET, which changes nothing by itself."""
    response.set_cookie(
        f"{_MEMBER}{company_id}",
        token,
        max_age=int(MEMBER_SESSIONS_LIVE.total_seconds()),
        path=_PATH,
        secure=client_of(http).is_secure,
        httponly=True,
        samesite="Lax",
    )


def end_browser_sessions(
    actor: Actor, http: HttpRequest, response: HttpResponse, staff: LiveSession | None, company_id: int | None
) -> None:
    """Sign out here: a session of our own pages, and members' of this company, or of every one."""
    if staff is not None:
        end_session(staff.actor, staff.facts.id)
        forget_session(response)
    for one in _members(http.COOKIES) if company_id is None else [company_id]:
        end_member_session(actor, one, member_token(http, one))
        response.delete_cookie(f"{_MEMBER}{one}", path=_PATH, samesite="Lax")


def _members(cookies: Mapping[str, str]) -> Iterator[int]:
    for name in cookies:
        number = name.removeprefix(_MEMBER)
        if name.startswith(_MEMBER) and number.isascii() and number.isdigit() and len(number) <= len(str(2**62)):
            yield int(number)


def form_proof(http: HttpRequest) -> tuple[str, str]:
    """For a form that only a page of ours can send: what the browser keeps, and what goes into the form."""
    kept = http.COOKIES.get(_FORM) or random_text(24)
    return kept, _proof(kept)


def keep_form_proof(http: HttpRequest, response: HttpResponse, kept: str) -> None:
    response.set_cookie(_FORM, kept, path=_PATH, secure=client_of(http).is_secure, httponly=True, samesite="Strict")


def check_form(http: HttpRequest, form: Mapping[str, str]) -> None:
    """Raises Denied for a form that another site sent, or that is older than what the browser keeps."""
    kept = http.COOKIES.get(_FORM, "")
    if not kept or not hmac.compare_digest(_proof(kept).encode(), form.get("proof", "").encode()):
        raise Denied(_("This form is too old, or comes from elsewhere. Go back and try again."))


def _proof(kept: str) -> str:
    return digest(kept, "form of a page").hex()
