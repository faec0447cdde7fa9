"""The device that a browser is known by: a cookie that outlives its sessions, and opens nothing."""

from django.http import HttpRequest, HttpResponse

from portico.http.client import client_of
from portico.identity.actions.devices import TOKENS_KNOWN_FOR

COOKIE = "portico_device"


def device_of(request: HttpRequest) -> str:
    """What this browser keeps, as it says: "" for nothing. Whether it is good the core finds out."""
    return request.COOKIES.get(COOKIE, "")


def keep_device(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Have the browser keep this token, which remember_device answered."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(TOKENS_KNOWN_FOR.total_seconds()),
        secure=client_of(request).is_secure,
        httponly=True,
        samesite="Lax",
    )
