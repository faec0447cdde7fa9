from django.http import HttpRequest

from portico.access import Actor
from portico.errors import Denied
from portico.http.client import client_of
from portico.identity.queries.credentials import actor_for_code


def refuse_open_ways(request: HttpRequest) -> None:
    """Raises Denied over plain HTTP from another machine, before anything of the call is looked at."""
    if not client_of(request).may_send_credentials:
        raise Denied


def actor_of(request: HttpRequest, code: str) -> Actor:
    """The site with this security code; the code names the company, whatever the host. Raises NotSignedIn, TooMany."""
    request_id: str = request.request_id  # type: ignore[attr-defined]  # the boundary's
    return actor_for_code(code, request_id=request_id, address=client_of(request).address)
