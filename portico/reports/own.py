"""What a rep sees of itself: its own contacts, tasks and page, and nobody else's."""

from dataclasses import dataclass

from portico.access import Actor
from portico.contacts.queries.contacts import visible_contacts
from portico.content.queries.numbers import get_own_total
from portico.selling.queries.tasks import STATUSES, visible_tasks

MOST = 10_000


@dataclass(frozen=True, slots=True)
class OwnNumbers:
    """Counts up to MOST, so that nobody's size costs much; views, leads and shares are kept counts of all time."""

    contacts: int
    open_tasks: int
    views: int
    leads: int
    shares: int


def get_own_numbers(actor: Actor) -> OwnNumbers:
    shown = get_own_total(actor)
    return OwnNumbers(
        contacts=visible_contacts(actor).filter(discarded_at=None)[:MOST].count(),
        open_tasks=visible_tasks(actor).exclude(STATUSES["completed"])[:MOST].count(),
        views=shown.views,
        leads=shown.leads,
        shares=shown.shares,
    )
