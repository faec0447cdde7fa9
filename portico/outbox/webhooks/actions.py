import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import DateTimeField, F, Value
from django.db.models.functions import Coalesce, Least, Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import Invalid, NotFound
from portico.lib.secrets import seal
from portico.outbox.webhooks.guarding import is_public
from portico.outbox.webhooks.kinds import KINDS
from portico.outbox.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookSecret
from portico.outbox.webhooks.queries import get_endpoint
from portico.outbox.webhooks.sending import SECRET_PURPOSE

MOST_ENDPOINTS = 20
LONGEST_URL = 2000
LONGEST_DESCRIPTION = 255
OLD_SECRET_GOOD_FOR = timedelta(days=1)
KEPT_FOR = timedelta(days=30)
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class NewSecret:
    """An endpoint, and the secret to check its deliveries with, which is shown this once."""

    endpoint: WebhookEndpoint
    secret: str


@transaction.atomic
def add_endpoint(actor: Actor, *, url: str, kinds: Sequence[str] = (), description: str = "") -> NewSecret:
    """Tell this address of what happens from now on: of these kinds (KINDS), or of all where none is named.

    Raises Invalid.
    """
    actor.require(Permission.WEBHOOKS_WRITE)
    _check(url, kinds, description)
    with connection.cursor() as cursor:  # whoever adds one at the same time waits, so that the bound holds
        cursor.execute("SELECT FROM company WHERE id = %s FOR NO KEY UPDATE", [actor.company_id])
    if WebhookEndpoint.objects.filter(company_id=actor.company_id).count() >= MOST_ENDPOINTS:
        raise Invalid.one("url", "many", f"A company has at most {MOST_ENDPOINTS} webhook endpoints.")
    endpoint = WebhookEndpoint.objects.create(
        company_id=actor.company_id, url=url, kinds=list(dict.fromkeys(kinds)), description=description
    )
    endpoint.refresh_from_db()
    record(actor, "webhook_endpoint.added", "webhook_endpoint", endpoint.pk, url=url, kinds=endpoint.kinds)
    return NewSecret(endpoint, _add_secret(endpoint))


def _check(url: str, kinds: Sequence[str], description: str) -> None:
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown:
        raise Invalid.one("kinds", "unknown", f"There are no such events. There are {', '.join(KINDS)}.")
    if len(description) > LONGEST_DESCRIPTION or "\0" in description:
        raise Invalid.one("description", "long", f"A description has at most {LONGEST_DESCRIPTION} characters.")
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host = ""
    schemes = {"https", "http"} if settings.ALLOW_PRIVATE_WEBHOOKS else {"https"}
    if not host or parts.scheme not in schemes or parts.username is not None or parts.fragment:
        raise Invalid.one("url", "address", "This must be an address that begins with https://, without a user in it.")
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Invalid.one("url", "address", f"An address has at most {LONGEST_URL} plain characters and no blanks.")
    if _is_private_number(host) and not settings.ALLOW_PRIVATE_WEBHOOKS:
        raise Invalid.one("url", "private", "This address is in a private network.")


def _is_private_number(host: str) -> bool:
    """Names are looked up at each delivery, for they can change."""
    try:
        ip_address(host)
    except ValueError:
        return host == "localhost"
    return not is_public(host)


def _add_secret(endpoint: WebhookEndpoint) -> str:
    """In the form that Standard Webhooks names, which every library of theirs takes; so without a checksum of ours."""
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
    WebhookSecret.objects.create(
        company_id=endpoint.company_id, endpoint=endpoint, sealed=seal(secret.encode(), SECRET_PURPOSE)
    )
    return secret


