"""Settings → Webhooks: addresses of other programs that are told what happens, and how they took it."""

from datetime import timedelta

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.errors import Conflict, Invalid, NotFound, Refusal
from portico.outbox.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.actions import (
    KEPT_FOR,
    NewSecret,
    add_endpoint,
    enable_endpoint,
    remove_endpoint,
    replay_failed,
    rotate_secret,
)
from portico.outbox.webhooks.kinds import KINDS
from portico.outbox.webhooks.queries import Delivery, get_endpoint, list_deliveries, list_endpoints
from portico.outbox.webhooks.trying import send_test
from portico.web.console.deletions import Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, show_list
from portico.web.console.shown_once import Secret, ShownOnce, show_once
from portico.web.console.uses import Times, chosen_time, time_field
from portico.web.console.webhook_examples import for_webhooks
from portico.web.figures import day, moment, second
from portico.web.forms import Choice, Field, Link, alert_of
from portico.web.visits import Visit, go

PATH = "/settings/webhooks"
DELIVERIES = "/settings/deliveries"
_PER_PAGE = 50
_SHORT = 60  # characters of an address that name it in a heading


def above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Webhooks")),)


def show(visit: Visit) -> HttpResponse:
    listing = Listing(
        title=_("Webhooks"),
        text=_("Addresses of other programs that are told what happens here, each time it happens."),
        columns=(
            Column(_("Address"), short),
            Column(_("What for"), lambda row: row.description),
            Column(_("Is told of"), told_of),
            Column(_("Is"), state_of),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("No address yet. Add the one that another program gives you for webhooks."),
        add=Link(f"{PATH}/add", _("Add webhook")),
    )
    said = _("The address is told nothing any more.") if visit.done == "deleted" else ""
    return show_list(visit, listing, list_endpoints(visit.actor), said=said)


def told_of(row: WebhookEndpoint) -> str:
    return ", ".join(row.kinds) or _("everything")


def state_of(row: WebhookEndpoint) -> str:
    if row.disabled_at:
        return _("disabled since %(day)s: it failed for days") % {"day": day(row.disabled_at)}
    if row.failing_since:
        return _("failing since %(time)s UTC") % {"time": moment(row.failing_since)}
    return _("good")


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        kinds = [] if visit.text("all") == "yes" else visit.request.POST.getlist("kinds")
        if not kinds and visit.text("all") != "yes":
            raise Invalid.one("kinds", "required", _("Choose of what it is told, or of everything."))
        made = add_endpoint(
            visit.actor, url=visit.text("url").strip(), kinds=kinds, description=visit.text("description").strip()
        )
        return _made(visit, made, _("The webhook %(url)s"))

    return tried(visit, _new(), act)


def _new() -> Sheet:
    everything = (
        Choice("yes", _("Of everything"), _("Also of what comes with later versions.")),
        Choice("no", _("Only of these:"), is_chosen=True),
    )
    return Sheet(
        title=_("Add webhook"),
        button=_("Add"),
        text=_("Its secret is shown next, once: with it the other program knows that a message is from here."),
        back=PATH,
        crumbs=above(),
        fields=(
            Field("url", _("Address"), kind="url", hint=_("It begins with https://.")),
            Field("description", _("What for"), is_required=False, hint=_("Such as the program's name.")),
            Field("all", _("It is told"), kind="radio", choices=everything),
            Field(
                "kinds",
                _("Events"),
                kind="checkboxes",
                choices=[Choice(kind, kind) for kind in KINDS],
                is_required=False,
            ),
        ),
    )


def _made(visit: Visit, made: NewSecret, title: str) -> HttpResponse:
    return show_once(
        visit,
        ShownOnce(
            title=title % {"url": short(made.endpoint)},
            text=_("Save the secret now. It is never shown again."),
            secrets=(Secret(_("Secret"), made.secret),),
            file_name="webhook.env",
            file=f"PORTICO_WEBHOOK_SECRET={made.secret}\n",
            examples=for_webhooks(),
            back=f"{PATH}/{made.endpoint.pk}",
            crumbs=above(),
        ),
    )


def short(row: WebhookEndpoint) -> str:
    """Its address, cut where it is too long for a heading."""
    return row.url if len(row.url) <= _SHORT else f"{row.url[:_SHORT]}…"


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, get_endpoint(visit.actor, id))


