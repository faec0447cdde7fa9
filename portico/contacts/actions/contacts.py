from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower, Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import locked
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.fields import checked
from portico.contacts.models import Consent, Contact, ContactList, ContactTag
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import Invalid, NotFound

TAKEN = "Another contact of this company has this e-mail address already."


@dataclass(frozen=True, slots=True)
class Changed:
    """A contact after a change, and which of its fields became different."""

    contact: Contact
    fields: tuple[str, ...]


def add_contact(
    actor: Actor,
    fields: Mapping[str, Any],
    *,
    custom_values: Mapping[str, Any] | None = None,
    tags: Sequence[int | str] = (),
    lists: Sequence[int | str] = (),
) -> Contact:
    """A new contact; a rep's is its own and starts with consent pending, since nobody has opted in yet.

    `fields` are names of contacts.fields.WRITABLE. Tags and lists as in label_contacts. Raises Invalid; with rule
    "unique" for an address that the company has already, whoever owns that contact.
    """
    actor.require(Permission.CONTACTS_WRITE)
    values = checked(fields)
    if actor.owns_only:
        values |= {"owner_id": actor.membership_id, "consent": Consent.PENDING}
    with _refusals(), transaction.atomic():
        contact = Contact.objects.create(company_id=actor.company_id, custom_values=dict(custom_values or {}), **values)
        record(actor, "contact.added", "contact", contact.pk)
        if tags or lists:
            label_contacts(actor, [contact.pk], attach_tags=tags, attach_lists=lists)
    return contact


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
) -> Changed:
    """Change a contact; custom values are merged, one that is "" or None goes. Raises NotFound, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    values = checked(fields)
    with _refusals(), transaction.atomic():
        contact = visible_contacts(actor).filter(pk=contact_id).select_for_update(no_key=True).first()
        if contact is None:
            raise NotFound("contact")
        changed = _apply(actor, contact, values, custom_values or {})
        label_contacts(
            actor,
            [contact.pk],
            attach_tags=attach_tags,
            attach_lists=attach_lists,
            detach_tags=detach_tags,
            detach_lists=detach_lists,
        )
    return Changed(contact, changed)


def _apply(actor: Actor, contact: Contact, values: dict[str, Any], custom: Mapping[str, Any]) -> tuple[str, ...]:
    merged = {slug: value for slug, value in {**contact.custom_values, **custom}.items() if value not in ("", None)}
    new = {**values, "custom_values": merged} if custom else values
    before = {name: getattr(contact, name) for name, value in new.items() if getattr(contact, name) != value}
    if not before:
        return ()
    for name in before:
        setattr(contact, name, new[name])
    more = ["updated_at"]
    contact.updated_at = Now()
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
        before={name: _plain(value) for name, value in before.items()},
        after={name: _plain(new[name]) for name in before},
    )
    return tuple(sorted(before))


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | dict | None) else str(value)


@transaction.atomic
def delete_contacts(actor: Actor, contact_ids: Sequence[int]) -> list[int]:
    """Delete these contacts with all that belongs to them; answers the ids that were there."""
    actor.require(Permission.CONTACTS_DELETE)
    ids = locked(actor, contact_ids)
    # Before the contacts, while their consent can still be read for the counts.
    ContactTag.objects.filter(company_id=actor.company_id, contact_id__in=ids).delete()
    ContactList.objects.filter(company_id=actor.company_id, contact_id__in=ids).delete()
    Contact.objects.filter(company_id=actor.company_id, pk__in=ids)._raw_delete("default")  # noqa: SLF001 -- without the collector, which would ask every join table
    if ids:
        record(actor, "contact.deleted", "contact", ids[0] if len(ids) == 1 else None, contacts=ids)
    return ids


@contextmanager
def _refusals() -> Iterator[None]:
    """Constraints of the contact table as refusals."""
    try:
        yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name == "contact_email":
            raise Invalid.one("email", "unique", TAKEN) from None
        if name == "contact_owner_same_company":
            raise Invalid.one("owner_id", "exists", "There is no such person in the company.") from None
        raise


def find_contact_for_update(actor: Actor, email: str) -> Contact | None:
    """The visible contact with this address, ignoring case, locked until the transaction ends."""
    rows = visible_contacts(actor).alias(lower=Lower("email")).filter(lower=email.lower())
    return rows.select_for_update(no_key=True).first()
