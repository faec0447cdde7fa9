"""Contacts as a person at the command line names them: tags and lists by title, owner and contact by e-mail."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from portico.access import Actor
from portico.contacts.actions.contacts import add_contact, change_contact
from portico.contacts.actions.passwords import checked_hash, hash_of, set_password_hash
from portico.contacts.actions.titles import ids_of_titles
from portico.contacts.models import Contact, List, Tag
from portico.contacts.queries.contacts import get_contact_by_email
from portico.errors import Invalid
from portico.identity.queries.people import get_membership


@transaction.atomic
def register_contact(
    actor: Actor,
    fields: Mapping[str, Any],
    *,
    tags: Sequence[str] = (),
    lists: Sequence[str] = (),
    owner: str | None = None,
    password: str | None = None,
    password_hash: str | None = None,
) -> Contact:
    """A new contact with all that belongs to it, or nothing.

    Tags and lists are titles, made where they are new. `owner` is the address of somebody in the company. Of
    `password` (in clear) and `password_hash` (of another system) at most one is given. Raises Invalid, NotFound.
    """
    if not fields.get("email"):
        raise Invalid.one("email", "required", "A contact needs an e-mail address here.")
    stored = hash_of(password) if password is not None else password_hash and checked_hash(password_hash)
    owner_id = get_membership(actor.company_id, owner).pk if owner else None
    tag_ids, list_ids = (
        sorted(ids_of_titles(actor, label, titles).values()) if titles else []
        for label, titles in ((Tag, tags), (List, lists))
    )
    contact = add_contact(actor, {**fields, "owner_id": owner_id}, tags=tag_ids, lists=list_ids)
    if stored is not None:
        set_password_hash(actor, contact.pk, stored)
    return contact


@transaction.atomic
def assign_contact(actor: Actor, *, email: str, owner: str) -> Contact:
    """Give the contact with this address to somebody in the company, also by address. Raises NotFound."""
    membership = get_membership(actor.company_id, owner)
    contact = get_contact_by_email(actor, email)
    return change_contact(actor, contact.pk, {"owner_id": membership.pk}).contact
