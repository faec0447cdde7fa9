"""Lists of this wire: a bare array, its counters in headers (reference 1.6)."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse

from portico.contacts.queries.contacts import Page
from portico.protocols.fluid.wire import Request, document

PER_PAGE, MOST_PER_PAGE = 25, 100
_LAST_PAGE = 10**12  # beyond anything, and its offset still fits PostgreSQL's numbers


def asked_page(request: Request, *, per_page: int = PER_PAGE, most: int = MOST_PER_PAGE) -> dict[str, int]:
    """`page` and `per_page`, brought into what there can be."""
    return {
        "page": request.number("page", 1, most=_LAST_PAGE),
        "per_page": request.number("per_page", per_page, most=most),
    }


def listed(request: Request, page: Page, *kept: str) -> HttpResponse:
    """A page of rows as a bare array. `kept` are the parameters that links to other pages keep."""
    return with_counters(document(f"[{page.rows}]"), request, page, *kept)


def with_counters(response: HttpResponse, request: Request, page: Page, *kept: str) -> HttpResponse:
    """The counters also say what was clamped."""
    last = max(1, page.last)
    response["X-Total-Count"] = str(page.total)
    response["X-Total-Pages"] = str(page.last)
    response["X-Page"] = str(page.number)
    response["X-Per-Page"] = str(page.size)
    asked: dict[str, Any] = {name: value for name in kept if (value := request.optional(name))}
    numbers = {"first": 1, "last": last}
    if page.number > 1:
        numbers["prev"] = min(page.number - 1, last)
    if page.number < last:
        numbers["next"] = page.number + 1
    address = f"{settings.PUBLIC_URL}{request.http.path}?"
    response["Link"] = ", ".join(
        f'<{address}{urlencode({**asked, "page": number, "per_page": page.size})}>; rel="{rel}"'
        for rel, number in numbers.items()
    )
    return response
