"""When and where a contact has signed in."""

from portico.access import Actor, Permission
from portico.audit.sign_ins import SignIn, read_sign_ins
from portico.contacts.queries.contacts import visible_contacts
from portico.contacts.queries.history import absorbed_by
from portico.errors import NotFound

MOST_SIGN_INS = 200


def list_sign_ins(actor: Actor, contact_id: int, *, limit: int = 50) -> list[SignIn]:
    """The contact's last sign-ins, also those of contacts merged into it, newest first, MOST_SIGN_INS at most.

    What a site asks for again within a minute is one sign-in. Raises NotFound.
    """
    actor.require(Permission.CONTACTS_READ)
    if not visible_contacts(actor).filter(pk=contact_id).exists():
        raise NotFound("contact")
    ids = [contact_id, *absorbed_by(actor, contact_id)]
    return read_sign_ins(actor.company_id, ids, limit=max(1, min(limit, MOST_SIGN_INS)))
