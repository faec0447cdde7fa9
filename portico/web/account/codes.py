from collections.abc import Sequence

from django.http import HttpResponse

from portico.web.pages import page
from portico.web.visits import Visit, go


def show_codes(visit: Visit, codes: Sequence[str]) -> HttpResponse:
    """New recovery codes, this once; where there are none, on to the account."""
    return page(visit.request, "recovery_codes.html", codes=codes) if codes else go("/account", done="factor-added")
