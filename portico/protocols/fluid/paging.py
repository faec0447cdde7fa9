"""Pages of bare arrays: the counters go into headers (reference 1.6), which also say what was clamped."""

from collections.abc import Iterator
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse

from portico.contacts.queries.contacts import Page
from portico.protocols.fluid.wire import Request, document

PER_PAGE, MOST_PER_PAGE = 25, 100
_LAST_PAGE = 10**12  # beyond anything there is, and its offset still fits PostgreSQL's numbers


def asked_page(request: Request, *, per_page: int = PER_PAGE, most: int = MOST_PER_PAGE) -> dict[str, int]:
    """What the request asks for, brought into bounds, as the queries' keywords."""
    return {
        "page": request.number("page", 1, most=_LAST_PAGE),
        "per_page": request.number("per_page", per_page, most=most),
    }


def listed(request: Request, page: Page, *kept: str) -> HttpResponse:
    """A page of rows as a bare array."""
    return with_counters(document(f"[{page.rows}]"), request, page.total, *kept)


def with_counters(
    response: HttpResponse, request: Request, total: int | None, *kept: str, has_more: bool = False
) -> HttpResponse:
    """Say in headers how many there are; `kept` are the parameters that make the list what it is.

    Where nobody counted, `has_more` says whether there is a next page, and only neighbours are named (RFC 8288).
    """
    number, size = asked_page(request).values()
    response["X-Page"], response["X-Per-Page"] = str(number), str(size)
    last = None if total is None else -(-total // size)
    if last is not None:
        response["X-Total-Count"], response["X-Total-Pages"] = str(total), str(last)
    same = urlencode([(name, value) for name in kept if (value := request.optional(name))])
    address = f"{settings.PUBLIC_URL}{request.http.path}?{same}{'&' if same else ''}"
    response["Link"] = ", ".join(
        f'<{address}page={to}&per_page={size}>; rel="{rel}"'
        for rel, to in _links(number, None if last is None else max(1, last), has_more=has_more)
    )
    return response


def _links(number: int, last: int | None, *, has_more: bool) -> Iterator[tuple[str, int]]:
    yield "first", 1
    if last is not None:
        yield "last", last
    if number > 1:
        yield "prev", number - 1 if last is None else min(number - 1, last)
    if has_more if last is None else number < last:
        yield "next", number + 1
