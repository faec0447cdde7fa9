from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as lazy

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import locked
from portico.contacts.models import Activity, Contact
from portico.errors import NotFound
from portico.identity.notifications import Notification, tell_members

# Of what the contact's owner is told by mail, if it wants to be. Without the contact's name, which erasing a person
# would not find there.
_TOLD = {
    "lead.captured": (
        Notification.LEAD_CAPTURED,
        lazy("You have a new lead"),
        lazy("You have a new lead. Your app shows who it is: contact %(number)s.\n"),
    ),
    "order.placed": (
        Notification.ORDER_PLACED,
        lazy("A contact of yours has placed an order"),
        lazy("A contact of yours has placed an order. Your app shows who it is: contact %(number)s.\n"),
    ),
}


def note_activity(
    company_id: int, contact_id: int, kind: str, subject: str, subject_id: int | None = None, **details: Any
) -> None:
    """Put this on the contact's timeline, inside the caller's transaction. `kind`, `details`: as in Activity."""
    Activity.objects.create(
        company_id=company_id, contact_id=contact_id, kind=kind, subject=subject, subject_id=subject_id, details=details
    )
    if kind in _TOLD:
        _tell_owner(company_id, contact_id, kind)


def _tell_owner(company_id: int, contact_id: int, kind: str) -> None:
    what, subject, text = _TOLD[kind]

    def letter() -> tuple[str, str]:
        return str(subject), text % {"number": contact_id}

    rows = Contact.objects.filter(company_id=company_id, pk=contact_id, owner__isnull=False)
    for owner_id in rows.values_list("owner_id", flat=True):
        tell_members({owner_id: letter}, what)


@transaction.atomic
def delete_activity(actor: Actor, activity_id: int) -> None:
    """Take one line from the timeline of a contact that the actor may see. Raises NotFound."""
    actor.require(Permission.CONTACTS_WRITE)
    rows = Activity.objects.filter(company_id=actor.company_id, pk=activity_id)
    contact_id = rows.values_list("contact_id", flat=True).first()
    if contact_id is None or not locked(actor, [contact_id]) or not rows.delete()[0]:
        raise NotFound("activity")
    record(actor, "activity.deleted", "contact", contact_id, activity=activity_id)
