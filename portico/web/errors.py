"""How our pages say no."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from portico.errors import Busy, Conflict, Denied, Gone, Invalid, NotFound, NotSignedIn, Refusal, TooMany
from portico.http.boundary import Answers
from portico.web.core_texts import from_core
from portico.web.languages import in_own_language
from portico.web.pages import page


def _refused(status: int, no: Refusal) -> HttpResponse:
    response = HttpResponse(render_to_string("web/refused.html", {"sentence": from_core(str(no))}), status=status)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'self'"
    if isinstance(no, TooMany | Busy):
        response["Retry-After"] = str(no.retry_after)
    return response


STATUSES: dict[type[Refusal], int] = {
    NotFound: 404,
    Denied: 403,
    NotSignedIn: 401,
    Invalid: 422,
    Conflict: 409,
    Gone: 410,
    TooMany: 429,
    Busy: 503,
}
ANSWERS: Answers = {kind: partial(_refused, status) for kind, status in STATUSES.items()}


def too_large() -> HttpResponse:
    return _refused(413, Refusal(_("This is too large.")))


def bug(request_id: str) -> HttpResponse:
    return _refused(
        500,
        Refusal(
            _("Something went wrong here. Tell the operator this request's id: %(request_id)s.")
            % {"request_id": request_id}
        ),
    )


@in_own_language
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 -- Django's CSRF_FAILURE_VIEW
    """For a form that comes from elsewhere, or from a page that was open for too long."""
    return _refused(403, Denied(_("This form did not come from this browser's own page. Open the page again.")))


@in_own_language
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 -- Django's handler404
    """For an address that nobody claims."""
    return page(request, "refused.html", status=404, sentence=_("There is no such page."))
