"""Addresses that are told what happens, and how they took it."""

from typing import Any

from django.http import HttpResponse

from portico.errors import Invalid
from portico.outbox.webhooks.actions import (
    add_endpoint,
    enable_endpoint,
    remove_endpoint,
    replay_delivery,
    rotate_secret,
)
from portico.outbox.webhooks.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.queries import Delivery, get_endpoint, list_deliveries, list_endpoints
from portico.protocols.native.named import MOST_PER_PAGE, deleted
from portico.protocols.native.wire import Request, answer, instant, page


def index(request: Request) -> HttpResponse:
    """There are few: no pages."""
    return answer({"data": [_endpoint(one) for one in list_endpoints(request.actor)]})


def add(request: Request) -> HttpResponse:
    made = add_endpoint(
        request.actor,
        url=_text(request, "url"),
        kinds=_texts(request, "events"),
        description=_text(request, "description"),
    )
    return answer({**_endpoint(made.endpoint), "secret": made.secret}, status=201)


def show(request: Request, id: int) -> HttpResponse:
    return answer(_endpoint(get_endpoint(request.actor, id)))


def remove(request: Request, id: int) -> HttpResponse:
    return deleted(remove_endpoint, request, id)


def rotate(request: Request, id: int) -> HttpResponse:
    made = rotate_secret(request.actor, id)
    return answer({**_endpoint(made.endpoint), "secret": made.secret})


def enable(request: Request, id: int) -> HttpResponse:
    return answer(_endpoint(enable_endpoint(request.actor, id)))


def deliveries(request: Request, id: int) -> HttpResponse:
    place, limit = request.cursor(int), request.limit(50, most=MOST_PER_PAGE)
    state = request.query.get("state") or None
    if state is not None and state not in WebhookDelivery.State.values:
        raise Invalid.one("state", "unknown", f"state is one of {', '.join(WebhookDelivery.State.values)}.")
    before = place[0] if place else None
    rows = list_deliveries(request.actor, id, state=state, before=before, limit=limit + 1)
    following = [rows[limit - 1].row.pk] if len(rows) > limit else None
    return page([_delivery(one) for one in rows[:limit]], following)


def replay(request: Request, id: int) -> HttpResponse:
    replay_delivery(request.actor, id)
    return answer({"id": id}, status=202)


def _text(request: Request, name: str) -> str:
    value = request.body.get(name, "")
    if not isinstance(value, str):
        raise Invalid.one(name, "text", f"{name} must be a text.")
    return value


def _texts(request: Request, name: str) -> list[str]:
    value = request.body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Invalid.one(name, "list", f"{name} must be a list of texts.")
    return value


def _endpoint(one: WebhookEndpoint) -> dict[str, Any]:
    return {
        "id": one.pk,
        "url": one.url,
        "description": one.description,
        "events": one.kinds,
        "created_at": instant(one.created_at),
        "failing_since": one.failing_since and instant(one.failing_since),
        "disabled_at": one.disabled_at and instant(one.disabled_at),
    }


def _delivery(one: Delivery) -> dict[str, Any]:
    row = one.row
    return {
        "id": row.pk,
        "message": f"msg_{row.number.hex}",
        "event": row.kind,
        "at": instant(row.at),
        "state": row.state,
        "next_at": instant(row.next_at) if row.state == WebhookDelivery.State.WAITING else None,
        "attempts": [
            {
                "at": instant(attempt.at),
                "status": attempt.status,
                "failure": attempt.failure,
                "milliseconds": attempt.milliseconds,
            }
            for attempt in one.attempts
        ],
    }
