from collections.abc import Callable
from functools import wraps

from django.http import HttpResponse

from portico.identity.queries.factors import has_fresh_proof
from portico.web.visits import Visit, go


def fresh(handler: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For pages that change a sign-in: whoever has not proved who it is for a while does so first."""

    @wraps(handler)
    def wrapped(visit: Visit, **parameters: int | str) -> HttpResponse:
        if not has_fresh_proof(visit.actor):
            request = visit.request
            return go("/account/prove", next=request.path if request.method == "GET" else "/account")
        return handler(visit, **parameters)

    return wrapped