def _shown(visit: Visit, row: WebhookEndpoint, no: Refusal | None = None) -> HttpResponse:
    state, before = visit.asked("state"), visit.number_asked("before") or None
    wanted = state if state in WebhookDelivery.State.values else ""
    found = list_deliveries(visit.actor, row.pk, state=wanted or None, before=before, limit=_PER_PAGE + 1)
    said = {
        "enabled": _("It is told again from now on, also of what waited."),
        "replayed": _("What was given up is delivered again."),
    }
    return show_screen(
        visit,
        "webhook.html",
        title=short(row),
        crumbs=above(),
        no=no,
        alert=alert_of((), no),
        said=said.get(visit.done, ""),
        endpoint=row,
        path=f"{PATH}/{row.pk}",
        facts=(
            (_("Address"), row.url),
            (_("What for"), row.description or _("nothing said")),
            (_("Is told of"), told_of(row)),
            (_("It is"), state_of(row)),
            (_("Added (UTC)"), moment(row.created_at)),
        ),
        states=_states(wanted),
        wanted=wanted,
        kept=_("Newest first, kept for %(days)d days after they ended.") % {"days": KEPT_FOR.days},
        deliveries=[_line(one) for one in found[:_PER_PAGE]],
        after=_after(wanted, found) if len(found) > _PER_PAGE else "",
    )


def _states(wanted: str) -> Field:
    known = {"": _("Any"), **state_names()}
    choices = [Choice(value, text, is_chosen=value == wanted) for value, text in known.items()]
    return Field("state", _("Is"), kind="select", choices=choices, is_required=False, is_plain=True)


def state_names() -> dict[str, str]:
    return {"waiting": _("waiting"), "delivered": _("delivered"), "failed": _("given up")}


def _after(wanted: str, found: list[Delivery]) -> str:
    return f"?{f'state={wanted}&' if wanted else ''}before={found[_PER_PAGE - 1].row.pk}"


def _line(one: Delivery) -> tuple[object, ...]:
    row = one.row
    return row.pk, row.kind, second(row.at), state_names()[row.state], row.tries, one.last_said


def press(visit: Visit, id: int) -> HttpResponse:
    """Try it, enable it, or deliver again what was given up: which of the buttons was pressed says so."""
    row = get_endpoint(visit.actor, id)
    pressed = visit.text("press")
    try:
        if pressed == "test":
            return go(f"{DELIVERIES}/{send_test(visit.actor, id)}")
        if pressed == "enable":
            enable_endpoint(visit.actor, id)
            return go(f"{PATH}/{id}", done="enabled")
        if pressed == "replay":
            replay_failed(visit.actor, id)
            return go(f"{PATH}/{id}", done="replayed")
    except Conflict as no:
        return _shown(visit, row, no)
    raise NotFound("press")


def show_rotate(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _rotation(get_endpoint(visit.actor, id)))


def rotate(visit: Visit, id: int) -> HttpResponse:
    row = get_endpoint(visit.actor, id)

    def act() -> HttpResponse:
        grace = chosen_time(visit, "grace", _graces()) or timedelta()
        return _made(visit, rotate_secret(visit.actor, id, old_good_for=grace), _("A new secret for %(url)s"))

    return tried(visit, _rotation(row), act)


def _graces() -> Times:
    return {
        "day": (_("For a day, so that nothing is refused while it is changed"), timedelta(days=1)),
        "week": (_("For a week"), timedelta(days=7)),
        "none": (_("Not at all: it ends now"), timedelta()),
    }


def _rotation(row: WebhookEndpoint) -> Sheet:
    return Sheet(
        title=_("A new secret for %(url)s") % {"url": short(row)},
        button=_("Make a new secret"),
        text=_("Messages are signed with the new secret from now on, and with the old one for as long as you say."),
        back=f"{PATH}/{row.pk}",
        crumbs=_at(row),
        fields=(time_field("grace", _("The old secret signs too"), _graces()),),
    )


def _at(row: WebhookEndpoint) -> tuple[Crumb, ...]:
    return (*above(), Crumb(f"{PATH}/{row.pk}", short(row)))


def _delete(visit: Visit, row: WebhookEndpoint) -> HttpResponse:
    remove_endpoint(visit.actor, row.pk)
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_endpoint(visit.actor, key),
    at=_at,
    typed=lambda row: row.url.partition("://")[2].partition("/")[0].partition("?")[0],
    lost=lambda *_one: _("It is told nothing any more, and its log goes. This cannot be undone."),
    delete=_delete,
).screens
