"""Links and favourites that a member shows, in its own order. Each write first locks the member, so none is lost."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max, Value
from django.db.models.functions import Coalesce

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import Invalid, NotFound, Problem
from portico.identity.actions.profiles import checked_address
from portico.identity.models import Membership, ProfileLink
from portico.identity.queries.profile_links import own_links

LONGEST_TITLE, LONGEST_PRODUCT = 200, 100
MOST = 100  # of each kind
_ADDRESSES = frozenset({"url", "image_url"})
WRITABLE = ("title", "url", "image_url", "product")


@transaction.atomic
def add_link(actor: Actor, kind: ProfileLink.Kind, values: Mapping[str, Any]) -> ProfileLink:
    """One more at the end, from WRITABLE. Raises Invalid."""
    checked = _checked({"title": None, "url": None, **values})
    _lock(actor)
    rows = own_links(actor, kind)
    if rows.count() >= MOST:
        raise Invalid.one("title", "many", f"There can be {MOST} of these.")
    last = rows.aggregate(last=Coalesce(Max("position"), Value(0)))["last"]
    link = ProfileLink.objects.create(
        company_id=actor.company_id, membership_id=actor.membership_id or 0, kind=kind, position=last + 1, **checked
    )
    record(actor, f"{kind}.added", "membership", actor.membership_id, link=link.pk)
    return link


@transaction.atomic
def change_link(
    actor: Actor, kind: ProfileLink.Kind, link_id: int, values: Mapping[str, Any], *, position: int | None = None
) -> ProfileLink:
    """Change some of WRITABLE; with a position (from 1), move it there. Raises NotFound, Invalid."""
    checked = _checked(values)
    _lock(actor)
    link = own_links(actor, kind).filter(pk=link_id).first()
    if link is None:
        raise NotFound(kind)
    if checked:
        own_links(actor, kind).filter(pk=link_id).update(**checked)
    if position is not None:
        order = [id for id in own_links(actor, kind).values_list("pk", flat=True) if id != link_id]
        place = max(0, min(position - 1, len(order)))
        _write_order(actor, [*order[:place], link_id, *order[place:]])
    record(actor, f"{kind}.changed", "membership", actor.membership_id, link=link_id)
    return own_links(actor, kind).get(pk=link_id)


@transaction.atomic
def order_links(actor: Actor, kind: ProfileLink.Kind, ids: Sequence[int]) -> None:
    """Put these first, in this order; the others follow as they were. Raises NotFound where one is none of its own."""
    _lock(actor)
    known = list(own_links(actor, kind).values_list("pk", flat=True))
    first = list(dict.fromkeys(ids))
    if not set(first) <= set(known):
        raise NotFound(kind)
    _write_order(actor, [*first, *(id for id in known if id not in set(first))])
    record(actor, f"{kind}.ordered", "membership", actor.membership_id)


@transaction.atomic
def delete_link(actor: Actor, kind: ProfileLink.Kind, link_id: int) -> None:
    """Raises NotFound."""
    deleted, _ = own_links(actor, kind).filter(pk=link_id).delete()
    if not deleted:
        raise NotFound(kind)
    record(actor, f"{kind}.deleted", "membership", actor.membership_id, link=link_id)


def _lock(actor: Actor) -> None:
    own = Membership.objects.filter(company_id=actor.company_id, pk=actor.membership_id or 0)
    own.select_for_update(no_key=True).order_by(F("pk")).first()


def _write_order(actor: Actor, ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE profile_link SET position = wanted.position FROM unnest(%s::bigint[]) WITH ORDINALITY"
            " AS wanted (id, position) WHERE company_id = %s AND profile_link.id = wanted.id",
            [list(ids), actor.company_id],
        )


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    checked, problems = {}, []
    for name, value in values.items():
        try:
            checked[name] = _needed(name, checked_address(value) if name in _ADDRESSES else _text(name, value))
        except ValueError as wrong:
            problems.append(Problem(name, "value", str(wrong)))
    if problems:
        raise Invalid(*problems)
    return checked


def _needed(name: str, value: str | None) -> str | None:
    if not value and name in {"title", "url"}:
        raise ValueError("This is needed.")
    return value


def _text(name: str, value: str | None) -> str | None:
    text, longest = (value or "").strip(), LONGEST_TITLE if name == "title" else LONGEST_PRODUCT
    if len(text) > longest or "\0" in text:
        raise ValueError(f"This has at most {longest} characters.")
    return text or None
