"""The company's reps, for those who look after them."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from portico.access import Actor, Permission, Role
from portico.errors import NotFound
from portico.identity.models import Membership, Rank
from portico.identity.queries.members import MemberPage

_MOST_ID = 2**63 - 1


def list_reps(actor: Actor, *, search: str = "", first: int = 0, count: int) -> MemberPage:
    """Active reps by name, from the one numbered `first` (from 0) on; `search` is in the name or the e-mail address."""
    actor.require(Permission.REPORTS_READ)
    rows = _reps(actor)
    if search:
        rows = rows.alias(
            full_name=Lower(Concat("user__first_name", Value(" ", TextField()), "user__last_name")),
            lower_email=Lower("user__email"),
        )
        term = Lower(Value(search))
        rows = rows.filter(Q(full_name__contains=term) | Q(lower_email__contains=term))
    ordered = rows.order_by(Lower("user__first_name"), Lower("user__last_name"), "pk")
    return MemberPage(rows.count(), list(ordered[first : first + count]))


def get_rep(actor: Actor, membership_id: int) -> Membership:
    """An active rep with its user, its rank and its sponsor. Raises NotFound."""
    require_numbers_of(actor, [membership_id])
    rep = _reps(actor).select_related("sponsor__user").filter(pk=min(membership_id, _MOST_ID)).first()
    if rep is None:
        raise NotFound("rep")
    return rep


def require_numbers_of(actor: Actor, member_ids: Sequence[int]) -> None:
    """Everybody may know how it does itself, and who reads reports how others do. Raises Denied."""
    if list(member_ids) != [actor.membership_id]:
        actor.require(Permission.REPORTS_READ)


def list_ranks(actor: Actor) -> list[Rank]:
    """By name. A company has some dozens."""
    actor.require(Permission.REPORTS_READ)
    return list(Rank.objects.filter(company_id=actor.company_id).order_by(Lower("name"), "pk"))


def standing_of(rep: Membership) -> str:
    """What the company says of it, as a text that differs where any of it does."""
    said = (
        rep.rank_id, rep.external_id, rep.sponsor_id, rep.total_points, rep.fantasy_points, rep.leads_remaining,
        rep.leads_recurring,
    )  # fmt: skip
    return "|".join(map(str, said))


def _reps(actor: Actor) -> "QuerySet[Membership]":
    rows = Membership.objects.filter(company_id=actor.company_id, role=Role.REP, is_active=True)
    return rows.select_related("user", "rank")
