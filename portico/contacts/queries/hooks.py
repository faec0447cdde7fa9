"""Incoming webhooks, and what their deliveries may name."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.models import IncomingWebhook, List, Organization, Tag
from portico.contacts.queries.fields import fields_of
from portico.errors import NotFound
from portico.identity.throttle import Limit
from portico.lib.secrets import digest, unseal
from portico.lib.statements import Shape, Statement, as_documents, compiled_together, later_number

KEY_PURPOSE = "incoming webhook"
_LONGEST_KEY = 100  # as long as any that we have made; longer ones are not looked up
# Far above what one site sends, far below what keeps others from working.
DELIVERIES = Limit("deliveries to a webhook from an address", tries=600, seconds=60)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An incoming webhook with its key in clear: for whoever may change settings, and for nobody else."""

    id: int
    name: str
    consent: str
    tag_ids: tuple[int, ...]
    list_ids: tuple[int, ...]
    organization_ids: tuple[int, ...]
    key: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Choices:
    """What deliveries may name, as JSON objects joined by commas: all by id but custom fields, which are in order."""

    webhooks: list[Webhook]
    tags: str
    lists: str
    fields: str
    organizations: str


def list_webhooks(actor: Actor, *, search: str = "") -> list[Webhook]:
    """The company's incoming webhooks, newest first; with `search`, those that have it in their names."""
    actor.require(Permission.SETTINGS_WRITE)
    rows = IncomingWebhook.objects.filter(company_id=actor.company_id).order_by("-id")
    if search:
        rows = rows.alias(lower=Lower("name")).filter(lower__contains=search.lower())
    return [shown(row) for row in rows]


def list_webhooks_with_choices(
    actor: Actor, *, search: str, tag: Shape, on_list: Shape, field: Shape, organization: Shape
) -> Choices:
    """What list_webhooks answers, with all tags, lists, custom fields and organizations in these shapes."""
    row = _choices(tag, on_list, field, organization).fetch_one({"company": actor.company_id}) or ("", "", "", "")
    return Choices(list_webhooks(actor, search=search), *row)


@lru_cache(maxsize=4)
def _choices(tag: Shape, on_list: Shape, field: Shape, organization: Shape) -> Statement:
    company = later_number("company")
    return compiled_together(
        as_documents(Tag.objects.filter(company_id=company).order_by("id"), tag),
        as_documents(List.objects.filter(company_id=company).order_by("id"), on_list),
        as_documents(fields_of(company), field),
        as_documents(Organization.objects.filter(company_id=company).order_by("id"), organization),
    )


def shown(row: IncomingWebhook) -> Webhook:
    """The row with its key in clear. Raises ValueError when it was sealed with another PORTICO_SECRET_KEY."""
    return Webhook(
        row.pk,
        row.name,
        row.consent,
        tuple(row.tag_ids),
        tuple(row.list_ids),
        tuple(row.organization_ids),
        unseal(bytes(row.sealed_key), KEY_PURPOSE).decode(),
        row.created_at,
        row.updated_at,
    )


def webhook_for_key(key: str, *, request_id: str, address: str) -> tuple[Actor, IncomingWebhook]:
    """Who delivers with this key: somebody who may write contacts of the webhook's company, and nothing else.

    Counts the delivery. Raises NotFound for a key that is good for nothing, TooMany for too many from one address.
    """
    hashed = digest(key[:_LONGEST_KEY], KEY_PURPOSE)
    found = (
        IncomingWebhook.objects.filter(digest=hashed, company__is_active=True)  # any company: the key decides
        .select_related("company")
        .first()
    )
    if found is None:
        raise NotFound("webhook")
    DELIVERIES.count(f"{found.pk} {address}")
    actor = Actor(
        company_id=found.company_id,
        name=f"webhook {found.name}",
        wire="fluentcrm",
        permissions=frozenset({Permission.CONTACTS_WRITE}),
        modules=tuple(found.company.modules),
        request_id=request_id,
        address=address,
    )
    return actor, found
