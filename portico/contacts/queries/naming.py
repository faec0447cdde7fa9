"""What filters name by its number, by its title, and back."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.filtering.conditions import Filter
from portico.contacts.models import List, Organization, Tag
from portico.lib.texts import is_storable

TARGETS: Mapping[str, tuple[type[Tag] | type[List] | type[Organization], str]] = {
    "tags": (Tag, "title"),
    "lists": (List, "title"),
    "organizations": (Organization, "name"),
}


def titles_in(actor: Actor, filters: Iterable[Filter]) -> Mapping[tuple[str, int], str]:
    """The titles of what these checked or stored filters name, by subject and number; without what is gone."""
    actor.require(Permission.TAGS_READ)
    wanted: dict[str, set[int]] = {}
    for condition in (one for each in filters for group in each.groups for one in group):
        if condition.subject in TARGETS:
            values = condition.value if isinstance(condition.value, list | tuple) else [condition.value]
            wanted.setdefault(condition.subject, set()).update(filter(_is_id, values))
    return {
        (subject, id): title
        for subject, ids in wanted.items()
        for id, title in _rows(subject, actor).filter(pk__in=ids).values_list("pk", TARGETS[subject][1])
    }


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and 0 < value < 2**63


def ids_of_titles(actor: Actor, subject: str, titles: Sequence[str]) -> dict[str, int]:
    """The numbers of the company's tags, lists or organizations with these titles, whatever their case.

    By the titles as given; what there is not is left out, and of several with one title the first counts.
    """
    actor.require(Permission.TAGS_READ)
    asked = {title.lower() for title in titles if is_storable(title)}
    rows = _rows(subject, actor).annotate(lowered=Lower(TARGETS[subject][1])).filter(lowered__in=asked).order_by("-pk")
    found = dict(rows.values_list("lowered", "pk"))
    return {title: found[title.lower()] for title in titles if title.lower() in found}


def _rows(subject: str, actor: Actor) -> "QuerySet[Any, Any]":
    model, _ = TARGETS[subject]
    return model._default_manager.filter(company_id=actor.company_id)
