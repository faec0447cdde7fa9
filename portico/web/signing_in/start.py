"""The first page: an address, and three ways to go on."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.errors import Invalid
from portico.identity.actions.passkeys import passkey_to_sign_in
from portico.identity.actions.signing_in import send_passcode
from portico.web.browsers import find_any_session, find_session
from portico.web.forms import Field, Form, Link, Passkey, show_form, tried
from portico.web.signing_in.steps import keep_asked
from portico.web.texts import Text
from portico.web.visits import Visit, go

_SAID: dict[str, Text] = {"out": lazy("You are signed out.")}


def show(visit: Visit) -> HttpResponse:
    if find_session(visit.request):
        return go(visit.next or "/account")
    if find_any_session(visit.request):
        return go("/account/set-up")
    return show_form(visit, _form(visit), said=_SAID.get(visit.done, ""))


def send(visit: Visit) -> HttpResponse:
    """Mail a code and a link, and ask for the code; for an address of nobody the same."""

    def mail() -> HttpResponse:
        challenge = send_passcode(visit.actor, email=visit.text("email"))
        return keep_asked(visit, go("/sign-in/code", next=visit.next), challenge.public_id)

    return tried(visit, _form(visit), mail)


def _form(visit: Visit) -> Form:
    return Form(
        title=_("Sign in"),
        button=_("Send me a code"),
        fields=[Field("email", _("E-mail address"), "email", "username webauthn", is_kept=True, inputmode="email")],
        passkey=Passkey(_("Use a passkey"), passkey_to_sign_in(), path=visit.onward("/sign-in/passkey")),
        links=[Link(visit.onward("/sign-in/password"), _("Use a password"))],
    )


def show_again(visit: Visit, no: Invalid) -> HttpResponse:
    return show_form(visit, _form(visit), no)
