"""Who operates a company: its active members, whatever their role."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, Q, QuerySet, TextField, Value, When
from django.db.models.functions import Concat, Lower

from portico.access import Actor, Permission, Role
from portico.identity.models import Membership


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Some members, each with its user, and how many there are in all."""

    total: int
    rows: list[Membership]


def list_members(actor: Actor, *, roles: Collection[Role] | None, count: int) -> MemberPage:
    """The first `count` members with one of these roles by name, with any for None."""
    actor.require(Permission.SETTINGS_WRITE)
    rows = _by_name(_members(actor) if roles is None else _members(actor).filter(role__in=roles))
    return MemberPage(rows.count(), list(rows[:count]))


def list_member_choices(actor: Actor, *, search: str, chosen: Sequence[int], count: int) -> list[Membership]:
    """The first `count` members by name whose name or e-mail has `search` in it; before them those who are `chosen`."""
    actor.require(Permission.REPORTS_READ)
    rows = _members(actor).alias(
        full_name=Lower(Concat("user__first_name", Value(" ", TextField()), "user__last_name")),
        lower_email=Lower("user__email"),
    )
    term = Lower(Value(search))
    ids = [id for id in chosen if id < 2**63]
    found = rows.filter(Q(pk__in=ids) | Q(full_name__contains=term) | Q(lower_email__contains=term))
    # Without any, the order would be by a constant, which PostgreSQL takes for the number of a column.
    first = [Case(When(pk__in=ids, then=Value(0)), default=Value(1), output_field=IntegerField())] if ids else []
    return list(_by_name(found, *first)[:count])


def list_owner_emails(actor: Actor, *, count: int) -> list[str]:
    """The addresses of the first `count` members by name: who can own a contact. For a rep, which has its own, none."""
    actor.require(Permission.CONTACTS_READ)
    rows = [] if actor.owns_only else _by_name(_members(actor))[:count]
    return [one.user.email for one in rows]


def emails_of_members(actor: Actor, membership_ids: Collection[int]) -> dict[int, str]:
    """The addresses of these members of the company, active or not, by id; who is gone is left out."""
    rows = Membership.objects.filter(company_id=actor.company_id, pk__in=membership_ids)
    return dict(rows.values_list("pk", "user__email"))


def _members(actor: Actor) -> "QuerySet[Membership]":
    return Membership.objects.filter(company_id=actor.company_id, is_active=True).select_related("user")


def _by_name(rows: "QuerySet[Membership]", *before: Case) -> "QuerySet[Membership]":
    return rows.order_by(*before, Lower("user__first_name"), Lower("user__last_name"), "id")
