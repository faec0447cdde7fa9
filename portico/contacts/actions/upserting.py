"""Contacts added or changed by their e-mail address, whichever it takes."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.actions.adding import insert_contact
from portico.contacts.actions.contacts import TAKEN, apply_changes, refusals
from portico.contacts.actions.custom_values import typed_custom_values
from portico.contacts.actions.locking import keep_organizations
from portico.contacts.actions.opt_ins import keep_opt_in_requests
from portico.contacts.actions.tagging import ids_to_attach, label_contacts
from portico.contacts.actions.working import attach_organizations
from portico.contacts.fields import checked
from portico.contacts.models import Consent, List, Tag
from portico.contacts.queries.contacts import read_back, visible_contacts
from portico.contacts.queries.labels import told_apart
from portico.errors import Invalid
from portico.lib.statements import Shape

TRIES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A contact as somebody wants it to be. Tags and lists as in label_contacts, organizations by id.

    `loose` holds what may or may not be custom values: names that the company has no custom field for are left out.
    With `keeps_consent` a contact that is there already keeps the consent that it has. A new contact is to be asked for
    its consent by mail with `asks_new`, one that was there and is pending afterwards with `asks_pending`.
    """

    fields: Mapping[str, Any]
    custom_values: Mapping[str, Any] = field(default_factory=dict)
    loose: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[int | str] = ()
    lists: Sequence[int | str] = ()
    detach_tags: Sequence[int | str] = ()
    detach_lists: Sequence[int | str] = ()
    organizations: Sequence[int] = ()
    keeps_consent: bool = False
    asks_new: bool = False
    asks_pending: bool = False


@dataclass(frozen=True, slots=True)
class Upserted:
    """The contact, its document in the shape that was asked for, and whether it is new."""

    id: int
    document: str
    is_new: bool


def add_wanted_contact(actor: Actor, wanted: Wanted, shape: Shape) -> Upserted:
    """A new contact. Raises Invalid; with rule "unique" for an address that the company has already."""
    actor.require(Permission.CONTACTS_WRITE)
    values, custom = checked(wanted.fields), typed_custom_values(actor, wanted.custom_values, wanted.loose)
    with refusals(), _atomic_for(wanted):
        added = _insert(actor, wanted, values, custom, shape)
        if added is None:
            raise Invalid.one("email", "unique", TAKEN)
    return added


def upsert_contact(actor: Actor, wanted: Wanted, shape: Shape) -> Upserted:
    """Add the contact, or merge into the one with this address.

    Merging (FluentCRM wire notes 8.6): empty values change nothing; a subscribed contact stays subscribed unless it is
    to be unsubscribed, any other takes the consent that is asked for; tags, lists, organizations and custom values are
    added to those it has. Raises Invalid, also for an address that belongs to a contact which the actor may not see.
    """
    actor.require(Permission.CONTACTS_WRITE)
    values, custom = checked(wanted.fields), typed_custom_values(actor, wanted.custom_values, wanted.loose)
    with refusals(), transaction.atomic():
        keep_organizations(actor, wanted.organizations)  # before any contact
        for _ in range(TRIES):
            done = _insert(actor, wanted, values, custom, shape) or _merge(actor, wanted, values, custom, shape)
            if done is not None:
                return done
    # It is there but not to be seen, or somebody keeps adding and deleting it.
    raise Invalid.one("email", "unique", TAKEN)


def filled(custom: Mapping[str, Any]) -> dict[str, Any]:
    return {slug: value for slug, value in custom.items() if value not in ("", None)}


def merging(
    wanted: Wanted, values: Mapping[str, Any], custom: Mapping[str, Any], consent: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What of these values, and custom values, a contact with this consent takes: the rules of upsert_contact."""
    merged = {name: value for name, value in values.items() if value not in ("", None, 0) or value is False}
    merged.pop("email", None)  # the same one, at most written otherwise
    is_settled = consent == Consent.SUBSCRIBED and merged.get("consent") != Consent.UNSUBSCRIBED
    if is_settled or wanted.keeps_consent:
        merged.pop("consent", None)
    return merged, filled(custom)


def _atomic_for(wanted: Wanted) -> AbstractContextManager[None]:
    """One statement is a transaction by itself; new tags and lists, and a request for consent, need their own."""
    is_one_statement = not (wanted.asks_new or told_apart(wanted.tags)[1] or told_apart(wanted.lists)[1])
    return nullcontext() if is_one_statement else transaction.atomic()


def _insert(
    actor: Actor, wanted: Wanted, values: dict[str, Any], custom: dict[str, Any], shape: Shape
) -> Upserted | None:
    tag_ids, list_ids = _ids(actor, Tag, wanted.tags), _ids(actor, List, wanted.lists)
    added = insert_contact(
        actor, values, filled(custom), tag_ids, list_ids, shape, organization_ids=wanted.organizations
    )
    if added is None:
        return None
    if wanted.asks_new:
        keep_opt_in_requests(actor, [added[0]])
    return Upserted(*added, is_new=True)


def _ids(actor: Actor, label: type[Tag] | type[List], items: Sequence[int | str]) -> Sequence[int]:
    ids, names = told_apart(items)
    return ids_to_attach(actor, label, items) if names else sorted(ids)


def _merge(
    actor: Actor, wanted: Wanted, values: dict[str, Any], custom: dict[str, Any], shape: Shape
) -> Upserted | None:
    rows = visible_contacts(actor).alias(lower=Lower("email")).filter(lower=str(values.get("email")).lower())
    contact = rows.select_for_update(no_key=True).first()
    if contact is None:
        return None
    apply_changes(actor, contact, *merging(wanted, values, custom, contact.consent))
    if wanted.tags or wanted.lists or wanted.detach_tags or wanted.detach_lists:
        label_contacts(
            actor,
            [contact.pk],
            attach_tags=wanted.tags,
            attach_lists=wanted.lists,
            detach_tags=wanted.detach_tags,
            detach_lists=wanted.detach_lists,
        )
    if wanted.organizations:
        attach_organizations(actor, [contact.pk], wanted.organizations)
    if wanted.asks_pending and contact.consent == Consent.PENDING:
        keep_opt_in_requests(actor, [contact.pk])
    return Upserted(contact.pk, read_back(actor, shape, contact.pk), is_new=False)
