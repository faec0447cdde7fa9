"""Pages of bare arrays: the counters go into headers (reference 1.6), which also say what was clamped."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse

from portico.protocols.fluid.wire import Request

PER_PAGE, MOST_PER_PAGE = 25, 100
_LAST_PAGE = 10**12  # beyond anything there is, and its offset still fits PostgreSQL's numbers


@dataclass(frozen=True, slots=True)
class Asked:
    """Which page, of which size."""

    number: int
    size: int


def asked(request: Request) -> Asked:
    """What the request asks for, brought into bounds."""
    return Asked(request.number("page", 1, most=_LAST_PAGE), request.number("per_page", PER_PAGE, most=MOST_PER_PAGE))


def with_counters(
    response: HttpResponse, request: Request, path: str, total: int, *kept: str, page: Asked | None = None
) -> HttpResponse:
    """Say in headers how many there are; `kept` are the parameters that make the list what it is."""
    page = page or asked(request)
    last = -(-total // page.size)
    response["X-Total-Count"] = str(total)
    response["X-Total-Pages"] = str(last)
    response["X-Page"] = str(page.number)
    response["X-Per-Page"] = str(page.size)
    same = {name: value for name in kept if (value := request.optional(name))}
    address = f"{settings.PUBLIC_URL}/api/{path}?"
    response["Link"] = ", ".join(
        f'<{address}{urlencode({**same, "page": number, "per_page": page.size})}>; rel="{rel}"'
        for rel, number in _links(page.number, max(1, last)).items()
    )
    return response


def _links(number: int, last: int) -> dict[str, int]:
    links = {"first": 1, "last": last}
    if number > 1:
        links["prev"] = min(number - 1, last)
    if number < last:
        links["next"] = number + 1
    return links
