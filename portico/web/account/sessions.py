"""One's own sessions and known devices: named, ended, forgotten."""

from django.http import HttpResponse

from portico.identity.actions import devices, sessions
from portico.web.browsers import forget_session
from portico.web.visits import Visit, go


def name(visit: Visit, id: int) -> HttpResponse:
    sessions.name_session(visit.actor, id, visit.text("name"))
    return go("/account", done="session-named")


def end(visit: Visit, id: int) -> HttpResponse:
    sessions.end_session(visit.actor, id)
    if id != visit.live.facts.id:
        return go("/account", done="session-ended")
    response = go("/sign-in", done="out")
    forget_session(response)
    return response


def end_others(visit: Visit) -> HttpResponse:
    sessions.end_other_sessions(visit.actor)
    return go("/account", done="others-ended")


def forget_device(visit: Visit, id: int) -> HttpResponse:
    devices.forget_device(visit.actor, id)
    return go("/account", done="device-forgotten")
