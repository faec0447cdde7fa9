"""A new password by mail."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.errors import Gone
from portico.identity.actions.resets import ask_for_reset, check_reset, reset_password
from portico.web.forms import Field, Form, Link, show_form, tried
from portico.web.pages import page
from portico.web.visits import Visit, go

_ASK = Form(
    title=lazy("A new password"),
    text=lazy("We mail you a link with which you set a new password."),
    button=lazy("Send me a link"),
    fields=[Field("email", lazy("E-mail address"), "email", "username", is_kept=True, inputmode="email")],
    links=[Link("/sign-in", lazy("Back to signing in"))],
)
_SENT = Form(
    title=lazy("Look into your mail"),
    text=lazy(
        "If somebody with this address may sign in, a mail with a link is on its way. The link is good for one hour."
    ),
    links=[Link("/sign-in", lazy("Back to signing in"))],
)
NEW_PASSWORD = Field(
    "password",
    lazy("New password"),
    "password",
    "new-password",
    hint=lazy("At least 15 characters, or 8 with a second factor. Four or five words of your own are best."),
)
_SET = Form(title=lazy("Set a new password"), button=lazy("Set it"), fields=[NEW_PASSWORD])


def show_ask(visit: Visit) -> HttpResponse:
    return show_form(visit, _SENT if visit.done else _ASK)


def ask(visit: Visit) -> HttpResponse:
    def mail() -> HttpResponse:
        ask_for_reset(visit.actor, email=visit.text("email"))
        return go("/forgot", done="mail")

    return tried(visit, _ASK, mail)


def show(visit: Visit, link: str) -> HttpResponse:
    try:
        check_reset(link)
    except Gone:
        return _over(visit)
    return show_form(visit, _SET)


def send(visit: Visit, link: str) -> HttpResponse:
    def set_it() -> HttpResponse:
        try:
            reset_password(visit.actor, link, password=visit.text("password"))
        except Gone:
            return _over(visit)
        return go("/sign-in/password", done="reset")

    return tried(visit, _SET, set_it)


def _over(visit: Visit) -> HttpResponse:
    """One page for a link that is unknown, used or too old."""
    return page(visit.request, "reset_over.html", status=410)
