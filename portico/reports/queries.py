"""What a dashboard shows. All from counts that are kept, so that a company's size costs nothing."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date

from portico.access import Actor
from portico.contacts.models import Consent
from portico.contacts.queries.numbers import count_contacts_by_consent, count_contacts_by_day, count_tags
from portico.reports.periods import Period


@dataclass(frozen=True, slots=True)
class Overview:
    """How many there are in a company: contacts, those who may be written to, tags."""

    contacts: int
    subscribed: int
    tags: int


def get_overview(actor: Actor) -> Overview:
    by_consent = count_contacts_by_consent(actor)
    return Overview(sum(by_consent.values()), by_consent[Consent.SUBSCRIBED], count_tags(actor))


def list_new_contacts(actor: Actor, period: Period) -> list[tuple[date, int]]:
    """How many contacts came in each step, by its first day in UTC, of those who are subscribed now."""
    counts = dict.fromkeys(period.starts(), 0)
    starts = list(counts)
    by_day = count_contacts_by_day(actor, Consent.SUBSCRIBED, first=period.first, end=period.end) if starts else {}
    for day, number in by_day.items():
        counts[starts[bisect_right(starts, day) - 1]] += number
    return list(counts.items())
