"""How our pages say no."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, NotFound, NotSignedIn, Outdated, Refusal, TooMany
from portico.http.boundary import Answers, current_request_id
from portico.web.core_texts import from_core
from portico.web.languages import in_own_language
from portico.web.pages import HEADERS

_TITLES = {
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is no such page"),
    409: gettext_lazy("Something has changed in between"),
    410: gettext_lazy("This is over"),
    413: gettext_lazy("This is too large"),
    422: gettext_lazy("Something is missing"),
    429: gettext_lazy("Too many tries"),
    500: gettext_lazy("Something went wrong here"),
    503: gettext_lazy("The server is busy"),
}
# What to do about it.
_ADVICE = {
    403: gettext_lazy("If you need this for your work, ask an administrator of your company."),
    404: gettext_lazy("It may have been deleted, or the address has a mistake in it."),
    409: gettext_lazy("Go back, load the page again, and look at what is there now."),
    413: gettext_lazy("Send less at once: a smaller file, or a shorter text."),
    429: gettext_lazy("Nothing is lost. Wait a little before you try again."),
    500: gettext_lazy("Try again. If it stays like that, give the number below to whoever runs this server."),
    503: gettext_lazy("Try again in a moment."),
}


def _refused(status: int, no: Refusal) -> HttpResponse:
    return told(status, from_core(str(no)), no)


def told(status: int, sentence: str, no: Refusal | None = None) -> HttpResponse:
    """A page that says no, what to do, and under which number it stands in the log."""
    title = _TITLES.get(status, "")
    values = {
        "title": title,
        "sentence": "" if sentence.rstrip(".") == str(title) else sentence,
        "advice": _ADVICE.get(status, ""),
        "request_id": current_request_id.get(),
    }
    response = HttpResponse(render_to_string("web/refused.html", values), status=status, headers=HEADERS)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'none'"
    )
    if isinstance(no, TooMany | Busy):
        response["Retry-After"] = str(no.retry_after)
    return response


STATUSES: dict[type[Refusal], int] = {
    NotFound: 404,
    Denied: 403,
    NotSignedIn: 401,
    Invalid: 422,
    Conflict: 409,
    Outdated: 409,
    Gone: 410,
    TooMany: 429,
    Busy: 503,
}
ANSWERS: Answers = {kind: partial(_refused, status) for kind, status in STATUSES.items()}


def too_large() -> HttpResponse:
    return told(413, "")


def bug(request_id: str) -> HttpResponse:  # noqa: ARG001 -- every page of these shows it
    return told(500, "")


@in_own_language
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's CSRF_FAILURE_VIEW
    """For a form that comes from elsewhere, or from a page that was opened in another session or company."""
    return told(
        403,
        _(
            "This form did not come from this browser's page as it is now. Perhaps you have signed in anew since it was"
            " opened, or gone over to another company. Nothing was written. Go back to copy what you typed, and open"
            " the page again."
        ),
    )
