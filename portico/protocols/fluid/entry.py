"""The one door of this wire: from a request under /api/ to a handler's answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from portico.errors import Denied, NotFound
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.http.routes import Public, Route, meets
from portico.protocols.fluid import cors, errors
from portico.protocols.fluid.auth import bearer_session
from portico.protocols.fluid.routes import ROUTES
from portico.protocols.fluid.wire import Request, asking


class _Call:
    """What one request leaves behind for the headers of its answer."""

    def __init__(self) -> None:
        self.origins: tuple[str, ...] | None = None


def api(http: HttpRequest, path: str | None = None) -> HttpResponse:
    """Whatever comes under /api/."""
    call = _Call()
    response = cors.opened(http, _answered(http, path or "", call), call.origins)
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "no-store"
    if http.method == "HEAD":
        response.content = b""
    return response


@answering(errors)
def _answered(http: HttpRequest, path: str, call: _Call) -> HttpResponse:
    if http.method == "OPTIONS":
        return cors.preflight(http, path)
    route, parameters = _route(http.method or "", path)
    http.route_name = f"api/{route.path}"  # type: ignore[attr-defined]  # for the log, which must not see the path
    if not client_of(http).may_send_credentials:
        raise Denied("Credentials over plain HTTP are refused: use https.")
    return _authorised(http, route, call, parameters)


def _route(method: str, path: str) -> tuple[Route, dict[str, Any]]:
    known, parameters = ROUTES.at(path)
    if not known:
        raise NotFound("operation")
    route = known.get("GET" if method == "HEAD" else method)
    if route is None:
        raise errors.WrongMethod(list(known))
    return route, parameters


def _authorised(http: HttpRequest, route: Route, call: _Call, parameters: dict[str, Any]) -> HttpResponse:
    """Before anything is read from a body: nobody without a good token can make us parse one."""
    if route.demand is Public:
        return _handled(route, Request(http), parameters)
    session = bearer_session(http.META.get("HTTP_AUTHORIZATION", ""), asking(http))
    call.origins = session.origins
    if not meets(session.actor, route.demand):
        raise Denied
    return _handled(route, Request(http, session.actor), parameters)


def _handled(route: Route, request: Request, parameters: dict[str, Any]) -> HttpResponse:
    response: HttpResponse = route.handler(request, **parameters)
    return response
