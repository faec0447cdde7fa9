"""Libraries and what is in them. Whoever writes one holds its row, so that two do not mix up its order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.fields import checked_each
from portico.content.actions.media import LONGEST_DESCRIPTION, checked_title, plain_text
from portico.content.actions.outdated import require_unchanged
from portico.content.models import Library, LibraryItem
from portico.content.queries.libraries import company_libraries, own_libraries
from portico.content.queries.media import visible_media
from portico.errors import Invalid, NotFound
from portico.lib.secrets import random_text

MOST_ITEMS = 500
_SLUG = 12  # random characters
WRITABLE = ("title", "description")
_CHECKS = {"title": checked_title, "description": plain_text(LONGEST_DESCRIPTION)}
_ORDER = """
UPDATE library_item SET position = given.position FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (id, position)
WHERE library_item.company_id = %s AND library_id = %s AND library_item.id = given.id
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A medium to be put into a library; without a position behind the others. Equal positions keep their order."""

    medium_id: int
    position: int | None = None


@transaction.atomic
def add_library(
    actor: Actor, fields: Mapping[str, Any], items: Sequence[Item] = (), *, of_company: bool = False
) -> Library:
    """A new library of the actor's own, or of the company for those who keep its media. Raises Invalid, Denied."""
    if of_company:
        actor.require(Permission.MEDIA_WRITE)
    elif actor.membership_id is None:
        raise NotFound("member")
    library = Library.objects.create(
        company_id=actor.company_id,
        owner_id=None if of_company else actor.membership_id,
        slug=random_text(_SLUG),
        **checked_each({"title": None, **_known(fields)}, _CHECKS),
    )
    _put(actor, library, items)
    record(actor, "library.added", "library", library.pk, media=[item.medium_id for item in items])
    return library


@transaction.atomic
def change_library(
    actor: Actor,
    library_id: int,
    fields: Mapping[str, Any],
    *,
    order: Sequence[int] | None = None,
    of_company: bool = False,
    seen: datetime | None = None,
) -> None:
    """Change an own library, or one of the company's for those who keep its media.

    `order` are the ids of all its items, each once, as they are to follow one another; `seen` is its `updated_at` as
    the actor read it. Raises NotFound, also for one that is not of the kind asked for; Invalid; Denied; Outdated.
    """
    library = _locked(actor, library_id, of_company=of_company)
    require_unchanged(library, seen)
    values = checked_each(_known(fields), _CHECKS)
    Library.objects.filter(company_id=actor.company_id, pk=library.pk).update(**values, updated_at=Now())
    if order is not None:
        _reorder(actor, library, order)
    record(actor, "library.changed", "library", library.pk, fields=sorted(values), order=order)


def _reorder(actor: Actor, library: Library, order: Sequence[int]) -> None:
    there = LibraryItem.objects.filter(company_id=actor.company_id, library=library).values_list("pk", flat=True)
    if sorted(order) != sorted(there):
        raise Invalid.one("items", "order", "Name each item of the library once.")
    with connection.cursor() as cursor:
        cursor.execute(_ORDER, [list(order), actor.company_id, library.pk])


@transaction.atomic
def add_item(actor: Actor, library_id: int, item: Item, *, of_company: bool = False) -> None:
    """Put a medium that the actor sees into an own library, or the company's; one that is in it takes the new place.

    Raises NotFound for the library, Invalid for the medium, Denied.
    """
    library = _locked(actor, library_id, of_company=of_company)
    _put(actor, library, [item])
    record(actor, "library.item_added", "library", library.pk, medium=item.medium_id)


@transaction.atomic
def move_item(actor: Actor, library_id: int, item_id: int, *, steps: int, of_company: bool = False) -> None:
    """Put an item so many places further on, with less than 0 further to the front; at an end it stays there.

    Raises NotFound for the library or the item, Denied.
    """
    library = _locked(actor, library_id, of_company=of_company)
    rows = LibraryItem.objects.filter(company_id=actor.company_id, library=library).order_by("position", "pk")
    ids = list(rows.filter(medium__discarded_at=None).values_list("pk", flat=True))
    if item_id not in ids:
        raise NotFound("library item")
    # What cannot be seen has no place among what can.
    hidden = list(rows.exclude(medium__discarded_at=None).values_list("pk", flat=True))
    _reorder(actor, library, [*moved(ids, item_id, steps), *hidden])
    record(actor, "library.item_moved", "library", library.pk, item=item_id)


def moved(ids: Sequence[int], one: int, steps: int) -> list[int]:
    """The ids with this one so many places further on."""
    others = [id for id in ids if id != one]
    place = min(max(ids.index(one) + steps, 0), len(others))
    return [*others[:place], one, *others[place:]]


@transaction.atomic
def remove_item(actor: Actor, library_id: int, item_id: int, *, of_company: bool = False) -> None:
    """Raises NotFound for the library or the item, Denied."""
    library = _locked(actor, library_id, of_company=of_company)
    rows = LibraryItem.objects.filter(company_id=actor.company_id, library=library, pk=item_id)
    if not rows.delete()[0]:
        raise NotFound("library item")
    record(actor, "library.item_removed", "library", library.pk, item=item_id)


@transaction.atomic
def discard_library(actor: Actor, library_id: int, *, of_company: bool = False) -> None:
    """Be rid of an own library, or the company's; its media stay. Raises NotFound, Denied."""
    library = _locked(actor, library_id, of_company=of_company)
    Library.objects.filter(company_id=actor.company_id, pk=library.pk).update(discarded_at=Now())
    record(actor, "library.discarded", "library", library.pk)


def _locked(actor: Actor, library_id: int, *, of_company: bool) -> Library:
    rows = company_libraries(actor) if of_company else own_libraries(actor)
    library = rows.filter(pk=library_id).select_for_update(no_key=True).first()
    if library is None:
        raise NotFound("library")
    return library


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in WRITABLE if name in fields}


def _put(actor: Actor, library: Library, items: Sequence[Item]) -> None:
    rows = LibraryItem.objects.filter(company_id=actor.company_id, library=library)
    wanted = {item.medium_id: item for item in items}
    there = rows.count()
    if there + len(items) > MOST_ITEMS:
        raise Invalid.one("items", "many", f"A library has at most {MOST_ITEMS} items.")
    known = set(visible_media(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    if known != wanted.keys():
        raise Invalid.one("medium_id", "exists", "There is no such medium.")
    last = rows.aggregate(last=Max("position"))["last"] or 0
    LibraryItem.objects.bulk_create(
        [
            LibraryItem(
                company_id=actor.company_id,
                library=library,
                medium_id=item.medium_id,
                position=last + number if item.position is None else item.position,
            )
            for number, item in enumerate(wanted.values(), start=1)
        ],
        update_conflicts=True,
        unique_fields=["company_id", "library_id", "medium_id"],
        update_fields=["position"],
    )
