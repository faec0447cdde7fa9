"""From what waits to what is delivered. A try is booked before it is made, so a worker that dies loses nothing."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from standardwebhooks import Webhook

from portico.audit.models import AuditEntry
from portico.audit.queries import find_entry
from portico.lib.secrets import unseal
from portico.outbox.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookSecret
from portico.outbox.webhooks.posting import Answer, post

SECRET_PURPOSE = "webhook secret"  # noqa: S105 -- names what is sealed
# After each try that fails, in seconds: three days and a half in all, each up to a fifth sooner or later.
WAITS = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 43_200, 86_400, 86_400)
DISABLED_AFTER_DAYS = 5
_LONGEST_REST = 600  # seconds
_ROUND_SECONDS = 30
_GONE = 410  # by this a receiver says that it wants no more (Standard Webhooks, "Delivery")


@dataclass(frozen=True, slots=True)
class _Booked:
    """A try that is to be made now."""

    id: int
    entry_id: int
    number: str
    kind: str
    at: datetime
    tries: int


def list_due_endpoints() -> list[tuple[int, int]]:
    """Company and id of each endpoint for which something is due now."""
    waiting = WebhookDelivery.objects.filter(
        company_id=OuterRef("company_id"), endpoint_id=OuterRef("pk"), state="waiting", next_at__lte=Now()
    )
    awake = Q(rest_until=None) | Q(rest_until__lte=Now())
    rows = WebhookEndpoint.objects.filter(  # any company: the worker delivers for all
        awake, Exists(waiting), disabled_at=None, company__is_active=True
    )
    return list(rows.values_list("company_id", "pk"))


def deliver_round(company_id: int, endpoint_id: int) -> None:
    """Deliver what is due to one endpoint, one after the other; what is left after half a minute comes next time."""
    end = time.monotonic() + _ROUND_SECONDS
    while time.monotonic() < end:
        endpoint = WebhookEndpoint.objects.filter(company_id=company_id, pk=endpoint_id).first()
        booked = _book(endpoint) if endpoint is not None else None
        if endpoint is None or booked is None:
            return
        entry = find_entry(company_id, booked.entry_id)
        if entry is None:
            with transaction.atomic():
                _end(company_id, booked, Answer(None, "What happened is not kept any more.", 0), "failed")
            continue
        answer = _sent(endpoint, booked, entry)
        with transaction.atomic():
            _note(endpoint, booked, answer)


def _book(endpoint: WebhookEndpoint) -> _Booked | None:
    """Take the oldest that is due, with the time of the try after this one; None where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOK, {"company": endpoint.company_id, "endpoint": endpoint.pk, "waits": list(WAITS)})
        row = cursor.fetchone()
    return _Booked(row[0], row[1], row[2].hex, *row[3:]) if row else None


_BOOK = """
UPDATE webhook_delivery SET tries = tries + 1,
    next_at = now() + make_interval(secs => (%(waits)s::int[])[least(tries + 1, cardinality(%(waits)s::int[]))]
        * (0.8 + 0.4 * random()))
WHERE company_id = %(company)s AND id = (
    SELECT due.id FROM webhook_delivery AS due JOIN webhook_endpoint AS endpoint
        ON endpoint.company_id = due.company_id AND endpoint.id = due.endpoint_id
    WHERE due.company_id = %(company)s AND due.endpoint_id = %(endpoint)s AND due.state = 'waiting'
        AND due.next_at <= now() AND endpoint.disabled_at IS NULL
        AND (endpoint.rest_until IS NULL OR endpoint.rest_until <= now())
    ORDER BY due.next_at, due.id LIMIT 1 FOR UPDATE OF due SKIP LOCKED
)
RETURNING id, entry_id, number, kind, at, tries
"""


def _sent(endpoint: WebhookEndpoint, booked: _Booked, entry: AuditEntry) -> Answer:
    body = orjson.dumps(message(booked.kind, booked.at, entry))
    number, now = f"msg_{booked.number}", datetime.now(UTC)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Portico-Webhooks/1",
        "webhook-id": number,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(
            Webhook(secret).sign(number, now, body.decode()) for secret in live_secrets(endpoint)
        ),
    }
    return post(endpoint.url, body, headers)


def message(kind: str, at: datetime, entry: AuditEntry) -> dict[str, Any]:
    """The body: what happened to what, by whom, and what of it the audit tells. `ids` has several where one act did."""
    ids = entry.contacts if entry.subject == "contact" and entry.contacts else [entry.subject_id]
    data = {
        "subject": entry.subject,
        "id": ids[0] if len(ids) == 1 else None,
        "ids": ids,
        "by": entry.actor,
        "wire": entry.wire,
        "details": entry.details,
    }
    return {"type": kind, "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": data}


def live_secrets(endpoint: WebhookEndpoint) -> list[str]:
    """With what its deliveries are signed now, the newest first."""
    rows = WebhookSecret.objects.filter(company_id=endpoint.company_id, endpoint_id=endpoint.pk)
    live = rows.filter(Q(expires_at=None) | Q(expires_at__gt=Now())).order_by("-pk")
    return [unseal(bytes(row.sealed), SECRET_PURPOSE).decode() for row in live]


def _note(endpoint: WebhookEndpoint, booked: _Booked, answer: Answer) -> None:
    """Write down how it went; in the order delivery, endpoint, as everywhere."""
    failed_for_good = not answer.is_taken and booked.tries > len(WAITS)
    _end(endpoint.company_id, booked, answer, "delivered" if answer.is_taken else "failed" if failed_for_good else None)
    rows = WebhookEndpoint.objects.filter(company_id=endpoint.company_id, pk=endpoint.pk)
    if answer.is_taken:
        rows.exclude(failing_since=None).update(failing_since=None, failures=0, rest_until=None)
        return
    values = {"company": endpoint.company_id, "endpoint": endpoint.pk, "days": DISABLED_AFTER_DAYS}
    values |= {"gone": answer.status == _GONE, "silent": answer.status is None, "longest": _LONGEST_REST}
    with connection.cursor() as cursor:
        cursor.execute(_FAILED, values)


def _end(company_id: int, booked: _Booked, answer: Answer, state: str | None) -> None:
    rows = WebhookDelivery.objects.filter(company_id=company_id, pk=booked.id)
    # Removed with its endpoint meanwhile, it leaves nothing behind.
    if rows.select_for_update(no_key=True).first() is None:
        return
    WebhookAttempt.objects.create(
        company_id=company_id,
        delivery_id=booked.id,
        status=answer.status,
        failure=answer.failure,
        milliseconds=answer.milliseconds,
    )
    if state is not None:
        rows.update(state=state, ended_at=Now())


# Who says nothing at all is left alone for a while, twice as long each time; who fails for days is left alone for good.
_FAILED = """
UPDATE webhook_endpoint SET failures = failures + 1, failing_since = coalesce(failing_since, now()),
    rest_until = CASE WHEN %(silent)s
        THEN now() + make_interval(secs => least(2 ^ least(failures, 20), %(longest)s) * (0.8 + 0.4 * random())) END,
    disabled_at = CASE WHEN %(gone)s OR failing_since < now() - make_interval(days => %(days)s) THEN now() END
WHERE company_id = %(company)s AND id = %(endpoint)s AND disabled_at IS NULL
"""
