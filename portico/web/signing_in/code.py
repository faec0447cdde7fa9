from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.errors import NotFound, NotSignedIn
from portico.identity.actions.entering import enter_with_code
from portico.web.forms import Field, Form, Link, show_form, tried
from portico.web.signing_in.steps import asked, go_on
from portico.web.visits import Visit, go


def show(visit: Visit) -> HttpResponse:
    if not asked(visit)[0]:
        return go("/sign-in", next=visit.next)
    return show_form(visit, _form(visit))


def send(visit: Visit) -> HttpResponse:
    public_id, _ = asked(visit)
    try:
        return tried(visit, _form(visit), lambda: _enter(visit, public_id))
    except (NotFound, NotSignedIn):
        return go("/sign-in", next=visit.next)


def _enter(visit: Visit, public_id: str) -> HttpResponse:
    code = "".join(visit.text("verification_code").split())
    return go_on(visit, enter_with_code(visit.actor, public_id=public_id, code=code), wanted=visit.next)


def _form(visit: Visit) -> Form:
    return Form(
        title=_("Look into your mail"),
        text=_(
            "If somebody with this address may sign in, a mail with a code and a link is on its way. Either will do."
        ),
        button=_("Sign in"),
        fields=[
            # What a wrong code is called by the core, whose first caller was another wire.
            Field(
                "verification_code", _("Code"), autocomplete="one-time-code", inputmode="numeric", hint=_("Six digits.")
            )
        ],
        links=[Link(visit.onward("/sign-in"), _("Send another mail"))],
    )
