"""Forms that change what somebody read a while ago: the second of two who change the same is told."""

from contextlib import suppress
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from portico.errors import Conflict
from portico.web.visits import Visit

_NEVER = datetime.min.replace(tzinfo=UTC)


def seen_at(visit: Visit) -> datetime:
    """When what the form is about had been changed last as it was opened; of a form that does not say it, never."""
    with suppress(ValueError):
        at = datetime.fromisoformat(visit.text("seen"))
        if at.tzinfo is not None:
            return at
    return _NEVER


def outdated() -> Conflict:
    """Said above the form, which comes again with what is there now as seen: sent once more it counts."""
    return Conflict(
        _(
            "Somebody has changed this since you opened the form. What you typed is still here: press the button once"
            " more to let it count, or go back to see what is new."
        )
    )
