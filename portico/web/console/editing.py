"""Forms that change what somebody read a while ago: the second of two who change the same is told."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.contacts.actions.seeing import Outdated
from portico.errors import Conflict
from portico.web.console.forms import Sheet, tried
from portico.web.visits import Visit

_NEVER = datetime.min.replace(tzinfo=UTC)


def seen_at(visit: Visit) -> datetime:
    """When what the form is about had been changed last as it was opened; of a form that does not say it, never."""
    try:
        at = datetime.fromisoformat(visit.text("seen"))
    except ValueError:
        return _NEVER
    return at if at.tzinfo else _NEVER


def edited(visit: Visit, sheet: Sheet, act: Callable[[], HttpResponse]) -> HttpResponse:
    """As tried. The form that comes again holds what is there now as seen: sent once more it counts."""

    def told() -> HttpResponse:
        try:
            return act()
        except Outdated:
            raise Conflict(
                _(
                    "Somebody has changed this since you opened the form. What you typed is still here: press the"
                    " button once more to let it count, or go back to see what is new."
                )
            ) from None

    return tried(visit, sheet, told)
