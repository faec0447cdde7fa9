"""From an address to a handler and back: who asks, which route, may they, what did they send."""

from django.http import HttpRequest, HttpResponse

from portico.access import Actor, Budget
from portico.errors import Denied, NotSignedIn
from portico.http.boundary import answering
from portico.http.client import client_of
from portico.http.conditions import answered_if_new
from portico.http.routes import Public, Route, meets
from portico.identity.usage import note_answer
from portico.lib.php.query import parse_query
from portico.protocols.fluentcrm import auth, discovery, errors, receiving, wire
from portico.protocols.fluentcrm.repeating import answered_once
from portico.protocols.fluentcrm.routes import ROUTES

MODULE = receiving.MODULE
_READS = {"GET", "HEAD"}
_NOT_MODIFIED = 304
_NOBODY = Actor(0, "nobody", MODULE, frozenset())


def under_wp_json(request: HttpRequest, path: str | None = None) -> HttpResponse:
    """Everything under /wp-json."""
    return _finished(request, _entry(request, path or ""))


def at_root(request: HttpRequest) -> HttpResponse | None:
    """Deliveries to webhooks, and for sites without pretty links all routes as /?rest_route=/fluent-crm/v2/..."""
    query = request.META.get("QUERY_STRING", "")
    if receiving.is_delivery(query):
        return receiving.receive(request)
    if "rest_route=" not in query:
        return None
    try:
        path = parse_query(query.encode("latin-1", "replace")).get("rest_route")
    except ValueError:
        return None
    return under_wp_json(request, path) if isinstance(path, str) and path else None


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    allowed = getattr(request, "allowed_methods", ())
    if allowed:
        response["Allow"] = ", ".join(allowed)
    actor: Actor | None = getattr(request, "actor", None)
    if actor is not None:
        note_answer(actor, response.status_code)
        if actor.budget is not None:
            _tell_budget(response, actor.budget)
    if auth.came_by_address(request):
        response["Warning"] = f'299 - "{auth.URL_WARNING}"'
    if request.method == "HEAD" or _effective_method(request) == "HEAD":
        if response.streaming:
            response.close()
            return HttpResponse(status=response.status_code, headers=response.headers)
        length = len(response.content)
        response.content = b""
        if response.status_code != _NOT_MODIFIED:
            response["Content-Length"] = str(length)
    return response


def _tell_budget(response: HttpResponse, budget: Budget) -> None:
    response["RateLimit-Limit"] = str(budget.limit)
    response["RateLimit-Remaining"] = str(budget.remaining)
    response["RateLimit-Reset"] = str(budget.reset)


@answering(errors)
def _entry(request: HttpRequest, path: str) -> HttpResponse:
    request.route_name = "fluentcrm"  # type: ignore[attr-defined]  # ours, for the log
    try:
        return _answered(request, path)
    except auth.InsecureTransport:
        return errors.https_required()
    except wire.Unreadable as no:
        return errors.unreadable(is_json=no.is_json)


def _answered(request: HttpRequest, path: str) -> HttpResponse:
    # Before routing: a bad credential is 401 also where there is nothing (wire notes 2).
    actor = auth.actor_of(request, client_of(request), request.request_id)  # type: ignore[attr-defined]  # ours
    request.actor = actor  # type: ignore[attr-defined]  # ours
    by_method, parameters = ROUTES.at(path)
    if not by_method or (actor is not None and MODULE not in actor.modules):
        return errors.no_route()
    method = _effective_method(request)
    if method == "OPTIONS":
        return discovery.describe(by_method.values())
    route = by_method.get("GET" if method == "HEAD" else method)
    if route is None:
        return errors.no_route()
    request.route_name = f"fluentcrm {route.path}"  # type: ignore[attr-defined]  # ours, for the log
    _demand(actor, route)
    request.allowed_methods = [one.method for one in by_method.values() if _may(actor, one)]  # type: ignore[attr-defined]  # ours
    call = wire.Call(actor or _NOBODY, path, parameters, environ=request.META)
    wire.read(request, call)
    if actor is not None and method not in _READS and "HTTP_IDEMPOTENCY_KEY" in request.META:
        return answered_once(request, method, call, route.handler)
    response: HttpResponse = route.handler(call)
    return answered_if_new(request, response) if method in _READS else response


def _effective_method(request: HttpRequest) -> str:
    """What permissions are judged by and routes are found by; the plugin judges by the connection's own method."""
    query = str(request.META.get("QUERY_STRING", ""))
    if "_method=" in query:
        for part in query.split("&"):
            name, _, value = part.partition("=")
            if name == "_method" and value:
                return value.upper()
    return str(request.META.get("HTTP_X_HTTP_METHOD_OVERRIDE") or request.method or "GET").upper()


def _demand(actor: Actor | None, route: Route) -> None:
    if route.demand is Public:
        return
    if actor is None:
        raise NotSignedIn
    if not _may(actor, route):
        raise Denied


def _may(actor: Actor | None, route: Route) -> bool:
    """SignedIn asks for any good credential. A module that is off is like a missing permission (wire notes 13)."""
    if route.demand is Public:
        return True
    if actor is None or (route.module and route.module not in actor.modules):
        return False
    return meets(actor, route.demand)
