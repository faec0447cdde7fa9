from django.db.models import QuerySet

from portico.access import Actor
from portico.identity.models import ProfileLink


def own_links(actor: Actor, kind: ProfileLink.Kind) -> "QuerySet[ProfileLink]":
    """The actor's own, in their order."""
    return links_of_member(actor.company_id, actor.membership_id or 0, kind)


def links_of_member(company_id: int, membership_id: int, kind: ProfileLink.Kind) -> "QuerySet[ProfileLink]":
    """What a member shows, in its order: for everybody who looks at its page."""
    rows = ProfileLink.objects.filter(company_id=company_id, membership_id=membership_id, kind=kind)
    return rows.order_by("position", "pk")
