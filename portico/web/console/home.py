"""The first screen: numbers, what is new, what to do next, and what needs a look."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.http.routes import meets
from portico.reports.home import Home, get_home
from portico.web.console.charts import bars
from portico.web.console.frame import show_screen
from portico.web.core_texts import from_core
from portico.web.figures import day
from portico.web.visits import Visit

P = Permission


@dataclass(frozen=True, slots=True)
class _Step:
    """A line of the list of first steps; its tick comes from the data."""

    text: str
    path: str
    is_done: bool


def show(visit: Visit) -> HttpResponse:
    home = get_home(visit.actor)
    numbers = [(day(one), number) for one, number in home.new_contacts]
    return show_screen(
        visit,
        "home.html",
        title=_("Home"),
        home=home,
        warnings=[from_core(line) for line in home.warnings],
        chart=bars(_("New subscribed contacts a day"), numbers),
        numbers=[one for one in reversed(numbers) if one[1]],
        steps=_steps(home) if meets(visit.actor, P.ADMINISTRATION) else (),
    )


def _steps(home: Home) -> list[_Step]:
    setup, overview = home.setup, home.overview
    if setup is None:
        return []
    return [
        _Step(_("Add contacts"), "/contacts/add", bool(overview and overview.contacts)),
        _Step(_("Create an API key"), "/settings/rest-api/add", setup.has_key),
        _Step(_("Call the API with it"), "/settings/rest-api", setup.has_used_key),
        _Step(_("Let other sites verify logins"), "/modules/remote-authentication", setup.lets_sites_ask),
        _Step(_("Invite a colleague"), "/settings/managers/add", setup.has_colleague),
        _Step(_("Connect mail"), "/settings/mail", bool(settings.EMAIL_URL)),
    ]
