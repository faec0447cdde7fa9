"""The authenticator app: set up with a picture or a text, confirmed by its first code."""

import segno
from django.http import HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.identity.actions.authenticator_apps import Seed, begin_app, confirm_app, find_seed, remove_app
from portico.web.account.codes import show_codes
from portico.web.forms import Field, Form, Link, show_form, tried
from portico.web.visits import Visit, go

_BACK = Link("/account", lazy("Back to your account"))
_GROUP = 4  # characters of a seed that are read at once


def show(visit: Visit) -> HttpResponse:
    return show_form(visit, _form(find_seed(visit.actor)))


def begin(visit: Visit) -> HttpResponse:
    begin_app(visit.actor)
    return go("/account/app")


def confirm(visit: Visit) -> HttpResponse:
    form = _form(find_seed(visit.actor))
    return tried(visit, form, lambda: show_codes(visit, confirm_app(visit.actor, visit.text("code"))))


def remove(visit: Visit) -> HttpResponse:
    remove_app(visit.actor)
    return go("/account", done="app-removed")


def _form(seed: Seed | None) -> Form:
    if seed is None:
        return Form(
            title=_("Add an authenticator app"),
            text=_("It shows a new code every half minute, and every sign-in will ask for one. Have the app ready."),
            button=_("Begin"),
            path="/account/app/begin",
            links=[_BACK],
        )
    return Form(
        title=_("Add an authenticator app"),
        text=_("Scan the picture with the app, or type the text under it. Then type the code that the app shows."),
        picture=_picture(seed.uri),
        shown=" ".join(seed.text[at : at + _GROUP] for at in range(0, len(seed.text), _GROUP)),
        button=_("Add it"),
        fields=[
            Field(
                "code", _("Code of the app"), autocomplete="one-time-code", inputmode="numeric", hint=_("Six digits.")
            )
        ],
        links=[_BACK],
    )


def _picture(uri: str) -> SafeString:
    """A QR code as SVG: in the page itself, so that the seed is in no address."""
    return mark_safe(segno.make(uri, error="m").svg_inline(scale=4, title="QR code", omitsize=True))  # noqa: S308 -- made here
