"""/m/COMPANY/password: where a company's contacts, who sign in at its sites, get a new password by mail.

Other sites may link to it as to their own "forgotten password". It looks like the company's other public pages.
"""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.companies.models import Company
from portico.companies.queries import find_active_company
from portico.contacts.actions.password_links import (
    ask_for_password_link,
    check_password_link,
    password_page,
    set_password_with_link,
)
from portico.errors import Busy, Gone, Invalid, NotFound, Refusal, TooMany
from portico.web.errors import STATUSES
from portico.web.forms import Field, Form, Link, alert_of, filled
from portico.web.pages import page
from portico.web.public import look_of, picture_sources
from portico.web.visits import Visit, go

_ASK = Form(
    title=lazy("A new password"),
    text=lazy("We mail you a link with which you set a new password."),
    button=lazy("Send me a link"),
    fields=[Field("email", lazy("E-mail address"), "email", "username", is_kept=True, inputmode="email")],
)
_MAILED = Form(
    title=lazy("Look into your mail"),
    text=lazy(
        "If somebody with this address signs in with a password, a mail with a link is on its way. The link is good for"
        " one hour."
    ),
)
_SET = Form(
    title=lazy("Set a new password"),
    button=lazy("Set it"),
    fields=[
        Field(
            "password",
            lazy("New password"),
            "password",
            "new-password",
            hint=lazy("At least 15 characters. Four or five words of your own are best."),
        )
    ],
)
_DONE = Form(
    title=lazy("Your new password is set"),
    text=lazy("Sign in with it from now on. You can close this page."),
)
_AFTER = {"mail": _MAILED, "password": _DONE}


def show_ask(visit: Visit, company: str) -> HttpResponse:
    return _show(visit, _company(company), _AFTER.get(visit.done, _ASK))


def ask(visit: Visit, company: str) -> HttpResponse:
    there = _company(company)

    def mail() -> HttpResponse:
        ask_for_password_link(visit.actor, there, email=visit.text("email"))
        return go(_path(there), done="mail")

    return _tried(visit, there, _ASK, mail)


def show(visit: Visit, company: str, link: str) -> HttpResponse:
    there = _company(company)
    try:
        check_password_link(there, link)
    except Gone as no:
        return _show(visit, there, _over(there), no)
    return _show(visit, there, _SET)


def send(visit: Visit, company: str, link: str) -> HttpResponse:
    there = _company(company)

    def set_it() -> HttpResponse:
        set_password_with_link(visit.actor, there, link, password=visit.text("password"))
        return go(_path(there), done="password")

    try:
        return _tried(visit, there, _SET, set_it)
    except Gone as no:
        return _show(visit, there, _over(there), no)


def _company(slug: str) -> Company:
    found = find_active_company(slug)
    if found is None:
        raise NotFound("page")
    return found


def _path(company: Company) -> str:
    return f"/m/{company.slug}/password"


def _over(company: Company) -> Form:
    """One page for a link that is unknown, used or too old."""
    return Form(
        title=_("This link cannot be used"),
        text=_(
            "A link to a new password works once, and not for long. If you had no password before, ask %(company)s for"
            " another one."
        )
        % {"company": company.name},
        links=[Link(_path(company), _("Ask for a new one"))],
    )


def _tried(visit: Visit, company: Company, form: Form, act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return act()
    except (Invalid, TooMany, Busy) as no:
        return _show(visit, company, form, no)


def _show(visit: Visit, company: Company, form: Form, no: Refusal | None = None) -> HttpResponse:
    look = look_of(company.color, company.logo_url)
    response = page(
        visit.request,
        "public_form.html",
        status=STATUSES[type(no)] if no else 200,
        form_action="'self'",
        media=picture_sources(look["logo"]),
        form=replace(form, fields=filled(visit, form.fields, no)),
        alert="" if isinstance(no, Gone) else alert_of(form.fields, no),
        company=company.name,
        address=password_page(company),
        **look,
    )
    if isinstance(no, TooMany | Busy):
        response["Retry-After"] = str(no.retry_after)
    return response
