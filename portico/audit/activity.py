"""What happened in a company, for whoever may change its settings. Nobody changes or removes any of it."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Activity:
    """One page of entries, newest first, and how many there are in all."""

    total: int
    entries: list[AuditEntry]


def list_activity(actor: Actor, *, search: str, page: int, per_page: int) -> Activity:
    """A page of what happened. `search` is within the names of actors and actions.

    Without `details`, in which what a contact was and became stands: that is for who may read contacts. The total is
    counted along audit_entry_company.
    """
    actor.require(Permission.SETTINGS_WRITE)
    rows = _of(actor)
    if search:
        term = search.lower()
        rows = rows.alias(who=Lower("actor")).filter(Q(who__contains=term) | Q(action__contains=term))
    first = (page - 1) * per_page
    return Activity(rows.count(), list(rows.defer("details").order_by("-id")[first : first + per_page]))


def count_activity_before(actor: Actor, *, days: int) -> int:
    """How many entries are older than so many days."""
    actor.require(Permission.SETTINGS_WRITE)
    return _of(actor).filter(at__lt=timezone.now() - timedelta(days=days)).count()


def _of(actor: Actor) -> "QuerySet[AuditEntry]":
    return AuditEntry.objects.filter(company_id=actor.company_id)
