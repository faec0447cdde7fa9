from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.identity.actions.passwords import set_own_password
from portico.web.forms import Form, Link, show_form, tried
from portico.web.signing_in.reset import NEW_PASSWORD
from portico.web.visits import Visit, go

_FORM = Form(
    title=lazy("Set a password"),
    text=lazy("All your other sessions end with that."),
    button=lazy("Set it"),
    fields=[NEW_PASSWORD],
    links=[Link("/account", lazy("Leave it as it is"))],
)


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _FORM)


def send(visit: Visit) -> HttpResponse:
    def set_it() -> HttpResponse:
        set_own_password(visit.actor, visit.text("password"))
        return go("/account", done="password")

    return tried(visit, _FORM, set_it)
