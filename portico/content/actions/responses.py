"""What people of a company say to its media: comments, reactions, and how far they have watched."""

from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now

from portico.access import Actor
from portico.audit.actions import record
from portico.contacts.fields import checked_text
from portico.content.actions.media import MOST_SECONDS
from portico.content.models import MediumComment, MediumReaction
from portico.content.queries.media import require_medium
from portico.errors import Invalid, NotFound

LONGEST_COMMENT = 5000
_WATCHED = """
INSERT INTO medium_watch AS w (company_id, medium_id, watcher_id, seconds, is_complete) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (company_id, medium_id, watcher_id) DO UPDATE SET
    seconds = greatest(w.seconds, excluded.seconds), is_complete = w.is_complete OR excluded.is_complete,
    watched_at = now()
"""


@transaction.atomic
def add_comment(actor: Actor, medium_id: int, text: Any) -> MediumComment:
    """Write something under a medium that the actor sees. Raises NotFound, Invalid."""
    member_id = _member(actor)
    try:
        said = (checked_text(text, LONGEST_COMMENT) or "").strip()
    except ValueError as wrong:
        raise Invalid.one("comment", "text", str(wrong).partition(": ")[2]) from None
    if not said:
        raise Invalid.one("comment", "required", "The comment is empty.")
    require_medium(actor, medium_id)
    comment = MediumComment.objects.create(
        company_id=actor.company_id, medium_id=medium_id, author_id=member_id, text=said
    )
    record(actor, "medium.commented", "medium", medium_id, comment=comment.pk)
    return comment


@transaction.atomic
def note_watched(actor: Actor, medium_id: int, *, seconds: int, is_complete: bool) -> None:
    """The actor has watched a medium this far. What it has watched before stays watched. Raises NotFound, Invalid."""
    member_id = _member(actor)
    if not 0 <= seconds <= MOST_SECONDS:
        raise Invalid.one("seconds", "numeric", "seconds must be a number of seconds.")
    require_medium(actor, medium_id)
    with connection.cursor() as cursor:
        cursor.execute(_WATCHED, [actor.company_id, medium_id, member_id, seconds, is_complete])
    record(actor, "medium.watched", "medium", medium_id, seconds=seconds, is_complete=is_complete)


@transaction.atomic
def react(actor: Actor, medium_id: int, kind: str | None) -> None:
    """Say what the actor thinks of a medium, None for nothing any more. Raises NotFound, Invalid."""
    member_id = _member(actor)
    if kind is not None and kind not in MediumReaction.Kind.values:
        raise Invalid.one("reaction", "unknown", f"reaction must be one of {', '.join(MediumReaction.Kind.values)}.")
    require_medium(actor, medium_id)
    if kind is None:
        MediumReaction.objects.filter(company_id=actor.company_id, medium_id=medium_id, member_id=member_id).delete()
    else:
        MediumReaction.objects.bulk_create(
            [
                MediumReaction(
                    company_id=actor.company_id, medium_id=medium_id, member_id=member_id, kind=kind, reacted_at=Now()
                )
            ],
            update_conflicts=True,
            unique_fields=["company_id", "medium_id", "member_id"],
            update_fields=["kind", "reacted_at"],
        )
    record(actor, "medium.reacted", "medium", medium_id, reaction=kind)


def _member(actor: Actor) -> int:
    if actor.membership_id is None:
        raise NotFound("member")
    return actor.membership_id
