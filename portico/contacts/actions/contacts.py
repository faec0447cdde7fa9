from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.adding import insert_contact
from portico.contacts.actions.custom_values import typed_custom_values
from portico.contacts.actions.locking import keep_organizations, keep_owners, lock_owned_organizations, locked
from portico.contacts.actions.recording import plain, record_of_contacts
from portico.contacts.actions.seeing import Seen, require_seen
from portico.contacts.actions.tagging import ids_to_attach, label_contacts
from portico.contacts.actions.working import make_first_organization
from portico.contacts.fields import checked, with_stage, with_standing
from portico.contacts.models import Contact, ContactList, ContactTag, List, Tag
from portico.contacts.queries.contacts import read_back, visible_contacts
from portico.contacts.queries.owners import owner_named
from portico.errors import Denied, Invalid, NotFound
from portico.lib.statements import Shape

TAKEN = "Another contact of this company has this e-mail address already."


@dataclass(frozen=True, slots=True)
class Changed:
    """A contact after a change, which of its fields became different, and its document where a shape was given."""

    contact: Contact
    fields: tuple[str, ...]
    document: str = ""


def add_contact(
    actor: Actor,
    fields: Mapping[str, Any],
    *,
    custom_values: Mapping[str, Any] | None = None,
    tags: Sequence[int | str] = (),
    lists: Sequence[int | str] = (),
    owner: str | None = None,
) -> Contact:
    """A new contact; a rep's is its own and starts with consent pending, since nobody has opted in yet.

    `fields` are names of contacts.fields.WRITABLE. Tags and lists as in label_contacts. `owner` is the e-mail address
    of whoever it belongs to, see kept_owner. Raises Invalid; with rule "unique" for an address that the company has
    already, whoever owns that contact.
    """
    actor.require(Permission.CONTACTS_WRITE)
    values, custom = checked(fields), typed_custom_values(actor, custom_values or {})
    with refusals(), transaction.atomic():
        values |= kept_owner(actor, owner)
        tag_ids, list_ids = ids_to_attach(actor, Tag, tags), ids_to_attach(actor, List, lists)
        added = insert_contact(actor, values, custom, tag_ids, list_ids)
        if added is None:
            raise Invalid.one("email", "unique", TAKEN)
        return Contact.objects.get(company_id=actor.company_id, pk=added[0])


def change_contact(
    actor: Actor,
    contact_id: int,
    fields: Mapping[str, Any],
    *,
    custom_values: Mapping[str, Any] | None = None,
    attach_tags: Sequence[int | str] = (),
    attach_lists: Sequence[int | str] = (),
    detach_tags: Sequence[int | str] = (),
    detach_lists: Sequence[int | str] = (),
    organization_id: int | None = None,
    owner: str | None = None,
    shape: Shape | None = None,
    seen: Sequence[Seen] | None = None,
) -> Changed:
    """Change a contact; custom values are merged, and one that is "" or None is taken away. Raises NotFound, Invalid.

    With an organization it works there first from now on; one that the company does not have is left out. `owner` is
    the e-mail address of whoever it belongs to from now on, see kept_owner. With a shape,
    the answer carries the contact's document after the change. With `seen`, raises Outdated where it is no longer like
    that.
    """
    actor.require(Permission.CONTACTS_WRITE)
    values, custom = checked(fields), typed_custom_values(actor, custom_values or {})
    with refusals(), transaction.atomic():
        attach = {
            "attach_tags": ids_to_attach(actor, Tag, attach_tags),
            "attach_lists": ids_to_attach(actor, List, attach_lists),
        }
        organizations = keep_organizations(actor, [] if organization_id is None else [organization_id])
        values |= kept_owner(actor, owner)
        contact = visible_contacts(actor).filter(pk=contact_id).select_for_update(no_key=True).first()
        if contact is None:
            raise NotFound("contact")
        require_seen(actor, [contact.pk], seen)
        changed = apply_changes(actor, contact, values, custom)
        if attach_tags or attach_lists or detach_tags or detach_lists:
            label_contacts(actor, [contact.pk], detach_tags=detach_tags, detach_lists=detach_lists, **attach)
        for first in organizations:
            make_first_organization(actor, [contact.pk], first)
        return Changed(contact, changed, read_back(actor, shape, contact.pk) if shape else "")


