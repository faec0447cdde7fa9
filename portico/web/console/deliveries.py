"""One delivery to a webhook: what it told, each try and what the receiver said, and once more."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.errors import NotFound
from portico.outbox.models import WebhookAttempt, WebhookDelivery
from portico.outbox.webhooks.actions import replay_delivery
from portico.outbox.webhooks.queries import Delivery, get_delivery
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.webhooks import DELIVERIES, PATH, above, short, state_names
from portico.web.core_texts import from_core
from portico.web.figures import second
from portico.web.visits import Visit, go


def show(visit: Visit, id: int) -> HttpResponse:
    one = get_delivery(visit.actor, id)
    row = one.row
    is_waiting = row.state == WebhookDelivery.State.WAITING
    return show_screen(
        visit,
        "delivery.html",
        title=row.kind,
        crumbs=(*above(), Crumb(f"{PATH}/{row.endpoint_id}", short(row.endpoint))),
        said=_("It is delivered again.") if visit.done else "",
        # It goes out in a moment, and then this screen says what came of it.
        is_moving=is_waiting and not row.tries and row.endpoint.disabled_at is None,
        facts=_facts(one),
        attempts=[(second(tried.at), _said(tried), tried.milliseconds) for tried in one.attempts],
    )


def _facts(one: Delivery) -> list[tuple[str, object]]:
    row = one.row
    facts: list[tuple[str, object]] = [
        (_("It is"), state_names()[row.state]),
        (_("Happened (UTC)"), second(row.at)),
        (_("Message"), f"msg_{row.number.hex}"),
        (_("Tries"), row.tries),
    ]
    if row.state == WebhookDelivery.State.WAITING and row.tries:
        facts.append((_("Next try (UTC)"), second(row.next_at)))
    return facts


def _said(tried: WebhookAttempt) -> str:
    return _("It answered %(status)s.") % {"status": tried.status} if tried.status else from_core(tried.failure)


def press(visit: Visit, id: int) -> HttpResponse:
    """Deliver it again, however it went before."""
    get_delivery(visit.actor, id)
    if visit.text("press") != "replay":
        raise NotFound("press")
    replay_delivery(visit.actor, id)
    return go(f"{DELIVERIES}/{id}", done="replayed")
