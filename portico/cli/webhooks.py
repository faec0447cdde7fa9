"""Webhooks that leave."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Said, command, company_option, table
from portico.cli.contacts import operator_of
from portico.cli.credentials import TimeSpan

if TYPE_CHECKING:
    from portico.outbox.webhooks.models import WebhookEndpoint
    from portico.outbox.webhooks.queries import Delivery


def add_to(main: click.Group) -> None:
    main.add_command(webhook)


@click.group()
def webhook() -> None:
    """Outgoing webhooks: addresses that are told what happens, signed as Standard Webhooks says."""


_id = click.argument("id", type=click.IntRange(1))


@command(webhook, "add")
@click.argument("url")
@company_option
@click.option("--event", "kinds", multiple=True, metavar="EVENT", help="Only this one; may be said again.")
@click.option("--description", default="", help="What it is for.")
def add(url: str, slug: str, kinds: tuple[str, ...], description: str) -> Said:
    """Tell an address of what happens; the secret that proves it is shown this once.

    \b
    portico webhook add https://shop.example/hooks --company acme --event contact.created --event order.placed
    """
    from portico.outbox.webhooks.actions import add_endpoint

    made = add_endpoint(operator_of(slug), url=url, kinds=kinds, description=description)
    text = f"Webhook endpoint {made.endpoint.pk} is told from now on.\nSecret: {made.secret}"
    return Said({**_value(made.endpoint), "secret": made.secret}, text)


@command(webhook, "list")
@company_option
def list_(slug: str) -> Said:
    """Show a company's webhook endpoints and how they are.

    \b
    portico webhook list --company acme
    """
    from portico.outbox.webhooks.queries import list_endpoints

    rows = [_value(one) for one in list_endpoints(operator_of(slug))]
    return table(rows, ["id", "url", "state", "events", "description"], empty="There is no webhook endpoint.")


@command(webhook, "rotate")
@_id
@company_option
@click.option("--old-good-for", type=TimeSpan(), default="24h", show_default=True, help="Like 24h or 7d.")
def rotate(id: int, slug: str, old_good_for: timedelta | None) -> Said:
    """Make a new secret; the ones before sign as well for a while.

    \b
    portico webhook rotate 3 --company acme --old-good-for 7d
    """
    from portico.outbox.webhooks.actions import rotate_secret

    if old_good_for is None:
        raise click.UsageError("A secret that was replaced has to end: say a time span such as 24h.")
    made = rotate_secret(operator_of(slug), id, old_good_for=old_good_for)
    return Said({**_value(made.endpoint), "secret": made.secret}, f"Secret: {made.secret}")


@command(webhook, "enable")
@_id
@company_option
def enable(id: int, slug: str) -> Said:
    """Deliver again to an endpoint that was disabled because it failed for days.

    \b
    portico webhook enable 3 --company acme
    """
    from portico.outbox.webhooks.actions import enable_endpoint

    endpoint = enable_endpoint(operator_of(slug), id)
    return Said(_value(endpoint), f"Webhook endpoint {id} is told again from now on.")


@command(webhook, "remove")
@_id
@company_option
def remove(id: int, slug: str) -> Said:
    """Tell an address nothing any more; its log goes too.

    \b
    portico webhook remove 3 --company acme
    """
    from portico.outbox.webhooks.actions import remove_endpoint

    remove_endpoint(operator_of(slug), id)
    return Said({"id": id}, f"Webhook endpoint {id} is gone.")


@command(webhook, "deliveries")
@company_option
@click.option("--endpoint", type=click.IntRange(1), help="Only to this one.")
@click.option("--state", type=click.Choice(["waiting", "delivered", "failed"]), help="Only these.")
@click.option("--last", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many, newest first.")
def deliveries(slug: str, endpoint: int | None, state: str | None, last: int) -> Said:
    """Show what was or is to be delivered, and what the receiver said.

    \b
    portico webhook deliveries --company acme --state failed
    """
    from portico.outbox.webhooks.queries import list_deliveries

    rows = [_delivery(one) for one in list_deliveries(operator_of(slug), endpoint, state=state, limit=last)]
    columns = ["id", "endpoint", "event", "at", "state", "tries", "said"]
    return table(rows, columns, empty="Nothing was delivered yet.")


@command(webhook, "replay")
@click.argument("id", type=click.IntRange(1))
@company_option
@click.option("--failed", is_flag=True, help="ID is an endpoint: all that was given up for it.")
def replay(id: int, slug: str, *, failed: bool) -> Said:
    """Deliver again: one delivery, or all that was given up for an endpoint.

    \b
    portico webhook replay 731 --company acme
    portico webhook replay 3 --failed --company acme
    """
    from portico.outbox.webhooks.actions import replay_delivery, replay_failed

    actor = operator_of(slug)
    if failed:
        count = replay_failed(actor, id)
        return Said({"deliveries": count}, f"{count:,} deliveries are made again.")
    replay_delivery(actor, id)
    return Said({"deliveries": 1}, f"Delivery {id} is made again.")


def _value(endpoint: "WebhookEndpoint") -> dict[str, Any]:
    failing = "failing" if endpoint.failing_since else "good"
    return {
        "id": endpoint.pk,
        "url": endpoint.url,
        "description": endpoint.description,
        "events": endpoint.kinds or ["all"],
        "state": "disabled" if endpoint.disabled_at else failing,
        "failing_since": endpoint.failing_since,
    }


def _delivery(one: "Delivery") -> dict[str, Any]:
    row = one.row
    return {
        "id": row.pk,
        "endpoint": row.endpoint_id,
        "event": row.kind,
        "at": row.at.isoformat(),
        "state": row.state,
        "tries": row.tries,
        "said": one.last_said,
        "next_at": row.next_at.isoformat() if row.state == "waiting" else None,
    }
