"""Settings → Mail: whether it leaves, what has left, and a mail to try it."""

from django.conf import settings
from django.http import HttpResponse

from portico.outbox.actions import send_mail
from portico.outbox.queries import list_latest_company_mail
from portico.web.console.lists import Column, Listing, show_list
from portico.web.visits import Visit, go

PATH = "/settings/mail"
_SHOWN = 50


def show(visit: Visit) -> HttpResponse:
    state = (
        "Mail leaves through the server that PORTICO_EMAIL_URL names."
        if settings.EMAIL_URL
        else "Mail is only captured here: nothing leaves until PORTICO_EMAIL_URL is set. Read it with: portico outbox"
    )
    listing = Listing(
        title="Mail",
        text=f"{state} Texts are not shown: they may hold codes to sign in with.",
        columns=(
            Column("To", lambda row: row.to),
            Column("Subject", lambda row: row.subject),
            Column("When (UTC)", lambda row: f"{row.created_at:%Y-%m-%d %H:%M}"),
            Column("Is", lambda row: f"{row.state} {row.failure}".strip()),
        ),
        path=lambda _: "",
        empty="No mail yet.",
        press=f"Send a test mail to {visit.actor.name}",
    )
    said = "The test mail is on its way." if visit.done else ""
    return show_list(visit, listing, list_latest_company_mail(visit.actor.company_id, last=_SHOWN), said=said)


def send_test(visit: Visit) -> HttpResponse:
    send_mail(
        to=visit.actor.name,
        subject="A test mail from Portico",
        text="If you can read this, mail from Portico reaches you.\n",
        company_id=visit.actor.company_id,
    )
    return go(PATH, done="sent")
