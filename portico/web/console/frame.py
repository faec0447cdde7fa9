"""What every screen of the console has around it: where one can go, in which company, as whom."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.errors import Busy, Refusal, TooMany
from portico.http.routes import Demand, SignedIn, meets
from portico.web.errors import STATUSES
from portico.web.pages import page
from portico.web.texts import Text
from portico.web.visits import Visit

P = Permission


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the navigation. Whoever does not meet the demand neither sees it nor gets there."""

    path: str
    text: Text
    demand: Demand


@dataclass(frozen=True, slots=True)
class Group:
    text: Text
    places: tuple[Place, ...]


# Under the names that the manuals have.
GROUPS = (
    Group(
        "",
        (
            Place("/console", lazy("Home"), SignedIn),
            Place("/contacts", lazy("Contacts"), P.CONTACTS_READ),
            Place("/tags", lazy("Tags"), P.TAGS_READ),
            Place("/lists", lazy("Lists"), P.TAGS_READ),
            Place("/imports", lazy("Imports"), P.CONTACTS_WRITE),
        ),
    ),
    Group(
        "Settings",
        (
            Place("/settings/managers", "Managers", P.SETTINGS_WRITE),
            Place("/settings/rest-api", "Rest API", P.ADMINISTRATION),
            Place("/settings/security", "Security", P.ADMINISTRATION),
            Place("/modules", "Modules", P.ADMINISTRATION),
            Place("/settings/mail", lazy("Mail"), P.ADMINISTRATION),
            Place("/settings/company", lazy("Company"), P.ADMINISTRATION),
            Place("/settings/audit", lazy("Audit log"), P.ADMINISTRATION),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Crumb:
    path: str
    text: Text


def show_screen(
    visit: Visit,
    template: str,
    *,
    title: Text,
    no: Refusal | None = None,
    crumbs: tuple[Crumb, ...] = (),
    script: bool = False,
    **values: Any,
) -> HttpResponse:
    """A screen in the frame. `no` is why what was sent could not be taken; `crumbs` lead to what is above it."""
    response = page(
        visit.request,
        f"console/{template}",
        status=STATUSES[type(no)] if no else 200,
        form_action="'self'",
        script="'self'" if script else "'none'",
        groups=[_seen(visit, group) for group in GROUPS],
        here=f"/{visit.request.path.strip('/')}",
        visit=visit,
        title=title,
        crumbs=crumbs,
        has_script=script,
        **values,
    )
    if isinstance(no, TooMany | Busy):
        response["Retry-After"] = str(no.retry_after)
    return response


def _seen(visit: Visit, group: Group) -> Group:
    return Group(group.text, tuple(one for one in group.places if meets(visit.actor, one.demand)))
