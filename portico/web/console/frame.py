"""What every screen of the console has around it: where one can go, in which company, as whom."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.errors import Busy, Refusal, TooMany
from portico.http.routes import Demand, SignedIn, all_of, meets
from portico.identity.queries.sessions import list_own_companies
from portico.web.errors import STATUSES
from portico.web.pages import page
from portico.web.public import media_sources
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
            Place("/segments", lazy("Segments"), all_of(P.TAGS_READ, P.CONTACTS_READ)),
            Place("/organizations", lazy("Organizations"), all_of(P.TAGS_READ, P.CONTACTS_READ)),
            Place("/duplicates", lazy("Duplicates"), all_of(P.CONTACTS_READ, P.CONTACTS_WRITE, P.CONTACTS_DELETE)),
            Place("/imports", lazy("Imports"), P.CONTACTS_WRITE),
        ),
    ),
    Group(
        lazy("Work"),
        (
            Place("/tasks", lazy("Tasks"), P.CONTACTS_READ),
            Place("/calendar", lazy("Calendar"), SignedIn),
            Place("/orders", lazy("Orders"), P.CONTACTS_READ),
            Place("/reps", lazy("Reps"), P.REPORTS_READ),
            Place("/mysite", lazy("MySite"), SignedIn),
            Place("/news", lazy("News"), SignedIn),
        ),
    ),
    Group(
        lazy("Content"),
        (
            Place("/content/media", lazy("Media"), SignedIn),
            Place("/content/libraries", lazy("Libraries"), SignedIn),
            Place("/content/trainings", lazy("Trainings"), P.TRAININGS_WRITE),
            Place("/content/announcements", lazy("Announcements"), P.TRAININGS_WRITE),
        ),
    ),
    Group(
        "Settings",
        (
            Place("/settings/people", lazy("People"), P.ADMINISTRATION),
            Place("/settings/managers", "Managers", P.SETTINGS_WRITE),
            Place("/settings/rest-api", "Rest API", P.ADMINISTRATION),
            Place("/settings/security", "Security", P.ADMINISTRATION),
            Place("/modules", "Modules", P.ADMINISTRATION),
            Place("/settings/custom-fields", lazy("Custom fields"), P.SETTINGS_WRITE),
            Place("/settings/mail", lazy("Mail"), P.ADMINISTRATION),
            Place("/settings/webhooks", lazy("Webhooks"), P.WEBHOOKS_WRITE),
            Place("/settings/company", lazy("Company"), P.ADMINISTRATION),
            Place("/settings/audit", lazy("Audit log"), P.ADMINISTRATION),
            Place("/settings/data", lazy("Data"), P.ADMINISTRATION),
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
    media: bool = False,
    **values: Any,
) -> HttpResponse:
    """A screen in the frame. `no` is why what was sent could not be taken; `crumbs` lead to what is above it.

    `media` lets it show what lies in the store of media.
    """
    response = page(
        visit.request,
        f"console/{template}",
        status=STATUSES[type(no)] if no else 200,
        form_action="'self'",
        script="'self'",  # the frame's own
        media=media_sources() if media else "'self'",
        groups=[_seen(visit, group) for group in GROUPS],
        here=f"/{visit.request.path.strip('/')}",
        companies=list_own_companies(visit.actor),
        visit=visit,
        title=title,
        crumbs=crumbs,
        has_script=script,
        **values,
    )
    if isinstance(no, TooMany | Busy):
        response["Retry-After"] = str(no.retry_after)
    return response


def reachable(visit: Visit, path: str) -> str:
    """The path of a place in the navigation, "" for who does not get there."""
    is_there = any(one.path == path and meets(visit.actor, one.demand) for group in GROUPS for one in group.places)
    return path if is_there else ""


def _seen(visit: Visit, group: Group) -> Group:
    return Group(group.text, tuple(one for one in group.places if meets(visit.actor, one.demand)))
