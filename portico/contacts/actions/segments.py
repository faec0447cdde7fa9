"""Segments: filters that are kept under a name."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import Company
from portico.contacts.fields import LONGEST_TEXT
from portico.contacts.filtering.conditions import Filter
from portico.contacts.filtering.preparing import checked
from portico.contacts.filtering.storing import stored
from portico.contacts.models import Segment
from portico.contacts.queries.labels import LONGEST_TITLE, slug_of
from portico.errors import Invalid, NotFound, Outdated
from portico.lib.texts import is_storable

MOST_SEGMENTS = 200


@dataclass(frozen=True, slots=True)
class WantedSegment:
    """A segment as somebody wants it to be. None leaves a part of an existing one as it is."""

    title: str | None = None
    filter: Filter | None = None
    description: str | None = None


@transaction.atomic
def add_segment(actor: Actor, wanted: WantedSegment) -> Segment:
    """A new segment; its slug is made from the title, with a number where that is taken. Raises Invalid."""
    actor.require(Permission.TAGS_WRITE)
    title = _title(wanted.title or "")
    groups = checked(actor, wanted.filter or Filter(()))
    return _added(actor, Segment(title=title, description=_description(wanted), filter=stored(groups)))


def _added(actor: Actor, segment: Segment) -> Segment:
    # Whoever adds one at the same time waits here: the number of segments is bounded, and slugs are counted up.
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    taken = set(Segment.objects.filter(company_id=actor.company_id).values_list("slug", flat=True))
    if len(taken) >= MOST_SEGMENTS:
        raise Invalid.one("title", "many", f"A company has at most {MOST_SEGMENTS} segments.")
    slug = slug_of(segment.title)
    segment.company_id = actor.company_id
    tries = (slug, *(f"{slug}-{number}" for number in range(2, MOST_SEGMENTS + 2)))
    segment.slug = next(one for one in tries if one not in taken)
    segment.save(force_insert=True)
    segment.refresh_from_db()
    record(actor, "segment.added", "segment", segment.pk, title=segment.title)
    return segment


@transaction.atomic
def change_segment(actor: Actor, segment_id: int, wanted: WantedSegment, *, seen: datetime | None = None) -> Segment:
    """Change what is given of a segment; its slug stays. Raises NotFound, Invalid.

    With `seen`, raises Outdated where it was changed after that moment.
    """
    actor.require(Permission.TAGS_WRITE)
    segment = _locked(actor, segment_id)
    if seen is not None and segment.updated_at > seen:
        raise Outdated
    if wanted.title is not None:
        segment.title = _title(wanted.title)
    if wanted.filter is not None:
        segment.filter = stored(checked(actor, wanted.filter))
    if wanted.description is not None:
        segment.description = _description(wanted)
    segment.updated_at = Now()
    segment.save(update_fields=["title", "filter", "description", "updated_at"])
    record(actor, "segment.changed", "segment", segment.pk, title=segment.title)
    return segment


@transaction.atomic
def duplicate_segment(actor: Actor, segment_id: int) -> Segment:
    """A second segment with this one's filter, also where something that it names is gone. Raises NotFound, Invalid."""
    actor.require(Permission.TAGS_WRITE)
    found = _locked(actor, segment_id)
    title = f"{found.title[: LONGEST_TITLE - len(_COPY)]}{_COPY}"
    return _added(actor, Segment(title=title, description=found.description, filter=found.filter))


@transaction.atomic
def delete_segment(actor: Actor, segment_id: int) -> None:
    """Raises NotFound."""
    actor.require(Permission.TAGS_DELETE)
    segment = _locked(actor, segment_id)
    segment.delete()
    record(actor, "segment.deleted", "segment", segment_id, title=segment.title)


_COPY = " (copy)"


def _locked(actor: Actor, segment_id: int) -> Segment:
    rows = Segment.objects.filter(company_id=actor.company_id, pk=min(segment_id, 2**63 - 1))
    found = rows.select_for_update().first()
    if found is None:
        raise NotFound("segment")
    return found


def _title(text: str) -> str:
    if not text or len(text) > LONGEST_TITLE or not is_storable(text):
        raise Invalid.one("title", "required", f"A title of at most {LONGEST_TITLE} characters is needed.")
    return text


def _description(wanted: WantedSegment) -> str | None:
    text = wanted.description
    if text is not None and (len(text) > LONGEST_TEXT or not is_storable(text)):
        raise Invalid.one("description", "text", f"This is no text of at most {LONGEST_TEXT} characters.")
    return text
