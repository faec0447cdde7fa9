"""A delivery that tells of nothing, so that somebody can see whether an endpoint takes them."""

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import Conflict
from portico.outbox.webhooks.actions import held_endpoint
from portico.outbox.webhooks.models import WebhookDelivery, WebhookEndpoint

KIND = "webhook.test"  # told to who is asked about, whatever else it wants to hear of


@transaction.atomic
def send_test(actor: Actor, endpoint_id: int) -> int:
    """Deliver a test to this endpoint at once, signed and logged as any other; answers the delivery's id.

    One that rests after a failure is asked all the same. Raises NotFound; Conflict where it was disabled.
    """
    endpoint = held_endpoint(actor, endpoint_id)
    if endpoint.disabled_at is not None:
        raise Conflict("Nothing is delivered to this address any more: enable it first.")
    entry_id = record(actor, "webhook_endpoint.tested", "webhook_endpoint", endpoint.pk)
    delivery = WebhookDelivery.objects.create(
        company_id=actor.company_id, endpoint=endpoint, entry_id=entry_id, kind=KIND, at=Now()
    )
    WebhookEndpoint.objects.filter(company_id=actor.company_id, pk=endpoint.pk).update(rest_until=None)
    return delivery.pk
