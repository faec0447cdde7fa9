from portico.access import Actor
from portico.identity.notifications import Choice, choices_of
from portico.identity.queries.sessions import get_own_membership


def list_choices(actor: Actor) -> list[Choice]:
    """How the actor wants to be told of things. Raises NotFound for an actor that is no person."""
    return choices_of(get_own_membership(actor).notification_choices)
