"""The first screen: numbers, what is new, what to do next, and what needs a look."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.access import Permission
from portico.companies.first_steps import hide_first_steps
from portico.errors import Invalid
from portico.http.routes import meets
from portico.reports.home import Home, get_home
from portico.web import figures
from portico.web.console.activity import in_words
from portico.web.console.charts import Chart, bars
from portico.web.console.doors import door as door_name
from portico.web.console.frame import reachable, show_screen
from portico.web.console.sample_data import SAID as SAID_OF_SAMPLE
from portico.web.core_texts import from_core
from portico.web.visits import Visit, go

P = Permission
_SAID = {
    **SAID_OF_SAMPLE,
    "company": gettext_lazy("You are in another company now."),
    "hidden": gettext_lazy("The first steps are put away. You can show them again at the end of this page."),
}
# The doors by which somebody comes in, under the names that their modules have.
_DOORS = {
    "web": gettext_lazy("Sign-ins to these pages"),
    "fluid": gettext_lazy("Fluid Rep API: sign-ins of apps"),
    "key": gettext_lazy("FluentCRM REST API and our own: requests with API keys"),
    "code": gettext_lazy("Remote Authentication: requests with security codes"),
}


@dataclass(frozen=True, slots=True)
class _Number:
    """`path` leads to what was counted, "" for who may not see it."""

    value: str
    text: str
    path: str


@dataclass(frozen=True, slots=True)
class _Step:
    """A line of the list of first steps; its tick comes from the data."""

    text: str
    path: str
    is_done: bool


@dataclass(frozen=True, slots=True)
class _Trend:
    """A chart, and its numbers as a table: the days on which there were any, the newest first."""

    chart: Chart | None
    numbers: Sequence[tuple[str, int]]


def show(visit: Visit) -> HttpResponse:
    home = get_home(visit.actor)
    steps = _steps(visit, home) if meets(visit.actor, P.ADMINISTRATION) else ()
    return show_screen(
        visit,
        "home.html",
        title=_("Home"),
        home=home,
        warnings=[from_core(line) for line in home.warnings],
        said=str(_SAID.get(visit.done, "")),
        figures=_figures(visit, home),
        trends=_trends(home),
        happened=in_words(home.recent),
        steps=steps,
        steps_done=sum(step.is_done for step in steps),
        shows_steps=bool(home.setup and not home.setup.is_hidden),
    )


def press(visit: Visit) -> HttpResponse:
    """The list of first steps, put away or shown again."""
    wanted = visit.text("press")
    if wanted not in {"hide", "show"}:
        raise Invalid.one("press", "required", _("Press the button."))
    hide_first_steps(visit.actor, is_hidden=wanted == "hide")
    return go("/console", done="hidden" if wanted == "hide" else "")


def _figures(visit: Visit, home: Home) -> list[_Number]:
    if home.overview is None:
        return []
    contacts = reachable(visit, "/contacts")
    return [
        _Number(figures.number(home.overview.contacts), _("contacts"), contacts),
        _Number(
            figures.number(home.overview.subscribed), _("subscribed"), contacts and f"{contacts}?status=subscribed"
        ),
        _Number(figures.number(home.overview.tags), _("tags"), reachable(visit, "/tags")),
    ]


def _trends(home: Home) -> list[_Trend]:
    if not home.days or home.overview is None:
        return []
    doors: dict[str, dict[date, int]] = defaultdict(dict)
    for one in home.coming:
        doors[one.door][one.day] = one.times
    known = [door for door in _DOORS if door in doors]
    others = sorted(door for door in doors if door not in _DOORS and door != "cli")
    return [
        _trend(_("New subscribed contacts a day"), home.days, dict(home.new_contacts)),
        *(_trend(str(_DOORS.get(door) or door_name(door)), home.days, doors[door]) for door in (*known, *others)),
    ]


def _trend(title: str, days: Sequence[date], by_day: Mapping[date, int]) -> _Trend:
    numbers = [(figures.day(day), by_day.get(day, 0)) for day in days]
    return _Trend(bars(title, numbers), [one for one in reversed(numbers) if one[1]])


def _steps(visit: Visit, home: Home) -> list[_Step]:
    setup = home.setup
    if setup is None:
        return []
    return [
        _Step(_("Add contacts"), "/contacts/add", setup.more["has_contacts"]),
        _Step(_("Create an API key"), "/settings/rest-api/add", setup.has_key),
        _Step(_("Call the API with it"), "/settings/rest-api", setup.has_used_key),
        _Step(_("Let other sites verify logins"), "/modules/remote-authentication", setup.lets_sites_ask),
        _Step(_("Invite a colleague"), "/settings/people/add", setup.has_colleague),
        _Step(_("Connect mail"), "/settings/mail", bool(settings.EMAIL_URL)),
        _Step(_("Publish a MySite"), reachable(visit, "/mysite"), setup.more["has_site"]),
    ]