def apply_changes(
    actor: Actor, contact: Contact, values: Mapping[str, Any], custom: Mapping[str, Any]
) -> tuple[str, ...]:
    """Write what is different into a contact that the caller has locked; answers the names of those fields."""
    new = differing(vars(contact), values, custom)
    before = {name: getattr(contact, name) for name in new}
    if not before:
        return ()
    for name in before:
        setattr(contact, name, new[name])
    more = ["updated_at"]
    contact.updated_at = Now()  # read back below
    if "consent" in before:
        contact.consent_changed_at = Now()
        more.append("consent_changed_at")
    contact.save(update_fields=[*before, *more])
    contact.refresh_from_db(fields=[*more])
    record(
        actor,
        "contact.changed",
        "contact",
        contact.pk,
        before={name: plain(value) for name, value in before.items()},
        after={name: plain(new[name]) for name in before},
    )
    return tuple(sorted(before))


def differing(there: Mapping[str, Any], values: Mapping[str, Any], custom: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a contact that these values would change, with what they become; `there` is what it has."""
    new = with_standing(with_stage(dict(values), there["stage"]), there)
    if custom:
        merged = {**there["custom_values"], **custom}
        new["custom_values"] = {slug: value for slug, value in merged.items() if value not in ("", None)}
    return {name: value for name, value in new.items() if there[name] != value}


@transaction.atomic
def delete_contacts(actor: Actor, contact_ids: Sequence[int], *, seen: Sequence[Seen] | None = None) -> list[int]:
    """Delete these contacts with all that belongs to them; answers the ids that were there.

    With `seen`, raises Outdated where one is no longer like that.
    """
    actor.require(Permission.CONTACTS_DELETE)
    lock_owned_organizations(actor, contact_ids)
    ids = locked(actor, contact_ids)
    require_seen(actor, ids, seen)
    remove_contacts(actor, ids)
    if ids:
        record_of_contacts(actor, "contact.deleted", {id: {} for id in ids})
    return ids


def remove_contacts(actor: Actor, locked_ids: Sequence[int]) -> None:
    """The deletion itself, for a caller that has locked them and writes its own audit entry."""
    # Before the contacts, while their consent can still be read for the counts.
    ContactTag.objects.filter(company_id=actor.company_id, contact_id__in=locked_ids).delete()
    ContactList.objects.filter(company_id=actor.company_id, contact_id__in=locked_ids).delete()
    Contact.objects.filter(company_id=actor.company_id, pk__in=locked_ids)._raw_delete("default")  # noqa: SLF001 -- without the collector, which would ask every join table


@contextmanager
def refusals() -> Iterator[None]:
    """Constraints of the contact table as refusals."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "contact_email":
            raise Invalid.one("email", "unique", TAKEN) from None
        if name == "contact_owner_same_company":
            raise no_such_owner() from None
        raise


def kept_owner(actor: Actor, email: str | None) -> dict[str, int | None]:
    """The field that gives a contact to the member with this address, nobody for ""; no field for None.

    In the transaction of the change, before any contact is locked. Raises Invalid; Denied for a rep, whose contacts are
    its own.
    """
    if email is None:
        return {}
    if actor.owns_only:
        raise Denied
    member = owner_named(actor, email)
    if member is not None and member.pk not in keep_owners(actor, [member.pk]):
        raise no_such_owner()
    return {"owner_id": member.pk if member else None}


def no_such_owner() -> Invalid:
    return Invalid.one("owner_id", "exists", "There is no such person in the company.")
