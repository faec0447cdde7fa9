"""What administrators do about what the company's people have put up."""

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.content.actions.files import drop_files
from portico.content.models import Medium
from portico.errors import NotFound


@transaction.atomic
def take_down_medium(actor: Actor, medium_id: int) -> None:
    """Be rid of somebody's own upload, as its owner could: its pages and its file are gone, its numbers stay.

    Raises NotFound, also for the company's media.
    """
    actor.require(Permission.ADMINISTRATION)
    rows = Medium.objects.filter(company_id=actor.company_id, pk=medium_id, owner__isnull=False, discarded_at=None)
    medium = rows.select_for_update(no_key=True).first()
    if medium is None:
        raise NotFound("medium")
    Medium.objects.filter(company_id=actor.company_id, pk=medium.pk).update(discarded_at=Now())
    drop_files(actor.company_id, *(id for id in (medium.file_id, medium.thumbnail_id) if id is not None))
    record(actor, "medium.taken_down", "medium", medium.pk, owner=medium.owner_id)