@transaction.atomic
def rotate_secret(actor: Actor, endpoint_id: int, *, old_good_for: timedelta = OLD_SECRET_GOOD_FOR) -> NewSecret:
    """A new secret. Deliveries are signed with those before as well until these end. Raises NotFound."""
    endpoint = held_endpoint(actor, endpoint_id)
    rows = WebhookSecret.objects.filter(company_id=actor.company_id, endpoint_id=endpoint.pk)
    ends = Now() + Value(old_good_for)
    rows.update(expires_at=Least(Coalesce(F("expires_at"), ends), ends, output_field=DateTimeField()))
    rows.filter(expires_at__lte=Now()).delete()
    secret = _add_secret(endpoint)
    record(actor, "webhook_endpoint.rotated", "webhook_endpoint", endpoint.pk)
    return NewSecret(endpoint, secret)


@transaction.atomic
def enable_endpoint(actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """Begin to deliver again after it was disabled; what waited then goes out. Raises NotFound."""
    endpoint = held_endpoint(actor, endpoint_id)
    rows = WebhookEndpoint.objects.filter(company_id=actor.company_id, pk=endpoint.pk)
    rows.update(disabled_at=None, told_at=None, failing_since=None, failures=0, rest_until=None)
    record(actor, "webhook_endpoint.enabled", "webhook_endpoint", endpoint.pk)
    return get_endpoint(actor, endpoint.pk)


@transaction.atomic
def remove_endpoint(actor: Actor, endpoint_id: int) -> None:
    """Tell it nothing any more; its log goes too. Raises NotFound."""
    actor.require(Permission.WEBHOOKS_WRITE)
    if not WebhookEndpoint.objects.filter(company_id=actor.company_id, pk=endpoint_id).delete()[0]:
        raise NotFound("webhook endpoint")
    record(actor, "webhook_endpoint.removed", "webhook_endpoint", endpoint_id)


def held_endpoint(actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """One that nobody else changes until the caller's transaction ends. Raises NotFound."""
    actor.require(Permission.WEBHOOKS_WRITE)
    rows = WebhookEndpoint.objects.filter(company_id=actor.company_id, pk=endpoint_id)
    endpoint = rows.select_for_update(no_key=True).first()
    if endpoint is None:
        raise NotFound("webhook endpoint")
    return endpoint


@transaction.atomic
def replay_delivery(actor: Actor, delivery_id: int) -> None:
    """Deliver it again, or now if it waits, under the same number, however it went before. Raises NotFound."""
    actor.require(Permission.WEBHOOKS_WRITE)
    if not _again(actor, pk=delivery_id):
        raise NotFound("delivery")
    record(actor, "webhook_delivery.replayed", "webhook_delivery", delivery_id)


@transaction.atomic
def replay_failed(actor: Actor, endpoint_id: int) -> int:
    """Deliver again all that was given up; answers how many. Raises NotFound."""
    endpoint = held_endpoint(actor, endpoint_id)
    count = _again(actor, endpoint_id=endpoint.pk, state=WebhookDelivery.State.FAILED)
    record(actor, "webhook_endpoint.replayed", "webhook_endpoint", endpoint.pk, deliveries=count)
    return count


def _again(actor: Actor, **which: object) -> int:
    rows = WebhookDelivery.objects.filter(company_id=actor.company_id, **which)
    return rows.update(state=WebhookDelivery.State.WAITING, next_at=Now(), tries=0, ended_at=None)


def claim_untold() -> list[tuple[int, str, datetime]]:
    """Company, address and since when it failed, of endpoints that were disabled: each is answered once, to be told.

    For a job, inside its transaction: what is not told then is answered again.
    """
    rows = WebhookEndpoint.objects.filter(disabled_at__isnull=False, told_at=None)  # any company: a job's
    found = list(rows.order_by("pk").select_for_update(skip_locked=True)[:100])
    WebhookEndpoint.objects.filter(pk__in=[one.pk for one in found]).update(told_at=Now())  # any company: these
    return [(one.company_id, one.url, one.failing_since or one.created_at) for one in found]


def forget_deliveries() -> int:
    """Drop the log of what was delivered or given up long ago; answers how many."""
    rows = WebhookDelivery.objects.filter(ended_at__lt=Now() - Value(KEPT_FOR))  # any company: a job's
    return rows.delete()[0]
