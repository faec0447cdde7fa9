"""Bare arrays have their counters in headers (reference 1.6), with links to the other pages (RFC 8288)."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse

from portico.protocols.fluid.wire import Request, document

PER_PAGE, MOST_PER_PAGE = 25, 100
LAST_PAGE = 10**12  # beyond any list, and its offset still fits PostgreSQL's numbers


def page_of(request: Request) -> int:
    return request.number("page", 1, most=LAST_PAGE)


def size_of(request: Request) -> int:
    return request.number("per_page", PER_PAGE, most=MOST_PER_PAGE)


def counted_rows(
    request: Request, path: str, rows: list[str], total: int | None, *, has_more: bool, kept: Mapping[str, str]
) -> HttpResponse:
    """A page as a bare array; `kept` are the filters, for the links. Without a total there are only neighbours."""
    response = document(f"[{','.join(rows)}]")
    number, size = page_of(request), size_of(request)
    response["X-Page"], response["X-Per-Page"] = str(number), str(size)
    numbers = {"first": 1}
    if number > 1:
        numbers["prev"] = number - 1
    if has_more:
        numbers["next"] = number + 1
    if total is not None:
        last = -(-total // size)
        response["X-Total-Count"], response["X-Total-Pages"] = str(total), str(last)
        numbers["last"] = max(1, last)
    address = f"{settings.PUBLIC_URL}/api/{path}?"
    response["Link"] = ", ".join(
        f'<{address}{urlencode({**kept, "page": to, "per_page": size})}>; rel="{rel}"' for rel, to in numbers.items()
    )
    return response
