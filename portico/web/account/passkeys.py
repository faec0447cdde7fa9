"""Passkeys, and the recovery codes that stand in for a lost one."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.identity.actions.passkeys import add_passkey, passkey_to_add, remove_passkey
from portico.identity.actions.recovery_codes import renew_recovery_codes
from portico.web.account.codes import show_codes
from portico.web.forms import Field, Form, Link, Passkey, show_form, tried
from portico.web.visits import Visit, go


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _form(visit))


def add(visit: Visit) -> HttpResponse:
    def keep() -> HttpResponse:
        codes = add_passkey(visit.actor, name=visit.text("name"), answer=visit.text("answer"))
        return show_codes(visit, codes)

    return tried(visit, _form(visit), keep)


def remove(visit: Visit, id: int) -> HttpResponse:
    remove_passkey(visit.actor, id)
    return go("/account", done="passkey-removed")


def renew_codes(visit: Visit) -> HttpResponse:
    return show_codes(visit, renew_recovery_codes(visit.actor))


def _form(visit: Visit) -> Form:
    return Form(
        title=_("Add a passkey"),
        text=_("Your phone, your computer or a security key keeps it. With it you sign in without code and password."),
        fields=[
            Field("name", _("Name"), hint=_("By which you tell it from others, such as “my phone”."), is_kept=True)
        ],
        passkey=Passkey(_("Add it"), passkey_to_add(visit.actor), does="create"),
        links=[Link("/account", _("Back to your account"))],
    )
