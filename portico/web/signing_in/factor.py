"""The second step, for who has a second factor."""

from collections.abc import Callable

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.errors import NotSignedIn
from portico.identity.actions.entering import Entered, finish_with_code, finish_with_passkey, user_id_halfway
from portico.identity.actions.passkeys import passkey_to_prove
from portico.web.forms import Field, Form, Link, Passkey, show_form, tried
from portico.web.signing_in.steps import go_on, half_token
from portico.web.visits import Visit, go


def show(visit: Visit) -> HttpResponse:
    try:
        return show_form(visit, _form(visit))
    except NotSignedIn:
        return go("/sign-in", next=visit.next)


def send(visit: Visit) -> HttpResponse:
    return _finish(visit, lambda: finish_with_code(visit.actor, half_token(visit), code=visit.text("code")))


def send_passkey(visit: Visit) -> HttpResponse:
    return _finish(visit, lambda: finish_with_passkey(visit.actor, half_token(visit), answer=visit.text("answer")))


def _finish(visit: Visit, finish: Callable[[], Entered]) -> HttpResponse:
    """In; or the page again; or back to the start where the first step is over."""
    try:
        return tried(visit, _form(visit), lambda: go_on(visit, finish(), wanted=visit.next))
    except NotSignedIn:
        return go("/sign-in", next=visit.next)


def _form(visit: Visit) -> Form:
    options = passkey_to_prove(user_id_halfway(half_token(visit)))
    return Form(
        title=_("One more step"),
        text=_("Your sign-in asks for a second factor."),
        button=_("Sign in"),
        fields=[
            Field(
                "code",
                _("Code of your app"),
                autocomplete="one-time-code",
                hint=_("Six digits. A recovery code will do too, once."),
            )
        ],
        passkey=Passkey(_("Use a passkey"), options, path=visit.onward("/sign-in/factor/passkey")) if options else None,
        links=[Link(visit.onward("/sign-in"), _("Start again"))],
    )
