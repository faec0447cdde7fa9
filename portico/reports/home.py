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
from portico.contacts.queries.numbers import count_contacts_by_day
from portico.http.protections import loosened
from portico.identity.queries.setup import Setup, get_setup
from portico.outbox.queries import is_worker_alive
from portico.reports.queries import Overview, get_overview
from portico.reports.work import Work, get_work

_DAYS = 30
_RECENT = 10


@dataclass(frozen=True, slots=True)
class Home:
    """Without leave to see reports there is no `overview` and there are no `new_contacts` (by day, UTC).

    `recent`, `setup` and `warnings` are for administrators.
    """

    overview: Overview | None
    new_contacts: Sequence[tuple[date, int]]
    recent: Sequence[AuditEntry]
    setup: Setup | None
    warnings: Sequence[str]
    work: Work


def get_home(actor: Actor) -> Home:
    is_admin, sees_numbers = actor.may(Permission.ADMINISTRATION), actor.may(Permission.REPORTS_READ)
    return Home(
        overview=get_overview(actor) if sees_numbers else None,
        new_contacts=_new_contacts(actor) if sees_numbers else (),
        recent=(list_company_entries(actor.company_id, limit=_RECENT)) if is_admin else (),
        setup=get_setup(actor) if is_admin else None,
        warnings=_warnings() if is_admin else (),
        work=get_work(actor),
    )


def _new_contacts(actor: Actor) -> list[tuple[date, int]]:
    """Those who are subscribed now, by the day on which they came; every day has its number."""
    today = timezone.now().date()
    first = today - timedelta(days=_DAYS - 1)
    known = count_contacts_by_day(actor, Consent.SUBSCRIBED, first=first, end=today + timedelta(days=1))
    days = [first + timedelta(days=number) for number in range(_DAYS)]
    return [(day, known.get(day, 0)) for day in days]


def _warnings() -> list[str]:
    lines = [f"Loosened: {line}." for line in loosened()]
    if not settings.EMAIL_URL:
        lines.append("Mail is only captured: nothing leaves until PORTICO_EMAIL_URL is set.")
    if not is_worker_alive():
        lines.append("No worker is alive: mail waits and counts are not folded. Start portico worker, or portico up.")
    return lines
