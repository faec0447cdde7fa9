"""Segments, with how many contacts are in them now, and which."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portico.access import Actor, Permission
from portico.contacts.filtering.conditions import Filter
from portico.contacts.filtering.preparing import checked
from portico.contacts.filtering.storing import read_stored
from portico.contacts.models import Consent, Segment
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import Page, count_chosen, count_each, list_contact_documents
from portico.errors import Denied, Invalid, NotFound
from portico.lib.statements import Shape


@dataclass(frozen=True, slots=True)
class Known:
    """A segment: one that every company has (`id` 0), or one of its own.

    `problem` says what its filter names and is not there any more; who would be asked for by it is nobody.
    """

    slug: str
    title: str
    chosen: Chosen
    id: int = 0
    description: str = ""
    problem: str = ""
    updated_at: datetime | None = None

    @property
    def filter(self) -> Filter:
        return self.chosen.filter or Filter(())


BUILT_IN = (
    Known("all_contacts", "All contacts", Chosen(), description="Everybody"),
    Known(
        "subscribed_contacts",
        "Subscribed contacts",
        Chosen(consents=(Consent.SUBSCRIBED.value,)),
        description="Whoever may be written to",
    ),
)


def list_segments(actor: Actor) -> list[tuple[Known, int]]:
    """All segments, those that every company has first, then by title; each with its exact count of now."""
    actor.require(Permission.TAGS_READ)
    rows = Segment.objects.filter(company_id=actor.company_id).order_by("title", "id")
    return [(known, count_chosen(actor, known.chosen)) for known in (*BUILT_IN, *map(_known, rows))]


@dataclass(frozen=True, slots=True)
class SegmentPage:
    """Some of the company's own segments by title, each with its exact count of now, and how many there are in all."""

    total: int
    rows: list[tuple[Known, int]]


def list_own_segments(actor: Actor, *, page: int = 1, per_page: int = 10) -> SegmentPage:
    """One page. What a count costs is up to its filter: nothing is counted that is not on the page."""
    actor.require(Permission.TAGS_READ)
    rows = Segment.objects.filter(company_id=actor.company_id).order_by("title", "id")
    found = [_known(row) for row in rows[(page - 1) * per_page : page * per_page]]
    return SegmentPage(rows.count(), list(zip(found, count_each(actor, [one.chosen for one in found]), strict=True)))


def list_segments_that_name(actor: Actor, slug: str) -> list[str]:
    """The titles of segments whose filters ask for the custom field with this slug."""
    if not (actor.may(Permission.TAGS_READ) or actor.may(Permission.SETTINGS_WRITE)):
        raise Denied
    rows = Segment.objects.filter(company_id=actor.company_id).order_by("title", "id")
    return [row.title for row in rows if _names(read_stored(row.filter), slug)]


def _names(wanted: Filter, slug: str) -> bool:
    return any(one.subject == "custom" and one.name == slug for group in wanted.groups for one in group)


def get_segment(actor: Actor, *, id: int = 0, slug: str = "") -> Known:
    """One that every company has by its slug, otherwise one of the company's own by its id. Raises NotFound."""
    actor.require(Permission.TAGS_READ)
    known = next((one for one in BUILT_IN if one.slug == slug), None) or _own(actor, id)
    if known is None:
        raise NotFound("segment")
    try:
        checked(actor, replace(known.filter, stored=False))
    except Invalid as no:
        return replace(known, problem=str(no))
    return known


def _own(actor: Actor, id: int) -> Known | None:
    row = Segment.objects.filter(company_id=actor.company_id, pk=min(id, 2**63 - 1)).first()
    return None if row is None else _known(row)


def list_segment_documents(
    actor: Actor, shape: Shape, *, id: int = 0, slug: str = "", search: str = "", **how: Any
) -> tuple[Known, Page]:
    """A segment and one page of its contacts, see list_contact_documents. Raises NotFound."""
    known = get_segment(actor, id=id, slug=slug)
    return known, list_contact_documents(actor, shape, replace(known.chosen, search=search), **how)


def count_filtered(actor: Actor, wanted: Filter) -> int:
    """How many contacts this filter matches. Raises Invalid."""
    actor.require(Permission.TAGS_READ)
    return count_chosen(actor, Chosen(filter=wanted))


def _known(row: Segment) -> Known:
    chosen = Chosen(filter=read_stored(row.filter))
    return Known(row.slug, row.title, chosen, row.pk, row.description or "", updated_at=row.updated_at)
