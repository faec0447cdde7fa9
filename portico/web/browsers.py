"""Who is signed in with a browser: from its cookie to a live session, and back."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token

from portico.access import Actor, stranger
from portico.errors import NotSignedIn
from portico.http.boundary import current_request_id
from portico.http.client import agent_of, client_of
from portico.identity.actions.sessions import SESSIONS_LIVE
from portico.identity.queries.factors import owes_factor
from portico.identity.queries.sessions import LiveSession, get_live_session_of_cookie
from portico.web.devices import device_of

COOKIE = "portico_session"


def visitor(request: HttpRequest) -> Actor:
    """Whoever opened this page, before anybody looks at a cookie."""
    return stranger(
        wire="web",
        request_id=current_request_id.get(),
        address=client_of(request).address,
        agent=agent_of(request),
        device=device_of(request),
    )


def find_session(request: HttpRequest) -> LiveSession | None:
    """The session of this browser, None when it has none that is good, or one that owes a second factor."""
    session = find_any_session(request)
    return None if session is None or owes_factor(session.actor) else session


def find_any_session(request: HttpRequest) -> LiveSession | None:
    """The same, also where a second factor is yet to be set up: for the pages where that is done."""
    try:
        return get_live_session_of_cookie(request.COOKIES.get(COOKIE, ""), visitor(request))
    except NotSignedIn:
        return None


def keep_session(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Have the browser keep this session's token.

    Whatever is still open in it was shown to somebody else, or in another company: its forms are good for nothing from
    now on, because what they carry against forgery is renewed with the session.

    Lax, because who comes from another site to sign in there comes with a GET; that changes nothing by itself.
    """
    rotate_token(request)
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")  # where nothing sets the new one
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSIONS_LIVE.total_seconds()),
        secure=client_of(request).is_secure,
        httponly=True,
        samesite="Lax",
    )


def forget_session(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")
