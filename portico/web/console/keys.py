"""Settings → Rest API: the API keys of managers."""

from base64 import b64encode
from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.errors import Invalid, NotFound
from portico.identity.actions.credentials import NewKey, add_key, revoke_key, rotate_key
from portico.identity.models import ApiKey
from portico.identity.queries.managers import list_managers
from portico.identity.queries.people import list_keys
from portico.identity.queries.use import list_uses
from portico.web.console.deletions import REVOKE, Deletion
from portico.web.console.examples import for_contacts
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, show_list
from portico.web.console.rights import rights
from portico.web.console.shown_once import Secret, ShownOnce, TryIt, show_once
from portico.web.console.uses import (
    ENDS,
    LIMIT,
    NETWORKS,
    Times,
    chosen_time,
    end_of,
    last_use_of,
    rules,
    show_credential,
    time_field,
)
from portico.web.forms import Choice, Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit, go

PATH = "/settings/rest-api"
_MOST_MANAGERS = 500
_ABOVE = (Crumb(PATH, "Rest API"),)
_SAID: dict[str, Text] = {"revoked": lazy("The key is revoked: it answers nothing any more.")}
_GRACES: Times = {
    "day": (lazy("For a day, so that nothing fails while it is changed"), timedelta(days=1)),
    "week": (lazy("For a week"), timedelta(days=7)),
    "none": (lazy("Not at all: it ends now"), timedelta()),
}


def show(visit: Visit) -> HttpResponse:
    listing = Listing(
        title="Rest API",
        text=_("Keys with which integrations call FluentCRM's REST API and Portico's own."),
        columns=(
            Column(_("Key"), lambda row: row.name),
            Column(_("Manager"), lambda row: row.membership.user.email),
            Column(_("Ends"), end_of),
            Column(_("Last used"), last_use_of),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("No key yet. A key belongs to a manager and may what the manager may."),
        add=Link(f"{PATH}/add", "Create New API Key"),
        links=(Link("/docs/fluentcrm", _("What the API answers")),),
    )
    return show_list(visit, listing, list_keys(visit.actor), said=_SAID.get(visit.done, ""))


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit))


def add(visit: Visit) -> HttpResponse:
    sheet = _new(visit)

    def act() -> HttpResponse:
        if not visit.text("manager"):
            raise Invalid.one("manager", "required", _("Choose the manager whose key this is."))
        made = add_key(
            visit.actor,
            email=visit.text("manager"),
            name=visit.text("name"),
            expires_in=chosen_time(visit, "ends", ENDS),
            **rules(visit),
        )
        return _made(visit, made)

    return tried(visit, sheet, act)


def _new(visit: Visit) -> Sheet:
    managers = list_managers(visit.actor, first=0, count=_MOST_MANAGERS).rows
    people = [Choice(one.user.email, f"{one.user.full_name or one.user.email} ({one.user.email})") for one in managers]
    return Sheet(
        title="Create New API Key",
        button="Generate Key",
        text="" if people else _("There is no manager yet: add one under Managers first, a key belongs to it."),
        back=PATH,
        crumbs=_ABOVE,
        fields=(
            Field("manager", _("Manager"), kind="select", choices=people),
            Field("name", _("Name of the key"), hint=_("What uses it, such as Zapier.")),
            time_field("ends", _("It ends"), ENDS),
            NETWORKS,
            LIMIT,
        ),
        links=() if people else (Link("/settings/managers/add", "Add New Manager"),),
    )


def _made(visit: Visit, made: NewKey) -> HttpResponse:
    basic = b64encode(f"{made.username}:{made.password}".encode()).decode()
    return show_once(
        visit,
        ShownOnce(
            title=_("API key %(name)s") % {"name": made.key.name},
            text=_("Save the user name and the password now. The password is never shown again."),
            secrets=(Secret("Username", made.username), Secret("Application Password", made.password)),
            file_name="portico.env",
            file=f"PORTICO_URL={settings.PUBLIC_URL}\nPORTICO_USERNAME={made.username}\nPORTICO_PASSWORD={made.password}\n",
            examples=for_contacts(settings.PUBLIC_URL, made.username, made.password),
            back=f"{PATH}/{made.key.pk}",
            crumbs=_ABOVE,
            try_it=TryIt("/wp-json/fluent-crm/v2/subscribers?per_page=2", f"Basic {basic}"),
        ),
    )


def show_one(visit: Visit, id: int) -> HttpResponse:
    key = _get(visit, id)
    days = list_uses(visit.actor, kind="key", id=id)
    facts = (
        (_("Manager"), key.membership.user.email),
        ("Username", key.membership.api_username),
        (_("What it may do"), rights(key.permissions) if key.permissions is not None else _("what its manager may")),
    )
    links = (Link(f"{PATH}/{id}/rotate", _("Rotate")), Link(f"{PATH}/{id}/revoke", _("Revoke")))
    return show_credential(visit, key, facts, days, crumbs=_ABOVE, links=links)


def _get(visit: Visit, id: int) -> ApiKey:
    key = list_keys(visit.actor).filter(pk=id).first()
    if key is None:
        raise NotFound("key")
    return key


def show_rotate(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _rotation(_get(visit, id)))


def rotate(visit: Visit, id: int) -> HttpResponse:
    sheet = _rotation(_get(visit, id))

    def act() -> HttpResponse:
        grace = chosen_time(visit, "grace", _GRACES) or timedelta()
        return _made(visit, rotate_key(visit.actor, id, grace=grace, expires_in=chosen_time(visit, "ends", ENDS)))

    return tried(visit, sheet, act)


def _rotation(key: ApiKey) -> Sheet:
    return Sheet(
        title=_("Rotate %(name)s") % {"name": key.name},
        button="Generate Key",
        text=_("The key gets a new password; user name and permissions stay."),
        back=f"{PATH}/{key.pk}",
        crumbs=_at(key),
        fields=(
            time_field("grace", _("The old password is good"), _GRACES),
            time_field("ends", _("The new one ends"), ENDS),
        ),
    )


def _at(key: ApiKey) -> tuple[Crumb, ...]:
    return (*_ABOVE, Crumb(f"{PATH}/{key.pk}", key.name))


def _revoke(visit: Visit, key: ApiKey) -> HttpResponse:
    revoke_key(visit.actor, key.pk)
    return go(PATH, done="revoked")


show_revoke, revoke = Deletion(
    get=_get,
    at=_at,
    lost=lambda *_one: _("Whatever uses this key is refused from now on. This cannot be undone."),
    delete=_revoke,
    words=REVOKE,
).screens
