"""In which language a page is: what the person chose, else what this browser asks for, else English."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from portico.http.client import client_of

NAMES: dict[str, str] = dict(settings.LANGUAGES)  # each in its own words
_KEPT_FOR = 365 * 24 * 3600  # seconds


def in_own_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the entry of pages, around all else, so that a refusal speaks it too."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        # The cookie that keep_language sets, then Accept-Language.
        with translation.override(translation.get_language_from_request(request)):
            return view(request, *args, **kwargs)

    return wrapped


def speak(chosen: str) -> None:
    """From here on what the person has chosen, if we know it; to the end of this page."""
    if chosen in NAMES:
        translation.activate(chosen)


def keep_language(request: HttpRequest, response: HttpResponse, language: str) -> None:
    """Have the browser ask for it from now on, also where nobody has signed in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=_KEPT_FOR,
        secure=client_of(request).is_secure,
        httponly=True,
        samesite="Lax",
    )
