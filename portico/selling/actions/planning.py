"""Events as people plan them, who know no name of another software for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from portico.access import Actor, Permission
from portico.errors import NotFound, Outdated
from portico.lib.secrets import random_text
from portico.selling.actions.calendar import save_event
from portico.selling.models import CalendarEvent
from portico.selling.saving import Saved

_OURS = "portico-"
_LENGTH = 20


def plan_event(actor: Actor, fields: Mapping[str, Any]) -> Saved:
    """A new event, with the fields of save_event but its name. Raises Invalid."""
    return save_event(actor, {**fields, "external_id": f"{_OURS}{random_text(_LENGTH)}"})


@transaction.atomic
def change_event(actor: Actor, event_id: int, fields: Mapping[str, Any], *, seen: datetime) -> Saved:
    """Change an event, whoever has named it. `seen` is its `updated_at` when somebody read it.

    Raises NotFound, Invalid, and Outdated where it has been changed since.
    """
    actor.require(Permission.EVENTS_WRITE)
    rows = CalendarEvent.objects.filter(company_id=actor.company_id, pk=event_id)
    event = rows.select_for_update(no_key=True).first()
    if event is None:
        raise NotFound("event")
    if event.updated_at != seen:
        raise Outdated
    return save_event(actor, {**fields, "external_id": event.external_id})
