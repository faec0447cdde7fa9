"""Who in the company owns a contact, as people name somebody: by the e-mail address."""

from django.utils.translation import gettext as _

from portico.access import Actor
from portico.errors import Invalid
from portico.identity.models import Membership
from portico.identity.queries.people import find_membership
from portico.lib.texts import is_storable


def owner_named(actor: Actor, email: str) -> Membership | None:
    """Whoever in the actor's company has this address, None for "". Raises Invalid."""
    email = email.strip()
    if not email:
        return None
    member = find_membership(actor.company_id, email) if is_storable(email) else None
    if member is None:
        raise Invalid.one("owner", "exists", _("Nobody in the company has this e-mail address."))
    return member
