from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from portico.access import Actor, Permission
from portico.errors import NotFound
from portico.outbox.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint

_ATTEMPTS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event for one endpoint, with its tries, the last first."""

    row: WebhookDelivery
    attempts: list[WebhookAttempt]

    @property
    def last_said(self) -> str:
        """The receiver's status at the last try, or why there was none; "" before the first."""
        return str(self.attempts[0].status or self.attempts[0].failure) if self.attempts else ""


def list_endpoints(actor: Actor) -> "QuerySet[WebhookEndpoint]":
    """The company's endpoints, the oldest first."""
    actor.require(Permission.WEBHOOKS_WRITE)
    return WebhookEndpoint.objects.filter(company_id=actor.company_id).order_by("pk")


def get_endpoint(actor: Actor, endpoint_id: int) -> WebhookEndpoint:
    """Raises NotFound."""
    found = list_endpoints(actor).filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("webhook endpoint")
    return found


def list_deliveries(
    actor: Actor,
    endpoint_id: int | None = None,
    *,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Delivery]:
    """What was or is to be delivered, the newest first, those before this id; kept for 30 days. Raises NotFound."""
    actor.require(Permission.WEBHOOKS_WRITE)
    rows = WebhookDelivery.objects.filter(company_id=actor.company_id)
    if endpoint_id is not None:
        rows = rows.filter(endpoint_id=get_endpoint(actor, endpoint_id).pk)
    if state is not None:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _with_attempts(actor, rows.order_by("-pk")[:limit])


def get_delivery(actor: Actor, delivery_id: int) -> Delivery:
    """One of them. Raises NotFound."""
    actor.require(Permission.WEBHOOKS_WRITE)
    found = _with_attempts(actor, WebhookDelivery.objects.filter(company_id=actor.company_id, pk=delivery_id))
    if not found:
        raise NotFound("delivery")
    return found[0]


def _with_attempts(actor: Actor, rows: "QuerySet[WebhookDelivery]") -> list[Delivery]:
    attempts = WebhookAttempt.objects.filter(company_id=actor.company_id).order_by("-pk")
    found = rows.select_related("endpoint").prefetch_related(Prefetch("attempts", attempts, to_attr="tried"))
    return [Delivery(row, list(getattr(row, "tried"))[:_ATTEMPTS_SHOWN]) for row in found]  # noqa: B009 -- mypy does not know it
