from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.content.models import Announcement, AnnouncementAudience, Training, TrainingModule
from portico.errors import Denied, Invalid, NotFound
from portico.identity.queries.audiences import is_admitted
from portico.selling.audiences import audience, save_for_some, told_audience
from portico.selling.given import (
    Check,
    address,
    given,
    long_text,
    name,
    objects,
    set_moment,
    short_text,
    whole_number,
    yes_or_no,
)
from portico.selling.saving import Outcome, Saved, save_named

MOST_MODULES = 200
_MINUTES = whole_number(0, 100_000)
MODULE: Mapping[str, Check] = {
    "key": name,
    "title": name,
    "duration_minutes": _MINUTES,
    "media_type": short_text,
    "video_url": address,
}
_TRAINING: Mapping[str, Check] = {
    "external_id": name,
    "title": name,
    "description": long_text,
    "category": lambda value: short_text(value) or "",
    "duration_minutes": _MINUTES,
    "image_url": address,
    "is_published": yes_or_no,
    "modules": objects(MODULE, ("title",), most=MOST_MODULES),
}
_ANNOUNCEMENT: Mapping[str, Check] = {
    "external_id": name,
    "title": name,
    "description": long_text,
    "kind": name,
    "media_type": short_text,
    **dict.fromkeys(("image_url", "video_url", "pdf_url", "powerpoint_url"), address),
    "is_active": yes_or_no,
    "published_at": set_moment,
    "audience": audience,
}


@transaction.atomic
def save_training(actor: Actor, fields: Mapping[str, Any]) -> Saved:
    """A training, found again by its `external_id`; what is not said stays as it is.

    Needed each time: external_id, title. `modules` are all of its parts in their order; one is known again by its key,
    which is its place where none is given. Those that are no longer among them go, with who has done them. Raises
    Invalid.
    """
    actor.require(Permission.TRAININGS_WRITE)
    values = given(fields, _TRAINING, ("external_id", "title"))
    modules = values.pop("modules", None)
    saved = save_named(actor, Training, str(values.pop("external_id")), values)
    if modules is not None and _save_modules(actor, saved.id, modules) and saved.outcome is Outcome.SAME:
        saved = Saved(saved.id, Outcome.CHANGED)
    _record_saved(actor, "training", saved, values["title"])
    return saved


def _save_modules(actor: Actor, training_id: int, modules: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any became different. The training's row is locked: just written, or locked where it was not."""
    rows = [{"key": str(place), **one} for place, one in enumerate(modules, start=1)]
    keys = [row["key"] for row in rows]
    if len(set(keys)) < len(keys):
        raise Invalid.one("modules", "unique", "Two modules have the same key.")
    there = TrainingModule.objects.filter(company_id=actor.company_id, training_id=training_id)
    changed = bool(there.exclude(key__in=keys).delete()[0])
    with connection.cursor() as cursor:
        for position, row in enumerate(rows, start=1):
            told = [
                row.get(field, _ABSENT.get(field)) for field in ("title", "duration_minutes", "media_type", "video_url")
            ]
            cursor.execute(_MODULE_UPSERT, [actor.company_id, training_id, row["key"], position, *told])
            changed = changed or bool(cursor.rowcount)
    return changed


_ABSENT = {"duration_minutes": 0}
_MODULE_UPSERT = """
INSERT INTO training_module AS old
    (company_id, training_id, key, position, title, duration_minutes, media_type, video_url)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (company_id, training_id, key) DO UPDATE SET position = excluded.position, title = excluded.title,
    duration_minutes = excluded.duration_minutes, media_type = excluded.media_type, video_url = excluded.video_url
WHERE ROW(old.position, old.title, old.duration_minutes, old.media_type, old.video_url) IS DISTINCT FROM
    ROW(excluded.position, excluded.title, excluded.duration_minutes, excluded.media_type, excluded.video_url)
"""


@transaction.atomic
def delete_training(actor: Actor, training_id: int) -> None:
    """Take a training away, with how far everybody was. Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    if not Training.objects.filter(company_id=actor.company_id, pk=training_id).delete()[0]:
        raise NotFound("training")
    record(actor, "training.deleted", "training", training_id)


@transaction.atomic
def save_announcement(actor: Actor, fields: Mapping[str, Any]) -> Saved:
    """An announcement, found again by its `external_id`; what is not said stays as it is. Needed: that, and a title.

    It is shown from `published_at` on (ISO 8601 with a zone), which is now unless given, to its `audience`, which is
    everybody for None. Raises Invalid.
    """
    actor.require(Permission.TRAININGS_WRITE)
    values = given(fields, _ANNOUNCEMENT, ("external_id", "title"))
    saved = save_for_some(actor, AnnouncementAudience, str(values.pop("external_id")), values)
    _record_saved(actor, "announcement", saved, values["title"], **told_audience(values))
    return saved


@transaction.atomic
def delete_announcement(actor: Actor, announcement_id: int) -> None:
    """Raises NotFound."""
    actor.require(Permission.TRAININGS_WRITE)
    if not Announcement.objects.filter(company_id=actor.company_id, pk=announcement_id).delete()[0]:
        raise NotFound("announcement")
    record(actor, "announcement.deleted", "announcement", announcement_id)


def _record_saved(actor: Actor, subject: str, saved: Saved, title: str, **more: Any) -> None:
    if saved.outcome is not Outcome.SAME:
        record(actor, f"{subject}.{saved.outcome}", subject, saved.id, title=title, **more)


@transaction.atomic
def read_announcement(actor: Actor, announcement_id: int) -> None:
    """The actor has read it; reading it again changes nothing.

    Raises NotFound, also where it is not shown now, or not for the actor.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, [actor.company_id, announcement_id])
        shown = cursor.fetchone()
        if shown is None or not (shown[0] or is_admitted(actor, AnnouncementAudience, announcement_id)):
            raise NotFound("announcement")
        cursor.execute(_READ, [actor.company_id, announcement_id, member_of(actor)])


_SHOWN = """
SELECT for_everybody FROM announcement WHERE company_id = %s AND id = %s AND is_active AND published_at <= now()
FOR KEY SHARE
"""
_READ = """
INSERT INTO announcement_read (company_id, announcement_id, member_id) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""


def member_of(actor: Actor) -> int:
    """Only members learn and read. Raises Denied."""
    if actor.membership_id is None:
        raise Denied
    return actor.membership_id
