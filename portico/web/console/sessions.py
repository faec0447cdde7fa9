"""Settings → Security → Sessions: who is signed in here, from where, and how to end that."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.errors import Invalid
from portico.identity.actions.company_sessions import end_sessions_of_company
from portico.identity.actions.sessions import end_session
from portico.identity.models import Session
from portico.identity.queries.colleagues import get_company_session, list_company_sessions
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, Pages, show_list
from portico.web.figures import moment
from portico.web.forms import Link
from portico.web.software import software
from portico.web.visits import Visit, go

PATH = "/settings/sessions"
_PER_PAGE = 50
_SAID = {
    "ended": gettext_lazy("The session is ended."),
    "all": gettext_lazy("All sessions but this one are ended."),
}
_METHODS = {
    "passcode": gettext_lazy("mailed code"),
    "link": gettext_lazy("mailed link"),
    "password": gettext_lazy("password"),
    "totp": gettext_lazy("authenticator app"),
    "passkey": gettext_lazy("passkey"),
    "recovery": gettext_lazy("recovery code"),
}


def show(visit: Visit) -> HttpResponse:
    found = list_company_sessions(visit.actor, before=visit.number_asked("before"), limit=_PER_PAGE + 1)
    rows = found[:_PER_PAGE]
    listing = Listing(
        title=_("Sessions"),
        text=_("Everybody who is signed in to this company now, in browsers and in apps."),
        columns=(
            Column(_("Who"), lambda row: row.membership.user.email),
            Column(_("With"), lambda row: software(row.agent)),
            Column(_("By"), _methods),
            Column(_("From"), lambda row: row.address),
            Column(_("Since (UTC)"), lambda row: moment(row.created_at)),
            Column(_("Last seen (UTC)"), lambda row: moment(row.seen_at)),
        ),
        path=lambda row: f"{PATH}/{row.pk}",
        empty=_("Nobody is signed in."),
        crumbs=_above(),
        links=(Link(f"{PATH}/end", _("End all others")),),
    )
    after = f"?before={rows[-1].pk}" if len(found) > _PER_PAGE else ""
    return show_list(visit, listing, rows, said=str(_SAID.get(visit.done, "")), pages=Pages(after=after))


def _methods(row: Session) -> str:
    return ", ".join(str(_METHODS.get(one, one)) for one in row.methods)


def _above(*more: Crumb) -> tuple[Crumb, ...]:
    return (Crumb("/settings/security", _("Security")), *more)


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _sheet(visit, get_company_session(visit.actor, id)))


def end(visit: Visit, id: int) -> HttpResponse:
    sheet = _sheet(visit, get_company_session(visit.actor, id))

    def act() -> HttpResponse:
        _require_press(visit)
        end_session(visit.actor, id)
        return go(PATH, done="ended")

    return tried(visit, sheet, act)


def _require_press(visit: Visit) -> None:
    if visit.text("press") != "end":
        raise Invalid.one("press", "required", _("Press the button to end it."))


def _sheet(visit: Visit, row: Session) -> Sheet:
    facts = _("%(who)s, with %(agent)s from %(address)s, since %(since)s UTC.") % {
        "who": row.membership.user.email,
        "agent": software(row.agent),
        "address": row.address or _("somewhere"),
        "since": moment(row.created_at),
    }
    own = _("This is the session that you are in: ending it signs you out.")
    return Sheet(
        title=_("Session %(number)s") % {"number": row.pk},
        button=_("End this session"),
        text=f"{facts} {own}" if row.pk == visit.actor.session_id else facts,
        back=PATH,
        crumbs=_above(Crumb(PATH, _("Sessions"))),
        fields=(),
        hidden={"press": "end"},
        is_dangerous=True,
    )


def show_end_all(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _all_of_them())


def end_all(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        _require_press(visit)
        end_sessions_of_company(visit.actor)
        return go(PATH, done="all")

    return tried(visit, _all_of_them(), act)


def _all_of_them() -> Sheet:
    return Sheet(
        title=_("End all other sessions"),
        button=_("End them all"),
        text=_("Everybody but you has to sign in again, in browsers and apps. Keys of integrations go on working."),
        back=PATH,
        crumbs=_above(Crumb(PATH, _("Sessions"))),
        fields=(),
        hidden={"press": "end"},
        is_dangerous=True,
    )
