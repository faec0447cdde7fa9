from django.db.models import Q, QuerySet

from portico.access import Actor, Permission
from portico.contacts.models import BulkChange
from portico.errors import NotFound


def list_changes(actor: Actor) -> "QuerySet[BulkChange]":
    """Bulk changes, newest first: the company's, for a rep its own; of those that are not begun only the actor's own.

    Raises Denied.
    """
    actor.require(Permission.CONTACTS_WRITE)
    own = Q(member_id=actor.membership_id)
    rows = BulkChange.objects.filter(company_id=actor.company_id)
    visible = rows.filter(own) if actor.owns_only else rows.filter(own | ~Q(state=BulkChange.State.CHOSEN))
    return visible.order_by("-pk")


def get_change(actor: Actor, change_id: int) -> BulkChange:
    """One of these. Raises NotFound, Denied."""
    found = list_changes(actor).filter(pk=min(change_id, 2**63 - 1)).first()
    if found is None:
        raise NotFound("bulk change")
    return found
