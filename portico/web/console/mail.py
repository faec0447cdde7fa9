"""Settings → Mail: whether it leaves, what has left, and a mail to try it."""

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.outbox.actions import send_mail
from portico.outbox.queries import list_latest_company_mail
from portico.web.console.lists import Column, Listing, show_list
from portico.web.figures import moment
from portico.web.visits import Visit, go
from portico.web.words import word

PATH = "/settings/mail"
_SHOWN = 50


def show(visit: Visit) -> HttpResponse:
    state = (
        _(
            "Mail leaves through the server that PORTICO_EMAIL_URL names. Texts are not shown: they may hold codes to"
            " sign in with."
        )
        if settings.EMAIL_URL
        else _(
            "Mail is only captured here: nothing leaves until PORTICO_EMAIL_URL is set. Read it with: portico outbox."
            " Texts are not shown: they may hold codes to sign in with."
        )
    )
    listing = Listing(
        title=_("Mail"),
        text=state,
        columns=(
            Column(_("To"), lambda row: row.to),
            Column(_("Subject"), lambda row: row.subject),
            Column(_("When (UTC)"), lambda row: moment(row.created_at)),
            Column(_("Is"), lambda row: f"{word(row.state)} {row.failure}".strip()),
        ),
        path=lambda _: "",
        empty=_("No mail yet."),
        press=_("Send a test mail to %(name)s") % {"name": visit.actor.name},
    )
    said = _("The test mail is on its way.") if visit.done else ""
    return show_list(visit, listing, list_latest_company_mail(visit.actor.company_id, last=_SHOWN), said=said)


def send_test(visit: Visit) -> HttpResponse:
    send_mail(
        to=visit.actor.name,
        subject=_("A test mail from Portico"),
        text=_("If you can read this, mail from Portico reaches you.") + "\n",
        company_id=visit.actor.company_id,
    )
    return go(PATH, done="sent")
