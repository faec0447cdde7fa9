"""What somebody sees first: how things stand, what has been set up, and what needs a look."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.models import AuditEntry
from portico.audit.queries import list_company_entries
from portico.contacts.models import Consent
from portico.contacts.queries.numbers import count_contacts_by_day, has_own_contacts
from portico.content.queries.sites import has_open_site
from portico.http.protections import loosened
from portico.identity.queries.doors import Coming, count_coming
from portico.identity.queries.setup import Setup, get_setup
from portico.outbox.queries import has_live_worker
from portico.reports.queries import Overview, get_overview
from portico.reports.work import Work, get_work

_DAYS = 30
_RECENT = 10


@dataclass(frozen=True, slots=True)
class Home:
    """Without leave to see reports there is no `overview`, and there are no `new_contacts` (by day, UTC) and `coming`.

    `recent`, `setup` and `warnings` are for administrators.
    """

    overview: Overview | None
    days: Sequence[date]
    new_contacts: Sequence[tuple[date, int]]
    coming: Sequence[Coming]
    recent: Sequence[AuditEntry]
    setup: Setup | None
    warnings: Sequence[str]
    work: Work


def get_home(actor: Actor) -> Home:
    is_admin, sees_numbers = actor.may(Permission.ADMINISTRATION), actor.may(Permission.REPORTS_READ)
    days, setup = _days(), _setup(actor) if is_admin else None
    return Home(
        overview=get_overview(actor) if sees_numbers else None,
        days=days,
        new_contacts=_new_contacts(actor, days) if sees_numbers else (),
        coming=count_coming(actor, first=days[0]) if sees_numbers else (),
        recent=(list_company_entries(actor.company_id, limit=_RECENT)) if is_admin else (),
        setup=setup,
        warnings=_warnings(has_worker=setup.more["has_worker"]) if setup else (),
        work=get_work(actor),
    )


def _setup(actor: Actor) -> Setup:
    own, site = has_own_contacts("pk"), has_open_site("pk")
    return get_setup(actor, has_contacts=own, has_site=site, has_worker=has_live_worker())


def _days() -> list[date]:
    """The last _DAYS days in UTC, today the last."""
    first = timezone.now().date() - timedelta(days=_DAYS - 1)
    return [first + timedelta(days=number) for number in range(_DAYS)]


def _new_contacts(actor: Actor, days: Sequence[date]) -> list[tuple[date, int]]:
    """Those who are subscribed now, by the day on which they came; every day has its number."""
    known = count_contacts_by_day(actor, Consent.SUBSCRIBED, first=days[0], end=days[-1] + timedelta(days=1))
    return [(day, known.get(day, 0)) for day in days]


def _warnings(*, has_worker: bool) -> list[str]:
    lines = [f"Loosened: {line}." for line in loosened()]
    if not settings.EMAIL_URL:
        lines.append("Mail is only captured: nothing leaves until PORTICO_EMAIL_URL is set.")
    if not has_worker:
        lines.append("No worker is alive: mail waits and counts are not folded. Start portico worker, or portico up.")
    return lines
