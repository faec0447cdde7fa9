"""Which events somebody may see: those for everybody, those it is invited to, and all for whoever keeps events."""

from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, OuterRef, Q, QuerySet

from portico.access import Actor, Permission
from portico.identity.queries.audiences import admits, is_for
from portico.selling.models import CalendarEvent, EventAnswer, EventAudience

_KEEPING = Permission.EVENTS_WRITE


def visible_events(
    rows: "QuerySet[CalendarEvent]", member: Any, *, sees_all: bool = False
) -> "QuerySet[CalendarEvent]":
    """Of these those that the member, an id or an expression, may see."""
    return rows if sees_all else rows.filter(is_for(EventAudience, member))


def sees_all_events(actor: Actor) -> bool:
    return actor.may(_KEEPING)


def coming(company_id: Any, event_id: Any, *, for_everybody: Any) -> "QuerySet[EventAnswer]":
    """The answers of those who come: what somebody said who is no longer invited does not count. All as expressions."""
    rows = EventAnswer.objects.filter(company_id=company_id, event_id=event_id, answer=EventAnswer.Answer.GOING)
    is_open = ExpressionWrapper(for_everybody, output_field=BooleanField())
    invited = admits(EventAudience, OuterRef("member_id"), thing="event_id", keeping=_KEEPING)
    return rows.filter(Q(is_open) | Q(invited))
