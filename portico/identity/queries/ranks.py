from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from portico.access import Actor, Permission
from portico.identity.models import Membership, Rank
from portico.lib.statements import Literal, Shape


def list_rank_documents(actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]:
    """The company's ranks with their ids, the newest made first, those before this one: for who sets them.

    Beside Rank's columns `shape` sees `members`, how many have it.
    """
    actor.require(Permission.RANKS_WRITE)
    held = Membership.objects.filter(company_id=OuterRef("company_id"), rank_id=OuterRef("pk"), is_active=True)
    total = held.order_by().values("rank_id").annotate(total=Count("pk")).values("total")
    rows = Rank.objects.filter(company_id=actor.company_id)
    rows = rows.annotate(members=Coalesce(Subquery(total), Literal("0", IntegerField())))
    found = rows if before is None else rows.filter(pk__lt=before)
    return list(found.order_by("-pk").values_list("pk", shape.document())[:limit])
