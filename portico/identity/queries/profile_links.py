from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Expression, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from portico.access import Actor
from portico.identity.models import ProfileLink
from portico.lib.statements import JsonField, Literal, Shape


def own_links(actor: Actor, kind: ProfileLink.Kind) -> "QuerySet[ProfileLink]":
    """The actor's own, in their order."""
    return links_of_member(actor.company_id, actor.membership_id or 0, kind)


def links_of_member(company_id: int, membership_id: int, kind: ProfileLink.Kind) -> "QuerySet[ProfileLink]":
    """What a member shows, in its order: for everybody who looks at its page."""
    rows = ProfileLink.objects.filter(company_id=company_id, membership_id=membership_id, kind=kind)
    return rows.order_by("position", "pk")


class _InOrder(JSONBAgg):
    """As plain json, which keeps the keys in the order of the shape."""

    function = "JSON_AGG"
    output_field = JsonField()  # type: ignore[assignment]  # any field will do


def shown_links(kind: ProfileLink.Kind, member: str = "member_id") -> Expression:
    """What a member shows, in its order, as a JSON array of title, url and image_url.

    For shapes whose rows lead to the member by this column.
    """
    rows = ProfileLink.objects.filter(company_id=OuterRef("company_id"), membership_id=OuterRef(member), kind=kind)
    shape = Shape({"title": "title", "url": "url", "image_url": "image_url"})
    gathered = _InOrder(shape.build(), order_by=(F("position").asc(), F("id").asc()))
    found = rows.order_by().values("membership_id").annotate(items=gathered).values("items")
    empty = Literal("[]", JsonField())
    return Coalesce(Subquery(found, output_field=JsonField()), empty, output_field=JsonField())
