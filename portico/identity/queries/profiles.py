from django.db.models import Subquery

from portico.access import Actor
from portico.identity.models import Membership
from portico.identity.notifications import Choice, choices_of
from portico.identity.queries.sessions import get_own_membership


def list_choices(actor: Actor) -> list[Choice]:
    """How the actor wants to be told of things. Raises NotFound for an actor that is no person."""
    return choices_of(get_own_membership(actor).notification_choices)


def own_time_zone(actor: Actor) -> Subquery:
    """The name of the time zone of the actor's person, inside a statement about something else; null for no person."""
    own = Membership.objects.filter(company_id=actor.company_id, pk=actor.membership_id or 0)
    return Subquery(own.values("user__time_zone"))
