"""Browsers of other origins: shut out, unless a company named theirs. Never with cookies; this wire has none."""

from collections.abc import Collection

from django.http import HttpRequest, HttpResponse

from portico.companies.queries import is_named_origin
from portico.protocols.fluid.routes import ROUTES

EXPOSED = "Link, Retry-After, X-Direct-Count, X-Page, X-Per-Page, X-Request-Id, X-Total-Count, X-Total-Pages"
SECONDS_KEPT = "600"


def preflight(http: HttpRequest, path: str) -> HttpResponse:
    """OPTIONS: which methods there are, and to origins that any company named, that they may come.

    A preflight carries no token, so the company is not known yet; the call itself is held against its own company.
    """
    methods = ", ".join([*ROUTES.allowed(path), "OPTIONS"])
    response = HttpResponse(status=204, headers={"Allow": methods})
    if _is_open_to(http, None):
        response["Access-Control-Allow-Methods"] = methods
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
        response["Access-Control-Max-Age"] = SECONDS_KEPT
    return response


def opened(http: HttpRequest, response: HttpResponse, origins: Collection[str] | None) -> HttpResponse:
    """Let the page that asked read the answer if it may. `origins` are the company's, None when none is known."""
    response["Vary"] = "Origin"
    if _is_open_to(http, origins):
        response["Access-Control-Allow-Origin"] = http.META["HTTP_ORIGIN"]
        response["Access-Control-Expose-Headers"] = EXPOSED
    return response


def _is_open_to(http: HttpRequest, origins: Collection[str] | None) -> bool:
    origin = http.META.get("HTTP_ORIGIN")
    if not origin or not origin.isascii():
        return False
    return is_named_origin(origin) if origins is None else origin in origins
