"""Ways of looking at the contacts that people have kept: each sees its own, whatever its role."""

from django.db.models import QuerySet
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.models import ContactView
from portico.errors import NotFound


def list_views(actor: Actor) -> "QuerySet[ContactView]":
    """The actor's own, by name."""
    actor.require(Permission.CONTACTS_READ)
    rows = ContactView.objects.filter(company_id=actor.company_id, member_id=actor.membership_id or 0)
    return rows.order_by(Lower("name"), "pk")


def get_view(actor: Actor, view_id: int) -> ContactView:
    """One of the actor's own. Raises NotFound."""
    found = list_views(actor).filter(pk=min(view_id, 2**63 - 1)).first()
    if found is None:
        raise NotFound("view")
    return found
