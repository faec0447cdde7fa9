"""Merges that were made, for whoever wants to undo one."""

from dataclasses import dataclass
from datetime import datetime

from portico.access import Actor, Permission
from portico.contacts.merging.actions import KEPT_FOR
from portico.contacts.models import ContactMerge
from portico.contacts.queries.contacts import require_contact
from portico.errors import NotFound


@dataclass(frozen=True, slots=True)
class Made:
    """Contact `loser_id` became part of `winner_id`; it can be undone until `ends_at`."""

    id: int
    winner_id: int
    loser_id: int
    merged_at: datetime
    ends_at: datetime


def get_merge(actor: Actor, merge_id: int) -> Made:
    """One that is not undone yet. Raises NotFound, also where the actor does not see the contact."""
    actor.require(Permission.CONTACTS_READ)
    merges = ContactMerge.objects.filter(company_id=actor.company_id, pk=min(merge_id, 2**63 - 1), undone_at=None)
    merge = merges.first()
    if merge is None:
        raise NotFound("merge")
    require_contact(actor, merge.winner_id)
    return Made(merge.pk, merge.winner_id, merge.loser_id, merge.merged_at, merge.merged_at + KEPT_FOR)
