"""What the pages of signing in hand on from one to the next: short-lived cookies, and what happens at the end."""

from urllib.parse import parse_qs, urlencode

from django.http import HttpResponse

from portico.http.client import client_of
from portico.identity.actions.entering import HALF_LIVES, Entered, Outcome
from portico.identity.actions.signing_in import CODE_LIVES
from portico.web.browsers import keep_session
from portico.web.devices import keep_device
from portico.web.pages import page
from portico.web.visits import Visit, go, is_own_path

_ASKED = "portico_asked"  # which mail was asked for, and where the person wanted to go
_HALF = "portico_half"


def keep_asked(visit: Visit, response: HttpResponse, public_id: str) -> HttpResponse:
    """Remember which mail this browser has asked for, so that its code or its link is told from others."""
    _keep(visit, response, _ASKED, urlencode({"id": public_id, "next": visit.next}), int(CODE_LIVES.total_seconds()))
    return response


def asked(visit: Visit) -> tuple[str, str]:
    """The mail's id, and where the person wanted to go; "" for what is not there."""
    kept = parse_qs(visit.request.COOKIES.get(_ASKED, ""))
    id, wanted = (kept.get(name, [""])[0] for name in ("id", "next"))
    return id, wanted if is_own_path(wanted) else ""


def half_token(visit: Visit) -> str:
    return visit.request.COOKIES.get(_HALF, "")


def go_on(visit: Visit, outcome: Outcome, *, wanted: str = "") -> HttpResponse:
    """To the second factor where one is owed, otherwise in: to `wanted`, a path of ours, or the person's account."""
    if not isinstance(outcome, Entered):
        response = go("/sign-in/factor", next=wanted)
        _keep(visit, response, _HALF, outcome.token, int(HALF_LIVES.total_seconds()))
        return response
    # Another page's redirect would count as this form's own, and may lead to where no form of ours may (CSP).
    response = page(visit.request, "signed_in.html", wanted=wanted) if wanted else go("/account")
    keep_session(visit.request, response, outcome.token)
    keep_device(visit.request, response, outcome.device)
    for name in (_ASKED, _HALF):
        response.delete_cookie(name, samesite="Lax")
    return response


def _keep(visit: Visit, response: HttpResponse, name: str, value: str, seconds: int) -> None:
    is_secure = client_of(visit.request).is_secure
    response.set_cookie(name, value, max_age=seconds, secure=is_secure, httponly=True, samesite="Lax")
