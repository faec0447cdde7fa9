"""Managers: the members whose permissions are granted one by one."""

from dataclasses import dataclass

from django.db.models import QuerySet

from portico.access import Actor, Permission, Role
from portico.errors import NotFound
from portico.identity.models import ApiKey, Membership


@dataclass(frozen=True, slots=True)
class ManagerPage:
    """Some managers, each with its user, and how many there are in all."""

    total: int
    rows: list[Membership]


def list_managers(actor: Actor, *, first: int, count: int) -> ManagerPage:
    """The company's managers who may do anything, newest first; `first` counts from 0."""
    actor.require(Permission.SETTINGS_WRITE)
    everyone = _managers(actor)
    return ManagerPage(everyone.count(), list(everyone.order_by("-id")[first : first + count]))


def get_manager(actor: Actor, membership_id: int) -> Membership:
    """A manager who may do anything. Raises NotFound."""
    actor.require(Permission.SETTINGS_WRITE)
    found = _managers(actor).filter(pk=min(membership_id, 2**63 - 1)).first()
    if found is None:
        raise NotFound("manager")
    return found


def list_managers_with_keys(actor: Actor) -> list[tuple[Membership, list[ApiKey]]]:
    """Every manager, by name, each with its keys that are not revoked, oldest first."""
    actor.require(Permission.SETTINGS_WRITE)
    keys: dict[int, list[ApiKey]] = {}
    for key in ApiKey.objects.filter(company_id=actor.company_id, revoked_at=None).order_by("id"):
        keys.setdefault(key.membership_id, []).append(key)
    rows = _managers(actor).order_by("user__first_name", "user__last_name", "id")
    return [(manager, keys.get(manager.pk, [])) for manager in rows]


def get_own_membership(actor: Actor) -> Membership:
    """The membership as which the actor acts, with its user. Raises NotFound for an actor who is no member."""
    rows = Membership.objects.filter(company_id=actor.company_id, pk=actor.membership_id or 0)
    found = rows.select_related("user").first()
    if found is None:
        raise NotFound("membership")
    return found


def _managers(actor: Actor) -> "QuerySet[Membership]":
    rows = Membership.objects.filter(company_id=actor.company_id, role=Role.MANAGER, is_active=True)
    return rows.exclude(permissions=[]).select_related("user")
