"""Sessions of a company's people, ended by its administrators."""

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.identity.models import Session
from portico.identity.queries.colleagues import get_colleague


@transaction.atomic
def end_sessions_of_member(actor: Actor, membership_id: int) -> int:
    """End all that this member has in the company, but the one that asks; answers how many. Raises NotFound."""
    actor.require(Permission.ADMINISTRATION)
    member = get_colleague(actor, membership_id).membership
    rows = Session.objects.filter(company_id=actor.company_id, membership_id=member.pk, ended_at=None)
    ended = rows.exclude(pk=actor.session_id or 0).update(ended_at=Now())
    if ended:
        record(actor, "sessions.ended", "membership", member.pk, sessions=ended)
    return ended


@transaction.atomic
def end_sessions_of_company(actor: Actor) -> int:
    """End all sessions in the company but the one that asks; answers how many."""
    actor.require(Permission.ADMINISTRATION)
    rows = Session.objects.filter(company_id=actor.company_id, ended_at=None)
    ended = rows.exclude(pk=actor.session_id or 0).update(ended_at=Now())
    if ended:
        record(actor, "sessions.ended", "company", actor.company_id, sessions=ended)
    return ended
