"""Where contacts work, as people say it: by names and addresses, which a wire has numbers for (working.py)."""

from django.db import transaction

from portico.access import Actor, Permission
from portico.contacts.actions.organization_names import find_ids_of_organization_names, ids_of_organization_names
from portico.contacts.actions.working import attach_organizations, detach_organizations
from portico.contacts.organization_fields import checked_organization
from portico.contacts.queries.contacts import find_contact_id, require_contact
from portico.contacts.queries.organizations import get_organization_document
from portico.errors import Invalid, NotFound
from portico.lib.statements import Shape
from portico.lib.texts import is_storable

_ID = Shape({"id": "id"})


@transaction.atomic
def add_workplace(actor: Actor, contact_id: int, name: str) -> None:
    """Have the contact work at the organization with this name, whatever its case; an unknown one is made.

    Raises NotFound for the contact; Invalid for what is no name, and where one has to be made and the actor may not.
    """
    actor.require(Permission.CONTACTS_WRITE)
    require_contact(actor, contact_id)
    name = str(checked_organization({"name": name})["name"])
    if not actor.may(Permission.TAGS_WRITE) and not find_ids_of_organization_names(actor, [name]):
        raise Invalid.one("name", "exists", "There is no organization with this name.")
    ids = ids_of_organization_names(actor, [name])
    if not attach_organizations(actor, [contact_id], [ids[name]]).contacts:
        raise NotFound("contact")


@transaction.atomic
def remove_workplace(actor: Actor, contact_id: int, organization_id: int) -> None:
    """Have the contact no longer work there. Raises NotFound for either."""
    found = detach_organizations(actor, [contact_id], [organization_id])
    if not found.contacts:
        raise NotFound("contact")
    if not found.organizations:
        raise NotFound("organization")


@transaction.atomic
def add_person_by_email(actor: Actor, organization_id: int, email: str) -> None:
    """Have the contact with this address work at this organization. Raises NotFound for that; Invalid for nobody."""
    actor.require(Permission.CONTACTS_READ)
    get_organization_document(actor, _ID, organization_id)
    contact_id = find_contact_id(actor.company_id, email) if email and is_storable(email) else None
    if contact_id is None or not attach_organizations(actor, [contact_id], [organization_id]).contacts:
        raise Invalid.one("email", "exists", "There is no contact with this e-mail address: add the contact first.")
