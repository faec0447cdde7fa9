"""What a company has here, how much of it, and how long each kind is kept."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from portico.access import Actor, Permission
from portico.audit.queries import count_company_entries
from portico.companies import once
from portico.contacts.importing import uploads
from portico.contacts.importing.upkeep import DAYS_TO_UNDO
from portico.contacts.merging import actions as merging
from portico.contacts.queries.numbers import count_contacts_by_consent
from portico.content.queries.files import Stored, get_stored
from portico.content.queries.numbers import Seen, get_total
from portico.identity.actions import upkeep
from portico.outbox.queries import list_latest_company_mail
from portico.outbox.webhooks import actions as webhooks
from portico.selling.queries.orders import count_orders_up_to

MOST_COUNTED = 10_000  # of what is not counted as it comes


@dataclass(frozen=True, slots=True)
class Kept:
    """How long each kind is kept: for the audit None is for ever."""

    audit: timedelta | None
    undoing_imports: timedelta
    undoing_merges: timedelta
    uploads: timedelta
    deliveries: timedelta
    sessions: timedelta
    answers: timedelta


@dataclass(frozen=True, slots=True)
class Data:
    """`orders`, `entries` (of the audit) and `mails` are MOST_COUNTED + 1 where there are more than that."""

    contacts: int
    orders: int
    entries: int
    mails: int
    stored: Stored
    seen: Seen
    kept: Kept


def get_data(actor: Actor) -> Data:
    """For administrators. Counts are those that are kept, or end at MOST_COUNTED."""
    actor.require(Permission.ADMINISTRATION)
    most = MOST_COUNTED + 1
    return Data(
        contacts=sum(count_contacts_by_consent(actor).values()),
        orders=count_orders_up_to(actor, most),
        entries=count_company_entries(actor.company_id, most=most),
        mails=list_latest_company_mail(actor.company_id, last=most).count(),
        stored=get_stored(actor),
        seen=get_total(actor),
        kept=_kept(),
    )


def _kept() -> Kept:
    return Kept(
        audit=timedelta(days=settings.AUDIT_DAYS) if settings.AUDIT_DAYS else None,
        undoing_imports=timedelta(days=DAYS_TO_UNDO),
        undoing_merges=merging.KEPT_FOR,
        uploads=timedelta(seconds=uploads.SECONDS_KEPT),
        deliveries=webhooks.KEPT_FOR,
        sessions=upkeep.SESSIONS_KEPT,
        answers=once.KEPT,
    )
