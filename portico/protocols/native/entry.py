"""The one door of our own API: from a request under /api/portico/v1/ to a handler's answer."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from portico.access import Permission
from portico.errors import NotFound
from portico.http import idempotency
from portico.http.bodies import read_body
from portico.http.boundary import answering
from portico.http.routes import Route
from portico.protocols.native import errors
from portico.protocols.native.auth import actor_of
from portico.protocols.native.repeating import answered_once
from portico.protocols.native.routes import ROUTES
from portico.protocols.native.wire import Request


def api(http: HttpRequest, path: str | None = None) -> HttpResponse:
    """Whatever comes under /api/portico/v1/."""
    response = _answered(http, path or "")
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "no-store"
    if http.method == "HEAD":
        response.close()  # an archive's file
        return HttpResponse(status=response.status_code, headers=dict(response.items()))
    return response


@answering(errors)
def _answered(http: HttpRequest, path: str) -> HttpResponse:
    http.route_name = "native"  # type: ignore[attr-defined]  # for the log, which must not see the path
    route, parameters = _route(http.method or "", path)
    http.route_name = f"native {route.path}"  # type: ignore[attr-defined]  # same
    # Before anything is read from a body: nobody without a good key can make us parse one.
    actor = actor_of(http)
    if isinstance(route.demand, Permission):
        actor.require(route.demand)

    def answered() -> HttpResponse:
        response: HttpResponse = route.handler(Request(http, actor), **parameters)
        return response

    # A file is read as it comes, by its handler.
    if route.method == "GET" or http.content_type == "multipart/form-data":
        return answered()
    return answered_once(
        http,
        actor,
        lambda: idempotency.fingerprint(http, route.method, path.strip("/").lower(), read_body(http)),
        answered,
    )


def _route(method: str, path: str) -> tuple[Route, dict[str, Any]]:
    known, parameters = ROUTES.at(path)
    if not known:
        raise NotFound("operation")
    route = known.get("GET" if method == "HEAD" else method)
    if route is None:
        raise errors.WrongMethod(list(known))
    return route, parameters
