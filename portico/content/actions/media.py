from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.fields import checked_each, checked_text
from portico.content.actions.files import drop_files, keep_files, put_file
from portico.content.actions.outdated import require_unchanged
from portico.content.files.kinds import Facts, look_into
from portico.content.models import Medium, StoredFile
from portico.content.queries.media import company_media, own_media
from portico.errors import NotFound

LONGEST_TITLE = 255
LONGEST_DESCRIPTION = 10_000
LONGEST_CATEGORY = 100
MOST_SECONDS = 7 * 24 * 60 * 60
WRITABLE = ("title", "description", "category", "duration", "is_private")


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent: where it lies, and what it was called."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store that nothing refers to yet, and what is to be said of it. Unless it is kept, it goes."""

    file: StoredFile
    facts: Facts
    values: dict[str, Any]
    of_company: bool


def add_medium(actor: Actor, sent: Sent, fields: Mapping[str, Any], *, of_company: bool = False) -> Medium:
    """A new medium from a file: the actor's own upload, or the company's for those who keep its media.

    `fields` are of WRITABLE; without a title the file's name is it. An own upload is private unless said otherwise, the
    company's is not. Raises Invalid for fields, and for a file that is no picture, video, sound or PDF; Denied.
    """
    return keep_medium(actor, store_medium(actor, sent, fields, of_company=of_company))


def store_medium(actor: Actor, sent: Sent, fields: Mapping[str, Any], *, of_company: bool = False) -> Stored:
    """The first half of add_medium, for who is in no transaction yet: all that can be refused is refused here."""
    if of_company:
        actor.require(Permission.MEDIA_WRITE)
    elif actor.membership_id is None:
        raise NotFound("member")
    values = checked_medium({"title": sent.name, "is_private": not of_company, **fields})
    facts = look_into(sent.path)
    file = put_file(actor.company_id, sent.path, facts, name=sent.name, is_private=values["is_private"])
    return Stored(file, facts, values, of_company)


@transaction.atomic
def keep_medium(actor: Actor, stored: Stored) -> Medium:
    """The second half. Raises Conflict where the file was given up in between."""
    facts, file = stored.facts, stored.file
    medium = Medium.objects.create(
        company_id=actor.company_id,
        owner_id=None if stored.of_company else actor.membership_id,
        file=file,
        kind=facts.kind,
        **stored.values,
    )
    keep_files(actor.company_id, file.pk)
    record(actor, "medium.added", "medium", medium.pk, kind=facts.kind, size=facts.size)
    if facts.kind == Medium.Kind.IMAGE:
        from portico.content.jobs import make_thumbnail  # noqa: PLC0415 -- jobs import actions

        make_thumbnail.defer(company_id=actor.company_id, medium_id=medium.pk)
    return medium


@transaction.atomic
def change_medium(
    actor: Actor, medium_id: int, fields: Mapping[str, Any], *, of_company: bool = False, seen: datetime | None = None
) -> None:
    """Change an own upload, or one of the company's media for those who keep them; `fields` as in add_medium.

    `seen` is its `updated_at` as the actor read it. Raises NotFound, also for one that is not of the kind asked for;
    Invalid; Denied; Outdated where it was changed since.
    """
    values = checked_medium(fields)
    medium = locked_medium(actor, medium_id, of_company=of_company)
    require_unchanged(medium, seen)
    if not values:
        return
    Medium.objects.filter(company_id=actor.company_id, pk=medium.pk).update(**values, updated_at=Now())
    if "is_private" in values:
        files = StoredFile.objects.filter(company_id=actor.company_id, pk__in=_files_of(medium))
        files.update(is_private=values["is_private"])
    record(actor, "medium.changed", "medium", medium.pk, fields=sorted(values))


@transaction.atomic
def discard_medium(actor: Actor, medium_id: int, *, of_company: bool = False) -> None:
    """Be rid of one: its pages and its file are gone, its numbers stay. Whose, and raises: see change_medium."""
    medium = locked_medium(actor, medium_id, of_company=of_company)
    Medium.objects.filter(company_id=actor.company_id, pk=medium.pk).update(discarded_at=Now())
    drop_files(actor.company_id, *_files_of(medium))
    record(actor, "medium.discarded", "medium", medium.pk)


def locked_medium(actor: Actor, medium_id: int, *, of_company: bool) -> Medium:
    """For a change of it, in the caller's transaction. Raises as change_medium does."""
    rows = company_media(actor) if of_company else own_media(actor)
    medium = rows.filter(pk=medium_id).select_for_update(no_key=True).first()
    if medium is None:
        raise NotFound("medium")
    return medium


def _files_of(medium: Medium) -> list[int]:
    return [id for id in (medium.file_id, medium.thumbnail_id) if id is not None]


def checked_medium(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields as they are stored. Raises Invalid; a name not in WRITABLE is a bug."""
    return checked_each({name: fields[name] for name in WRITABLE if name in fields}, _CHECKS)


def checked_title(value: Any) -> str:
    """For checked_each: a text that is there."""
    text = (checked_text(value, LONGEST_TITLE) or "").strip()
    if not text:
        raise ValueError("required: A title is missing.")
    return text


def plain_text(longest: int) -> Any:
    """For checked_each: a text, "" where there is none."""
    return lambda value: (checked_text(value, longest) or "").strip()


def yes_or_no(value: Any) -> bool:
    """For checked_each."""
    if not isinstance(value, bool):
        raise ValueError("boolean: This must be yes or no.")  # noqa: TRY004 -- collected as a problem
    return value


def _seconds(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_SECONDS:
        raise ValueError("numeric: This must be a number of seconds.")
    return value


_CHECKS = {
    "title": checked_title,
    "description": plain_text(LONGEST_DESCRIPTION),
    "category": plain_text(LONGEST_CATEGORY),
    "duration": _seconds,
    "is_private": yes_or_no,
}
