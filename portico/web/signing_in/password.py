from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.identity.actions.entering import enter_with_password
from portico.web.forms import Field, Form, Link, show_form, tried
from portico.web.signing_in.steps import go_on
from portico.web.texts import Text
from portico.web.visits import Visit

_SAID: dict[str, Text] = {"reset": lazy("Your new password is set. Sign in with it.")}


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _form(visit), said=_SAID.get(visit.done, ""))


def send(visit: Visit) -> HttpResponse:
    def enter() -> HttpResponse:
        email, password = visit.text("email"), visit.text("password")
        return go_on(visit, enter_with_password(visit.actor, email=email, password=password), wanted=visit.next)

    return tried(visit, _form(visit), enter)


def _form(visit: Visit) -> Form:
    return Form(
        title=_("Sign in with a password"),
        button=_("Sign in"),
        fields=[
            Field("email", _("E-mail address"), "email", "username", is_kept=True, inputmode="email"),
            Field("password", _("Password"), "password", "current-password"),
        ],
        links=[Link("/forgot", _("I forgot it")), Link(visit.onward("/sign-in"), _("Send me a code instead"))],
    )
