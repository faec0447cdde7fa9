"""Where the pages of routes.py begin: who comes, may it, and did the form come from a page of ours."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect

from portico.errors import Denied, Invalid, NotFound
from portico.http.bodies import BodyTooLarge
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.http.routes import Public, Route, meets
from portico.identity.queries.factors import owes_factor
from portico.web import errors
from portico.web.browsers import find_any_session, find_session, visitor
from portico.web.console.routes import UPLOADS
from portico.web.languages import in_own_language, speak
from portico.web.pages import not_kept
from portico.web.routes import ROUTES, SETTING_UP
from portico.web.visits import Visit, go

_LONGEST_FORM = 32 * 1024  # bytes
_FORM, _FILES = "application/x-www-form-urlencoded", "multipart/form-data"


@in_own_language
@answering(errors)
def show(request: HttpRequest, path: str) -> HttpResponse:
    """GET, HEAD and POST of a page."""
    known, parameters = ROUTES.at(path)
    if not known:
        raise NotFound("page")
    route = known.get("GET" if request.method == "HEAD" else str(request.method))
    if route is None:
        return HttpResponseNotAllowed(list(known))
    request.route_name = route.path  # type: ignore[attr-defined]  # ours, for the log
    if not client_of(request).may_send_credentials:
        raise Denied(_("Signing in over plain HTTP is refused: use https."))
    _check_form(request, route)
    response = _protected(request, route, parameters)
    if settings.CSRF_COOKIE_NAME in response.cookies and client_of(request).is_secure:
        response.cookies[settings.CSRF_COOKIE_NAME]["secure"] = True
    # With "no-referrer" browsers do not say whose page a form was on, and it would count as forged.
    response["Referrer-Policy"] = "same-origin"
    return not_kept(response)


def _check_form(request: HttpRequest, route: Route) -> None:
    """Before Django reads it: forms of ours are small and of one kind, but for those that carry a file.

    Only who has signed in can make us read a file.
    """
    if request.method != "POST":
        return
    has_file = route.path in UPLOADS and request.content_type == _FILES and find_session(request) is not None
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not announced.isdigit() or int(announced) > (settings.UPLOAD_BYTES if has_file else _LONGEST_FORM):
        raise BodyTooLarge
    if int(announced) and request.content_type != (_FILES if has_file else _FORM):
        raise Invalid.one("form", "type", _("This is no form of a page here."))


@csrf_protect
def _protected(request: HttpRequest, route: Route, parameters: dict[str, str | int]) -> HttpResponse:
    if route.demand is Public:
        return _called(Visit(request, visitor(request), None), route, parameters)
    session = find_any_session(request)
    if session is None:
        return go("/sign-in", next=request.get_full_path() if request.method == "GET" else "/account")
    speak(session.language)
    if not meets(session.actor, route.demand):
        raise NotFound("page")  # what one may not see is not there
    if route.path not in SETTING_UP and owes_factor(session.actor):
        return go("/account/set-up")
    return _called(Visit(request, session.actor, session), route, parameters)


def _called(visit: Visit, route: Route, parameters: dict[str, str | int]) -> HttpResponse:
    response: HttpResponse = route.handler(visit, **parameters)
    return response
