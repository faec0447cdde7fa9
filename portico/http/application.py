"""What the web server calls: from its environment straight to a view and back.

Django's own handler sends signals, walks a middleware chain and closes caches around every request. No address of ours
uses any of it, and it costs more than the rest of a fast answer (docs/decisions/0005). A page that needs a middleware
wraps its own view in it.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from django.core.handlers.exception import response_for_exception
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpResponseBase
from django.urls import ResolverMatch, get_resolver

from portico.http.bodies import take_the_rest

_NOT_MODIFIED = 304  # has no body, and the length of one would be that of the answer left out


class TolerantRequest(WSGIRequest):
    """Django's request, but a Content-Type that cannot be read does not bring it down before any view is reached."""

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]  # Django's; the stubs leave it out
        except ValueError:
            # An unknown encoding in `x*=no'en'y`, or far too long: then there is no type.
            self.content_type, self.content_params = "", {}


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI."""
    request = TolerantRequest(environ)
    try:
        response = _answered(request)
    finally:
        connection.close()  # gives it back to the pool
    take_the_rest(request)
    status = f"{response.status_code} {response.reason_phrase}"
    # What a wire says in every answer comes as it is: checking it again each time would cost as much as routing.
    headers = [*response.items(), *getattr(response, "fixed_headers", ())]
    headers += [("Set-Cookie", cookie.OutputString()) for cookie in response.cookies.values()]
    if response.streaming:
        start_response(status, headers)
        return response
    content: bytes = response.content  # type: ignore[attr-defined]  # every answer that does not stream has it
    if "Content-Length" not in response and response.status_code != _NOT_MODIFIED:
        headers.append(("Content-Length", str(len(content))))
    start_response(status, headers)
    return (content,)


def _answered(request: WSGIRequest) -> HttpResponseBase:
    try:
        found = _found(request.path_info)
        request.resolver_match = found
        response: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    except Exception as error:  # noqa: BLE001 -- Django tells what is not there from what is broken
        return response_for_exception(request, error)
    return response


@lru_cache(maxsize=2048)
def _found(path: str) -> ResolverMatch:
    """Which view has this address. Lists and the like are asked for again and again."""
    return get_resolver().resolve(path)
