"""Who one is here, and all that belongs to one's sign-in."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.identity.actions.entering import enter_company
from portico.identity.actions.sessions import usable_memberships
from portico.identity.models import KnownDevice, Session
from portico.identity.queries.devices import list_devices
from portico.identity.queries.factors import find_factors
from portico.identity.queries.sessions import get_own_membership, list_sessions
from portico.web.browsers import keep_session
from portico.web.pages import page
from portico.web.software import software
from portico.web.texts import Text
from portico.web.visits import Visit, go

# What was done, by the name that the page's address carries.
_SAID: dict[str, Text] = {
    "link": lazy(
        "You are signed in here. If an app asked for the mail and still wants a code, have it send a new one."
    ),
    "password": lazy("Your password is changed. All other sessions are ended."),
    "factor-added": lazy("Your second factor is set up. All other sessions are ended."),
    "app-removed": lazy("The authenticator app is removed."),
    "passkey-removed": lazy("The passkey is removed."),
    "session-named": lazy("The session has its name."),
    "session-ended": lazy("The session is ended."),
    "others-ended": lazy("All other sessions are ended."),
    "device-forgotten": lazy("The device is forgotten."),
    "company": lazy("You are in another company now."),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    row: Session | KnownDevice
    software: str


def show(visit: Visit) -> HttpResponse:
    user_id = visit.actor.user_id or 0
    return page(
        visit.request,
        "account.html",
        form_action="'self'",
        membership=get_own_membership(visit.actor),
        companies=usable_memberships(user_id),
        factors=find_factors(user_id),
        sessions=[_Shown(one, software(one.agent)) for one in list_sessions(visit.actor)],
        devices=[_Shown(one, software(one.label)) for one in list_devices(user_id)],
        here=visit.live.facts.id,
        said=_SAID.get(visit.done, ""),
    )


def set_up(visit: Visit) -> HttpResponse:
    """For who has to set up a second factor before anything else."""
    return page(visit.request, "set_up.html", membership=get_own_membership(visit.actor))


def switch(visit: Visit) -> HttpResponse:
    chosen = visit.number("company")
    token = enter_company(visit.actor, company_id=chosen)
    response = go(visit.next) if visit.next else go("/account", done="company")
    keep_session(visit.request, response, token)
    return response
