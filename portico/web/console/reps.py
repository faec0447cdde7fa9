"""Reps and how they do; who invites them, and says what rank and how many points they have."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission, Role
from portico.errors import Invalid
from portico.identity.actions.inviting import invite_member
from portico.identity.actions.leaving import remove_member
from portico.identity.models import Membership
from portico.identity.queries.reps import get_rep
from portico.reports.periods import Period
from portico.reports.reps import RepNumbers, get_rep_report, list_rep_numbers
from portico.web.console.charts import bars
from portico.web.console.days import asked_period, last_days
from portico.web.console.deletions import REMOVE, Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, pages_of, show_list
from portico.web.figures import day, number
from portico.web.forms import Field, Link, alert_of, filled
from portico.web.visits import Visit, go

PATH = "/reps"
_PER_PAGE = 25


def above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Reps")),)


def show(visit: Visit) -> HttpResponse:
    period, no = _period(visit)
    search, number = visit.asked("search"), visit.page
    page = list_rep_numbers(visit.actor, period, search=search, page=number, per_page=_PER_PAGE)
    said = {
        "invited": _("The rep is there, and a mail is on its way."),
        "removed": _("The rep may not come in any more. Its contacts are still its own: give them to somebody else."),
    }
    return show_list(
        visit,
        _listing(visit, period),
        page.rows,
        said=said.get(visit.done, ""),
        narrowing=Narrowing([SEARCH.holding(search), *_days(visit, period, no)]),
        pages=pages_of(visit, total=page.total, number=number, size=_PER_PAGE),
        no=no,
    )


def _period(visit: Visit) -> tuple[Period, Invalid | None]:
    """The days that the address asks for; where it asks for none that can be, the usual ones and why."""
    try:
        return asked_period(visit), None
    except Invalid as no:
        return last_days(), no


def _days(visit: Visit, period: Period, no: Invalid | None) -> list[Field]:
    first, last = visit.asked("from") or str(period.first), visit.asked("until") or str(period.last)
    fields = [
        Field("from", _("From (UTC)"), kind="date", value=first, is_required=False, is_plain=True),
        Field("until", _("Until"), kind="date", value=last, is_required=False, is_plain=True),
    ]
    return filled(visit, fields, no) if no else fields


def _listing(visit: Visit, period: Period) -> Listing:
    query = f"?from={period.first}&until={period.last}"
    return Listing(
        title=_("Reps"),
        text=_("Your reps. Views, leads and orders are those of the chosen days; the rest is as it is now."),
        columns=(
            Column(_("Rep"), lambda row: row.rep.user.full_name or row.rep.user.email),
            Column(_("Rank"), lambda row: row.rep.rank.name if row.rep.rank else ""),
            Column(_("Points"), lambda row: row.rep.total_points, is_number=True),
            Column(_("Contacts"), lambda row: row.contacts, is_number=True),
            Column(_("Open tasks"), lambda row: row.open_tasks, is_number=True),
            Column(_("Views"), lambda row: row.shown.views, is_number=True),
            Column(_("Leads"), lambda row: row.shown.leads, is_number=True),
            Column(_("Orders"), lambda row: row.orders, is_number=True),
        ),
        path=lambda row: f"{PATH}/{row.rep.pk}{query}",
        empty=_("No rep is called like that.")
        if visit.asked("search")
        else _("No rep yet. Invite one: it gets a mail that says how to come in, and sees only its own contacts."),
        add=Link(f"{PATH}/add", _("Invite a rep")) if visit.actor.may(Permission.ADMINISTRATION) else None,
    )


def show_one(visit: Visit, id: int) -> HttpResponse:
    period, no = _period(visit)
    report = get_rep_report(visit.actor, id, period)
    numbers = report.numbers
    said = {"changed": _("The rank and the points are changed.")}
    return show_screen(
        visit,
        "rep.html",
        title=_name(numbers.rep),
        crumbs=above(),
        no=no,
        alert=alert_of((), no),
        said=said.get(visit.done, ""),
        fields=_days(visit, period, no),
        facts=_facts(numbers),
        links=_links(visit, numbers.rep),
        chart=bars(_("Views"), [(day(step.day), step.views) for step in report.steps]),
        table_title=_("From %(first)s until %(last)s (UTC)") % {"first": day(period.first), "last": day(period.last)},
        table_columns=(_("From"), _("Views"), _("Leads"), _("Orders")),
        table=[(day(step.day), *map(number, (step.views, step.leads, step.orders))) for step in reversed(report.steps)],
    )


def _name(rep: Membership) -> str:
    return rep.user.full_name or rep.user.email


def _facts(numbers: RepNumbers) -> list[tuple[str, object]]:
    rep = numbers.rep
    facts: list[tuple[str, object]] = [
        (_("E-mail"), rep.user.email),
        (_("Rank"), rep.rank.name if rep.rank else _("none")),
        (_("Points"), rep.total_points),
        (_("Fantasy points"), rep.fantasy_points),
        (_("Leads it may still have"), rep.leads_remaining),
        (_("Brought by"), _name(rep.sponsor) if rep.sponsor else ""),
        (_("Contacts"), numbers.contacts),
        (_("Open tasks"), numbers.open_tasks),
        (_("Views"), numbers.shown.views),
        (_("Leads"), numbers.shown.leads),
        (_("Orders"), numbers.orders),
    ]
    return [(label, number(value) if isinstance(value, int) else value) for label, value in facts if value != ""]


def _links(visit: Visit, rep: Membership) -> list[Link]:
    links = []
    if visit.actor.may(Permission.RANKS_WRITE):
        links.append(Link(f"{PATH}/{rep.pk}/standing", _("Change rank and points")))
    if visit.actor.may(Permission.ADMINISTRATION):
        links.append(Link(f"{PATH}/{rep.pk}/remove", _("Remove this rep")))
    return links


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        invite_member(visit.actor, email=visit.text("email").strip(), role=Role.REP, name=visit.text("name").strip())
        return go(PATH, done="invited")

    return tried(visit, _new(), act)


def _new() -> Sheet:
    return Sheet(
        title=_("Invite a rep"),
        button=_("Invite"),
        text=_("A rep sees and changes only the contacts that are its own. It signs in by a mailed code."),
        back=PATH,
        crumbs=above(),
        fields=(Field("email", _("E-mail"), kind="email"), Field("name", _("Name"), is_required=False)),
    )


def _remove(visit: Visit, rep: Membership) -> HttpResponse:
    remove_member(visit.actor, email=rep.user.email)
    return go(PATH, done="removed")


show_remove, remove = Deletion(
    get=lambda visit, key: get_rep(visit.actor, key),
    at=lambda rep: (*above(), Crumb(f"{PATH}/{rep.pk}", _name(rep))),
    typed=lambda rep: rep.user.email,
    lost=lambda *_one: _("Its sessions end now, and it cannot come in any more. Its contacts and what it did stay."),
    delete=_remove,
    words=REMOVE,
).screens
