"""Once more: who changes a sign-in has proved shortly before who it is."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.identity.actions.passkeys import passkey_to_prove
from portico.identity.actions.proving import (
    Proof,
    mail_proof,
    proof_wanted,
    prove_by_mail,
    prove_by_passkey,
    prove_by_secret,
)
from portico.web.forms import Field, Form, Link, Passkey, show_form, tried
from portico.web.signing_in.steps import asked, keep_asked, lead_to
from portico.web.visits import Visit, go

_FIELDS = {
    Proof.FACTOR: Field(
        "code",
        lazy("Code of your app"),
        autocomplete="one-time-code",
        hint=lazy("Six digits. A recovery code will do too, once."),
    ),
    Proof.PASSWORD: Field("code", lazy("Your password"), "password", "current-password"),
    Proof.CODE: Field(
        "verification_code", lazy("Code"), autocomplete="one-time-code", inputmode="numeric", hint=lazy("Six digits.")
    ),
}


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _form(visit))


def send(visit: Visit) -> HttpResponse:
    return _prove(visit, lambda: _by_what_was_typed(visit))


def send_passkey(visit: Visit) -> HttpResponse:
    return _prove(visit, lambda: prove_by_passkey(visit.actor, visit.text("answer")))


def send_mail(visit: Visit) -> HttpResponse:
    def mail() -> HttpResponse:
        challenge = mail_proof(visit.actor)
        return keep_asked(visit, go("/account/prove", next=visit.next, done="mail"), challenge.public_id)

    return tried(visit, _form(visit), mail)


def _prove(visit: Visit, prove: Callable[[], None]) -> HttpResponse:
    def on() -> HttpResponse:
        prove()
        return lead_to(visit, visit.next or "/account")

    return tried(visit, _form(visit), on)


def _by_what_was_typed(visit: Visit) -> None:
    if visit.text("verification_code"):
        public_id, _ = asked(visit)
        return prove_by_mail(visit.actor, public_id=public_id, code="".join(visit.text("verification_code").split()))
    return prove_by_secret(visit.actor, visit.text("code"))


def _form(visit: Visit) -> Form:
    wanted = proof_wanted(visit.actor)
    leave = Link("/account", _("Back to your account"))
    if wanted is Proof.CODE and (visit.done == "again" or not asked(visit)[0]):
        return Form(
            title=_("Is it you?"),
            text=_("Before your sign-in changes, we mail you a code."),
            button=_("Send me a code"),
            path=visit.onward("/account/prove/mail"),
            links=[leave],
        )
    again = Link(visit.onward("/account/prove", done="again"), _("Send another mail"))
    options = passkey_to_prove(visit.actor.user_id or 0)
    return Form(
        title=_("Is it you?"),
        text=_("Before your sign-in changes, prove once more who you are."),
        button=_("Go on"),
        path=visit.onward("/account/prove"),
        fields=[_FIELDS[wanted]],
        passkey=Passkey(_("Use a passkey"), options, path=visit.onward("/account/prove/passkey")) if options else None,
        links=[again, leave] if wanted is Proof.CODE else [leave],
    )
