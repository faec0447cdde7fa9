"""Whom somebody wants to see, as people say it: names and addresses instead of numbers, one of each kind."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from django.utils.translation import gettext as _

from portico.access import Actor, Permission
from portico.contacts.filtering.conditions import Condition, Filter, Groups, Operator
from portico.contacts.filtering.preparing import checked
from portico.contacts.filtering.storing import read_stored, stored
from portico.contacts.models import CustomField, List, Segment, Tag
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.fields import fields_of
from portico.contacts.queries.labels import Label, find_label_ids
from portico.contacts.queries.owners import owner_named
from portico.errors import Invalid
from portico.lib.statements import Shape, Statement, as_documents, compiled_together, later_number
from portico.lib.texts import is_storable

NO_OWNER = "none"
_MOST = 200  # of each that are offered to choose from; others are typed
_KIND = CustomField.Kind
_ID = re.compile(r"[0-9]{1,18}")
_LISTS = ("tags", "lists", "consents", "ids")
# How a value that is typed is compared with what a contact has.
_OPERATORS = {
    _KIND.TEXT: Operator.CONTAINS,
    _KIND.TEXTAREA: Operator.CONTAINS,
    _KIND.DATE: Operator.ON,
    _KIND.DATE_TIME: Operator.ON,
}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The contacts that match all that is given; "" means: not asked for.

    Tag and list are an id, a title or a slug, the owner is an e-mail address or NO_OWNER, the segment an id. `field` is
    the slug of a custom field, in which they have `value`; without a value, anything.
    """

    search: str = ""
    tag: str = ""
    list: str = ""
    status: str = ""
    owner: str = ""
    segment: str = ""
    field: str = ""
    value: str = ""


def chosen_by(actor: Actor, narrowed: Narrowed) -> Chosen:
    """Who that is. Raises Invalid where it names an owner, segment or field that is not there.

    What a segment names and is gone since is refused where the answer is used.
    """
    own = (*_owner(actor, narrowed.owner), *_custom(actor, narrowed.field, narrowed.value))
    groups = tuple((*group, *own) for group in _segment(actor, narrowed.segment))
    return Chosen(
        search=narrowed.search,
        tags=_ids(actor, Tag, narrowed.tag),
        lists=_ids(actor, List, narrowed.list),
        consents=(narrowed.status,) if narrowed.status else None,
        filter=Filter(groups) if any(groups) else None,
    )


def _ids(actor: Actor, label: Label, text: str) -> tuple[int | str, ...] | None:
    return tuple(find_label_ids(actor, label, [text])) if text else None


def _owner(actor: Actor, owner: str) -> list[Condition]:
    if not owner:
        return []
    if owner == NO_OWNER:
        return [Condition("own", "owner_id", Operator.EMPTY)]
    member = owner_named(actor, owner)
    return [Condition("own", "owner_id", Operator.IS, member.pk)] if member else []


def _custom(actor: Actor, slug: str, value: str) -> list[Condition]:
    if not slug:
        return []
    rows = CustomField.objects.filter(company_id=actor.company_id, slug=slug)
    kind = rows.values_list("kind", flat=True).first() if is_storable(slug) else None
    if kind is None:
        raise Invalid.one("field", "exists", _("There is no such custom field."))
    if not value:
        return [Condition("custom", slug, Operator.FILLED)]
    return [Condition("custom", slug, _OPERATORS.get(_KIND(kind), Operator.IS), value)]


def _segment(actor: Actor, segment: str) -> Groups:
    """Of its filter; a single empty group for no segment, and for one of everybody."""
    if not segment:
        return ((),)
    id = int(segment) if _ID.fullmatch(segment) and actor.may(Permission.TAGS_READ) else 0
    row = Segment.objects.filter(company_id=actor.company_id, pk=id).first()
    if row is None:
        raise Invalid.one("segment", "exists", _("There is no such segment."))
    return read_stored(row.filter).groups or ((),)


def kept(actor: Actor, chosen: Chosen) -> dict[str, Any]:
    """A Chosen of chosen_by, or one by ids, as JSON to be read another time: it will mean the same contacts then.

    Raises Invalid for a filter that cannot be.
    """
    parts = {name: getattr(chosen, name) for name in ("search", *_LISTS)}
    return parts if chosen.filter is None else {**parts, "filter": stored(checked(actor, chosen.filter))}


def read_kept(parts: dict[str, Any]) -> Chosen:
    """Raises KeyError for what was not kept so: nothing is never everybody."""
    lists: dict[str, Any] = {name: parts[name] if parts[name] is None else tuple(parts[name]) for name in _LISTS}
    filters = read_stored(parts["filter"]) if "filter" in parts else None
    return Chosen(search=parts["search"], filter=filters, **lists)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen from: tags, lists and segments as (id, title), custom fields as (slug, label)."""

    tags: Sequence[tuple[str, str]] = ()
    lists: Sequence[tuple[str, str]] = ()
    segments: Sequence[tuple[str, str]] = ()
    fields: Sequence[tuple[str, str]] = ()


_TITLED = Shape({"id": "id", "title": "title"})
_FIELD = Shape({"slug": "slug", "label": "label"})


def list_choices(actor: Actor) -> Choices:
    """The first of each by title, those of tags, lists and segments for whoever may see them, in one statement."""
    actor.require(Permission.CONTACTS_READ)
    row = _choices(has_titles=actor.may(Permission.TAGS_READ)).fetch_one({"company": actor.company_id}) or ()
    fields, *titled = (orjson.loads(f"[{text}]") for text in row)
    tags, lists, segments = ([(str(one["id"]), one["title"]) for one in rows] for rows in titled or ((), (), ()))
    return Choices(tags, lists, segments, [(one["slug"], one["label"]) for one in fields])


@lru_cache(maxsize=2)
def _choices(*, has_titles: bool) -> Statement:
    company = later_number("company")
    titled = (
        as_documents(kind._default_manager.filter(company_id=company).order_by("title", "id")[:_MOST], _TITLED)
        for kind in (Tag, List, Segment)
    )
    return compiled_together(as_documents(fields_of(company)[:_MOST], _FIELD), *(titled if has_titles else ()))
