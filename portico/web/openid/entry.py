"""The door: from an address to a page, or to an endpoint that answers in JSON."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portico.errors import Denied, NotFound
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.http.routes import Route, Routes, SignedIn
from portico.openid.queries.clients import is_clients_origin
from portico.web import errors as page_errors
from portico.web.languages import in_own_language
from portico.web.openid import errors
from portico.web.openid.routes import ENDPOINTS, PAGES
from portico.web.openid.wire import Request
from portico.web.pages import page

_METHOD_NOT_ALLOWED = 405


def at(http: HttpRequest, path: str) -> HttpResponse:
    """Whatever comes under /oauth/ or for one of the well-known documents."""
    if PAGES.allowed(path):
        return _page(http, path)
    response = _endpoint(http, path)
    _let_browsers_read(http, path, response)
    if http.method == "HEAD":
        response.content = b""
    return response


@in_own_language
@answering(page_errors)
def _page(http: HttpRequest, path: str) -> HttpResponse:
    route = _named(http, PAGES, path)
    if route is None:  # HEAD too: whoever only looks must not be given a code
        wrong = page(
            http, "refused.html", status=_METHOD_NOT_ALLOWED, sentence=_("That is not how this page is asked.")
        )
        wrong["Allow"] = ", ".join(PAGES.allowed(path))
        return wrong
    response: HttpResponse = route.handler(Request(http))
    return response


@answering(errors)
def _endpoint(http: HttpRequest, path: str) -> HttpResponse:
    allowed = ENDPOINTS.allowed(path)
    if not allowed:
        raise NotFound("page")
    if http.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join(allowed)})
    route = _named(http, ENDPOINTS, path)
    if route is None:
        raise errors.WrongMethod(allowed)
    if route.demand is SignedIn and not client_of(http).may_send_credentials:
        raise Denied(_("Credentials over plain HTTP are refused: use https."))
    response: HttpResponse = route.handler(Request(http))
    return response


def _named(http: HttpRequest, routes: Routes, path: str) -> Route | None:
    """The route; the log hears its name, and never an address with a code in it."""
    known, _ = routes.at(path)
    method = "GET" if http.method == "HEAD" and routes is ENDPOINTS else http.method or ""
    route = known.get(method)
    http.route_name = route.path if route else "oauth"  # type: ignore[attr-defined]  # ours
    return route


def _let_browsers_read(http: HttpRequest, path: str, response: HttpResponse) -> None:
    """Scripts of any site may read what is public, those of clients the rest. No cookie opens anything here."""
    origin = http.META.get("HTTP_ORIGIN")
    known, _ = ENDPOINTS.at(path)
    if origin is None or not known:
        return
    is_public = all(route.demand is not SignedIn for route in known.values())
    if not is_public:
        response["Vary"] = "Origin"
        if not is_clients_origin(origin):
            return
    response["Access-Control-Allow-Origin"] = "*" if is_public else origin
    response["Access-Control-Expose-Headers"] = "WWW-Authenticate, Retry-After, X-Request-Id"
    if http.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = ", ".join(known)
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response["Access-Control-Max-Age"] = "3600"
