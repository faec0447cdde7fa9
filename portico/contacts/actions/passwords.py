"""Passwords of contacts: set in clear, or taken over as another system has hashed them."""

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.models import Contact, PasswordLink
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import Invalid, NotFound
from portico.identity.hashing import slowly
from portico.identity.password_rules import checked_password
from portico.lib.passwords.formats import Format, TooCostly, UnknownFormat, recognise
from portico.lib.passwords.native import hash_password
from portico.lib.passwords.tries import MAX_BYTES, UnusablePassword


def hash_of(password: str) -> str:
    """Our hash of this password, for importers, who bound their own work. Raises Invalid for an unusable one."""
    try:
        return hash_password(password)
    except UnusablePassword:
        raise Invalid.one("password", "length", f"A password has 1 to {MAX_BYTES} bytes.") from None


def checked_hash(stored: str) -> str:
    """A hash of another system as it may be stored; it is replaced by ours at the first sign-in. Raises Invalid."""
    _format_of(stored)
    return stored


def set_password(actor: Actor, contact_id: int, password: str) -> None:
    """Give the contact this password, typed in clear. Raises NotFound, Invalid (empty, too long), Busy."""
    actor.require(Permission.CONTACTS_WRITE)
    store_password(actor, contact_id, slowly(hash_of, password), format=Format.ARGON2ID)


def choose_password(actor: Actor, contact_id: int, password: str) -> None:
    """Give the contact a new password, which is judged; set_password takes over one that there is already.

    Raises NotFound, Invalid, Busy.
    """
    actor.require(Permission.CONTACTS_WRITE)
    contact = visible_contacts(actor).filter(pk=contact_id).first()
    if contact is None:
        raise NotFound("contact")
    store_password(actor, contact_id, chosen_hash(contact, password), format=Format.ARGON2ID)


def chosen_hash(contact: Contact, password: str) -> str:
    """Our hash of a new password for this contact, which is judged. Slow. Raises Invalid, Busy."""
    own = [contact.email or "", contact.first_name or "", contact.last_name or ""]
    return slowly(hash_of, checked_password(password, has_factor=None, own=own))


def set_password_hash(actor: Actor, contact_id: int, stored: str) -> None:
    """Give the contact the password that another system has hashed as `stored`. Raises NotFound, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    store_password(actor, contact_id, stored, format=_format_of(stored))


def _format_of(stored: str) -> Format:
    try:
        return recognise(stored)
    except UnknownFormat:
        raise Invalid.one("password_hash", "format", "This is no password hash of a known format.") from None
    except TooCostly:
        raise Invalid.one("password_hash", "cost", "Verifying this password hash would cost too much.") from None


@transaction.atomic
def store_password(actor: Actor, contact_id: int, stored: str, *, format: Format) -> None:
    """Put this hash in the place of the one before; links to a new password that were mailed until now are over.

    Whoever calls it has judged the actor and the hash. Raises NotFound.
    """
    if not visible_contacts(actor).filter(pk=contact_id).update(password_hash=stored):
        raise NotFound("contact")
    PasswordLink.objects.filter(company_id=actor.company_id, contact_id=contact_id, ended_at=None).update(
        ended_at=Now()
    )
    record(actor, "contact.password_set", "contact", contact_id, format=format)
