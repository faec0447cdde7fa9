from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.identity.actions.sessions import end_session
from portico.web.browsers import forget_session
from portico.web.forms import Form, Link, show_form
from portico.web.visits import Visit, go

_FORM = Form(title=lazy("Sign out?"), button=lazy("Sign out"), links=[Link("/account", lazy("Stay signed in"))])


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _FORM)


def send(visit: Visit) -> HttpResponse:
    """The session is over, wherever its cookie is; the browser stays a known device."""
    end_session(visit.actor, visit.live.facts.id)
    response = go("/sign-in", done="out")
    forget_session(response)
    return response
