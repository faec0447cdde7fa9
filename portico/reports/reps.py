"""How the company's reps do, in any days (UTC): all from kept sums and indexes, whatever the company's size."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from portico.access import Actor
from portico.contacts.queries.numbers import count_contacts_by_owner
from portico.content.queries.members import Shown, count_shown_by_day, count_shown_by_member
from portico.identity.models import Membership
from portico.identity.queries.reps import get_rep, list_reps
from portico.reports.periods import Period
from portico.selling.queries.sales import count_sales_by_day, count_sales_by_member
from portico.selling.queries.tasks import count_open_tasks_by_member


@dataclass(frozen=True, slots=True)
class RepNumbers:
    """A rep with what it has now, and what happened in the days that were asked for."""

    rep: Membership
    contacts: int
    open_tasks: int
    shown: Shown
    orders: int


@dataclass(frozen=True, slots=True)
class RepPage:
    """Some reps by name, and how many there are in all."""

    total: int
    rows: list[RepNumbers]


@dataclass(frozen=True, slots=True)
class RepStep:
    """A step of a period, by its first day."""

    day: date
    views: int
    leads: int
    orders: int


@dataclass(frozen=True, slots=True)
class RepReport:
    numbers: RepNumbers
    steps: list[RepStep]


def list_rep_numbers(actor: Actor, period: Period, *, search: str = "", page: int = 1, per_page: int = 25) -> RepPage:
    """One page, whose search is list_reps's. Raises Denied."""
    found = list_reps(actor, search=search, first=(page - 1) * per_page, count=per_page)
    return RepPage(found.total, _numbers(actor, found.rows, period))


def get_own_numbers(actor: Actor, period: Period) -> RepNumbers:
    """The actor's, who is a rep. Raises NotFound for whoever is none."""
    return _numbers(actor, [get_rep(actor, actor.membership_id or 0)], period)[0]


def get_rep_report(actor: Actor, membership_id: int, period: Period) -> RepReport:
    """One rep, step by step. Raises NotFound."""
    rep = get_rep(actor, membership_id)
    steps = {day: [0, 0, 0] for day in period.starts()}
    starts = list(steps)
    for day, shown in count_shown_by_day(actor, rep.pk, first=period.first, end=period.end).items():
        step = steps[starts[bisect_right(starts, day) - 1]]
        step[0] += shown.views
        step[1] += shown.leads
    for day, orders in count_sales_by_day(actor, rep.pk, first=period.first, end=period.end).items():
        steps[starts[bisect_right(starts, day) - 1]][2] += orders
    return RepReport(_numbers(actor, [rep], period)[0], [RepStep(day, *numbers) for day, numbers in steps.items()])


def _numbers(actor: Actor, reps: list[Membership], period: Period) -> list[RepNumbers]:
    ids = [rep.pk for rep in reps]
    contacts = count_contacts_by_owner(actor, ids)
    tasks = count_open_tasks_by_member(actor, ids)
    shown = count_shown_by_member(actor, ids, first=period.first, end=period.end)
    orders = count_sales_by_member(actor, ids, first=period.first, end=period.end)
    return [
        RepNumbers(
            rep=rep,
            contacts=contacts.get(rep.pk, 0),
            open_tasks=tasks.get(rep.pk, 0),
            shown=shown.get(rep.pk, Shown()),
            orders=orders.get(rep.pk, 0),
        )
        for rep in reps
    ]
