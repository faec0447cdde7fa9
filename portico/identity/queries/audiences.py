"""Who is among those whom something is for, and whom an author can choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from portico.access import Actor, Permission, Role
from portico.errors import Denied
from portico.identity.audiences import Audience, AudiencePart
from portico.identity.models import Membership, Rank, User

_MOST_RANKS = 200


@dataclass(frozen=True, slots=True)
class Chosen:
    """An audience with what its ranks and members are called; members have their user."""

    roles: Sequence[str] = ()
    ranks: Sequence[Rank] = ()
    members: Sequence[Membership] = ()

    @property
    def audience(self) -> Audience:
        ranks = tuple(rank.external_id for rank in self.ranks)
        return Audience(tuple(self.roles), ranks, tuple(member.user.email for member in self.members))


def is_for(parts: type[AudiencePart], member: Any) -> Q:
    """For rows of the thing that `parts` are of: that it is for this member, an id or an expression."""
    return Q(for_everybody=True) | Q(admits(parts, member))


def admits(parts: type[AudiencePart], member: Any, *, thing: str = "pk", keeping: Permission | None = None) -> Exists:
    """The same for what is not for everybody. `thing` is the row's column with its id.

    Who may do what is `keeping` counts as one of those whom it is for.
    """
    condition = Q(_chosen(parts, OuterRef(OuterRef(thing))))
    if keeping is not None:
        condition |= Q(role=Role.ADMIN) | Q(role=Role.MANAGER, permissions__contains=[keeping.value])
    return Exists(Membership.objects.filter(condition, company_id=OuterRef("company_id"), pk=member))


def is_admitted(actor: Actor, parts: type[AudiencePart], thing_id: int) -> bool:
    """Whether the actor is among those whom this is for, which is not for everybody."""
    rows = Membership.objects.filter(company_id=actor.company_id, pk=actor.membership_id or 0)
    return rows.filter(_chosen(parts, Value(thing_id))).exists()


def _chosen(parts: type[AudiencePart], thing: Any) -> Exists:
    """For rows of members: that one of the thing's parts is about it."""
    is_about = Q(role=OuterRef("role")) | Q(rank_id=OuterRef("rank_id")) | Q(member_id=OuterRef("pk"))
    rows = parts._default_manager.filter(is_about, company_id=OuterRef("company_id"))
    return Exists(rows.filter(**{f"{parts.of}_id": thing}))


def get_chosen(actor: Actor, parts: type[AudiencePart], thing_id: int) -> Chosen:
    """Whom this was chosen to be for; nobody where it is for everybody."""
    _require_author(actor)
    rows = parts._default_manager.filter(company_id=actor.company_id, **{f"{parts.of}_id": thing_id})
    found = list(rows.select_related("rank", "member__user").order_by("pk"))
    return Chosen(
        [part.role for part in found if part.role],
        [part.rank for part in found if part.rank],
        [part.member for part in found if part.member],
    )


def count_audience(actor: Actor, audience: Audience | None) -> int:
    """How many active members it is for now, for None the whole company."""
    _require_author(actor)
    rows = Membership.objects.filter(company_id=actor.company_id, is_active=True)
    if audience is not None:
        named = Membership.objects.filter(_named(audience.members), company_id=actor.company_id)
        of_rank = Q(rank__external_id__in=audience.ranks)
        rows = rows.filter(Q(role__in=audience.roles) | of_rank | Q(pk__in=named.values("pk")))
    return rows.count()


def list_choosable_ranks(actor: Actor) -> list[Rank]:
    """By name."""
    _require_author(actor)
    return list(Rank.objects.filter(company_id=actor.company_id).order_by(Lower("name"), "pk")[:_MOST_RANKS])


def list_choosable_members(actor: Actor, *, search: str, chosen: Sequence[str], count: int) -> list[Membership]:
    """Members whose address is one of `chosen`, by name; behind them the first `count` others who are called so."""
    _require_author(actor)
    rows = Membership.objects.filter(company_id=actor.company_id).select_related("user")
    before = list(_by_name(rows.filter(_named(chosen)))) if chosen else []
    if not search:
        return before
    term, full_name = Lower(Value(search)), Concat("user__first_name", Value(" ", TextField()), "user__last_name")
    called = rows.filter(is_active=True).alias(full_name=Lower(full_name), lower_email=Lower("user__email"))
    found = called.filter(Q(full_name__contains=term) | Q(lower_email__contains=term))
    return before + list(_by_name(found.exclude(pk__in=[one.pk for one in before]))[:count])


def _named(emails: Sequence[str]) -> Q:
    """By their addresses, found along the index that has these in lower case."""
    return Q(user__in=User.objects.alias(lower=Lower("email")).filter(lower__in=[Lower(Value(one)) for one in emails]))


def _by_name(rows: "QuerySet[Membership]") -> "QuerySet[Membership]":
    return rows.order_by(Lower("user__first_name"), Lower("user__last_name"), "pk")


def _require_author(actor: Actor) -> None:
    """Who writes what is for some has to know who there is. Raises Denied."""
    if not (actor.may(Permission.EVENTS_WRITE) or actor.may(Permission.TRAININGS_WRITE)):
        raise Denied
