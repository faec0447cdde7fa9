"""How clients find out what is here: the index, the namespace, who am I, and two files that answers point to."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from portico.http.routes import Route
from portico.identity.queries.managers import get_own_membership
from portico.protocols.fluentcrm.wire import Call, answer, as_items, only

NAMESPACE = "fluent-crm/v2"
_HOME = f"{settings.PUBLIC_URL}/wp-json"
_AVATAR = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#cfd8dc"/>'
    '<circle cx="32" cy="25" r="11" fill="#78909c"/><path d="M10 60a22 20 0 0 1 44 0z" fill="#78909c"/></svg>'
)
_SAMPLE = "email,first_name,last_name,phone,tags,lists\r\nann@example.com,Ann,Lee,+49 30 1234,Customer,Newsletter\r\n"


def index_of(routes: Callable[[], Iterable[Route]]) -> Callable[[Call], HttpResponse]:
    """The WordPress index: clients look for our namespace in it."""

    def index(call: Call) -> HttpResponse:
        body = {
            "name": "Portico",
            "description": "",
            "url": settings.PUBLIC_URL,
            "home": settings.PUBLIC_URL,
            "gmt_offset": "0",
            "timezone_string": "UTC",
            "namespaces": [NAMESPACE, "wp/v2"],
            "authentication": [],
            "routes": _routes(routes()),
        }
        return answer(only(body, _fields(call)))

    return index


def namespace_of(routes: Callable[[], Iterable[Route]]) -> Callable[[Call], HttpResponse]:
    def namespace(call: Call) -> HttpResponse:
        ours = [route for route in routes() if route.path.startswith(NAMESPACE)]
        body = {"namespace": NAMESPACE, "routes": _routes(ours), "_links": {"up": [{"href": f"{_HOME}/"}]}}
        return answer(only(body, _fields(call)))

    return namespace


def describe(routes: Iterable[Route]) -> HttpResponse:
    """What OPTIONS answers."""
    (described,) = _routes(routes).values()
    return answer(described)


def me(call: Call) -> HttpResponse:
    """Who the key belongs to."""
    member = get_own_membership(call.actor)

    body = {
        "id": member.pk,
        "name": member.user.full_name or member.user.email,
        "url": "",
        "description": "",
        "link": f"{settings.PUBLIC_URL}/",
        "slug": member.api_username or "",
        "avatar_urls": dict.fromkeys(("24", "48", "96"), f"{_HOME}/portico/avatar.svg"),
        "meta": [],
        "_links": {"self": [{"href": f"{_HOME}/wp/v2/users/{member.pk}"}]},
    }
    return answer(only(body, _fields(call)))


def avatar(_call: Call) -> HttpResponse:
    return _file(_AVATAR, "image/svg+xml")


def sample(_call: Call) -> HttpResponse:
    return _file(_SAMPLE, "text/csv; charset=utf-8")


def _file(content: str, kind: str) -> HttpResponse:
    headers = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _fields(call: Call) -> list[str]:
    return [name.strip() for item in as_items(call.value("_fields")) for name in str(item).split(",") if name.strip()]


def _routes(routes: Iterable[Route]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for route in routes:
        path = "/" + re.sub(r"<int:(\w+)>", r"(?P<\1>[0-9]+)", route.path)
        path = re.sub(r"<str:(\w+)>", r"(?P<\1>[^/]+)", path)
        one = found.setdefault(path, {"namespace": _namespace(route.path), "methods": [], "endpoints": []})
        one["methods"].append(route.method)
        one["endpoints"].append({"methods": [route.method], "args": []})
    return found


def _namespace(path: str) -> str:
    return "/".join(path.split("/")[:2]) if "/" in path else ""
