"""Incoming webhooks: made, changed, removed, and what is delivered to them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import MD5, Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import Company
from portico.contacts.actions.tagging import ids_to_attach
from portico.contacts.actions.upserting import Upserted, Wanted, upsert_contact
from portico.contacts.models import Consent, IncomingWebhook, List, Tag
from portico.contacts.queries.contacts import visible_contacts
from portico.contacts.queries.hooks import KEY_PURPOSE, Webhook, list_webhooks, shown
from portico.contacts.queries.labels import find_label_ids
from portico.errors import Invalid, NotFound, Problem
from portico.lib.secrets import digest, seal
from portico.lib.statements import Shape
from portico.lib.texts import is_storable

MOST_WEBHOOKS = 200
LONGEST_NAME = 255
MOST_LABELS = 200
# What a person may give; the others are found out by sending mail.
GIVEN_CONSENTS = (Consent.SUBSCRIBED, Consent.PENDING, Consent.UNSUBSCRIBED, Consent.TRANSACTIONAL)


@dataclass(frozen=True, slots=True)
class HookWanted:
    """A webhook as somebody wants it to be; None leaves the name or consent as it is.

    Tags and lists are ids, titles or slugs; those that the company does not have are left out.
    """

    name: str | None
    consent: str | None
    tags: Sequence[int | str] = ()
    lists: Sequence[int | str] = ()
    organization_ids: Sequence[int] = ()


@transaction.atomic
def add_webhook(actor: Actor, wanted: HookWanted) -> tuple[Webhook, list[Webhook]]:
    """A new incoming webhook with a key of its own, and all that there are now. Raises Invalid."""
    actor.require(Permission.SETTINGS_WRITE)
    _check(wanted, is_new=True)
    # Whoever adds one at the same time waits here, so that the bound holds.
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    if IncomingWebhook.objects.filter(company_id=actor.company_id).count() >= MOST_WEBHOOKS:
        raise Invalid.one("name", "many", f"A company has at most {MOST_WEBHOOKS} incoming webhooks.")
    key = str(uuid4())
    row = IncomingWebhook(
        company_id=actor.company_id, digest=digest(key, KEY_PURPOSE), sealed_key=seal(key.encode(), KEY_PURPOSE)
    )
    _fill(actor, row, wanted)
    row.save()
    row.refresh_from_db()
    record(actor, "webhook.added", "webhook", row.pk, name=row.name)
    return shown(row), list_webhooks(actor)


@transaction.atomic
def change_webhook(actor: Actor, webhook_id: int, wanted: HookWanted) -> list[Webhook]:
    """Change a webhook, whose key stays; answers all that there are. Raises NotFound, Invalid."""
    actor.require(Permission.SETTINGS_WRITE)
    _check(wanted, is_new=False)
    rows = IncomingWebhook.objects.filter(company_id=actor.company_id, pk=webhook_id)
    row = rows.select_for_update(no_key=True).first()
    if row is None:
        raise NotFound("webhook")
    _fill(actor, row, wanted)
    row.updated_at = Now()
    row.save()
    record(actor, "webhook.changed", "webhook", row.pk, name=row.name)
    return list_webhooks(actor)


@transaction.atomic
def delete_webhook(actor: Actor, webhook_id: int) -> list[Webhook]:
    """Remove a webhook, if it is there; what comes to its address from now on is refused. Answers those left."""
    actor.require(Permission.SETTINGS_WRITE)
    rows = IncomingWebhook.objects.filter(company_id=actor.company_id, pk=webhook_id)
    if rows.delete()[0]:
        record(actor, "webhook.deleted", "webhook", webhook_id)
    return list_webhooks(actor)


def _fill(actor: Actor, row: IncomingWebhook, wanted: HookWanted) -> None:
    row.name = row.name if wanted.name is None else wanted.name
    row.consent = row.consent if wanted.consent is None else wanted.consent
    # An id that nobody has today may be somebody's tag tomorrow, so only those that are there are kept.
    row.tag_ids = find_label_ids(actor, Tag, wanted.tags)
    row.list_ids = find_label_ids(actor, List, wanted.lists)
    row.organization_ids = list(wanted.organization_ids)


def _check(wanted: HookWanted, *, is_new: bool) -> None:
    problems = []
    for name, value in (("name", wanted.name), ("consent", wanted.consent)):
        if not value and (is_new or value is not None):
            problems.append(Problem(name, "required", f"The {name} is needed."))
    if wanted.name and not (len(wanted.name) <= LONGEST_NAME and is_storable(wanted.name)):
        problems.append(Problem("name", "long", f"A name has at most {LONGEST_NAME} characters."))
    if wanted.consent and wanted.consent not in GIVEN_CONSENTS:
        problems.append(Problem("consent", "unknown", f"This must be one of {', '.join(GIVEN_CONSENTS)}."))
    for name, items in (("tags", wanted.tags), ("lists", wanted.lists), ("organization_ids", wanted.organization_ids)):
        if len(items) > MOST_LABELS:
            problems.append(Problem(name, "many", f"At most {MOST_LABELS} at once."))
    if problems:
        raise Invalid(*problems)


@transaction.atomic
def receive_contact(
    actor: Actor, webhook: IncomingWebhook, wanted: Wanted, shape: Shape, *, email_md5: str = ""
) -> Upserted:
    """Add or merge the contact that was delivered; `wanted` without an e-mail address is found by the MD5 of it.

    The webhook decides the consent and the organizations; its tags and lists are for deliveries without any. An
    existing contact keeps its consent unless the webhook subscribes or unsubscribes. Who is pending then is to be asked
    to opt in. Raises Invalid.
    """
    # Before any contact is locked, as ids_to_attach asks.
    tags = ids_to_attach(actor, Tag, _bounded("tags", wanted.tags) or tuple(webhook.tag_ids))
    lists = ids_to_attach(actor, List, _bounded("lists", wanted.lists) or tuple(webhook.list_ids))
    fields = {**wanted.fields, "consent": webhook.consent}
    if not fields.get("email"):
        fields["email"] = _email_with(actor, email_md5)
    decides = webhook.consent in {Consent.SUBSCRIBED, Consent.UNSUBSCRIBED}
    given = replace(
        wanted,
        fields=fields,
        tags=tags,
        lists=lists,
        # Where somebody works is not for the outside to say; those that are gone since are left out.
        organizations=tuple(webhook.organization_ids) if "organizations" in actor.modules else (),
        keeps_consent=not decides,
        asks_new=webhook.consent == Consent.PENDING,
        asks_pending=True,
    )
    done = upsert_contact(actor, given, shape)
    record(actor, "webhook.received", "contact", done.id, webhook=webhook.pk, is_new=done.is_new)
    return done


def _bounded(name: str, items: Sequence[int | str]) -> Sequence[int | str]:
    if len(items) > MOST_LABELS:
        raise Invalid.one(name, "many", f"At most {MOST_LABELS} at once.")
    return items


def _email_with(actor: Actor, md5: str) -> str:
    # Locked, so that the address is still the contact's when it is merged by it. Not ordered: PostgreSQL would rather
    # walk along the order than look into contact_email_md5.
    rows = visible_contacts(actor).alias(md5=MD5("email")).filter(md5=md5.lower())
    found = next(iter(rows.select_for_update(no_key=True)), None) if md5 and is_storable(md5) else None
    if found is None or not found.email:
        raise Invalid.one("email", "required", "The e-mail address is needed.")
    return found.email
