"""What managers may do: granted and taken away."""

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Lower

from portico.access import GRANTABLE, Actor, Permission, Role, permissions_of
from portico.audit.actions import record
from portico.errors import Conflict, Denied, Invalid, NotFound
from portico.identity.actions.roles import require_seen_rights
from portico.identity.models import Membership


@transaction.atomic
def set_manager_permissions(
    actor: Actor,
    *,
    email: str,
    permissions: Collection[Permission],
    among: Collection[Permission] = GRANTABLE,
    seen: str | None = None,
) -> Membership:
    """Give the member with this address exactly these permissions. An administrator stays what it is.

    `among` are those that the caller knows of: what the member has beside them it keeps. With `seen` (of seen_rights),
    raises Outdated where somebody has changed them since.

    Raises NotFound for an address of nobody in the company; Conflict for a rep, who would lose the contacts that it
    owns from sight of its role; Denied for oneself, and for a permission that the actor lacks and the member has not.
    """
    actor.require(Permission.SETTINGS_WRITE)
    member = _locked(actor, email=email)
    if member.role == Role.ADMIN:
        return member
    if member.role != Role.MANAGER:
        raise Conflict(f"{email} is {member.role} in this company; an administrator changes roles.")
    if not permissions:
        raise Invalid.one("permissions", "required", "Name at least one permission.")
    _refuse_for_oneself(actor, member)
    require_seen_rights(member, seen)
    before = permissions_of(Role.MANAGER, member.permissions)
    if not set(permissions) - before <= actor.permissions:
        raise Denied("You cannot grant what you are not allowed to do yourself.")
    return _write(actor, member, {*permissions, *(before - set(among))}, "member.permissions_changed")


@transaction.atomic
def remove_manager(actor: Actor, membership_id: int) -> Membership:
    """Take all permissions from a manager; its keys stay and are good for nothing.

    Raises NotFound, or Denied for oneself.
    """
    actor.require(Permission.SETTINGS_WRITE)
    member = _locked(actor, id=membership_id)
    if member.role != Role.MANAGER or not member.permissions:
        raise NotFound("manager")
    _refuse_for_oneself(actor, member)
    return _write(actor, member, (), "member.permissions_removed")


def _locked(actor: Actor, *, email: str = "", id: int = 0) -> Membership:
    rows = Membership.objects.filter(company_id=actor.company_id, is_active=True).select_related("user")
    if email:
        rows = rows.alias(lower=Lower("user__email")).filter(lower=email.lower())
    else:
        rows = rows.filter(pk=min(id, 2**63 - 1))
    found = rows.select_for_update(of=("self",), no_key=True).first()
    if found is None:
        raise NotFound("user in this company")
    return found


def _refuse_for_oneself(actor: Actor, member: Membership) -> None:
    if member.pk == actor.membership_id:
        raise Denied("You cannot change your own permissions.")


def _write(actor: Actor, member: Membership, permissions: Collection[Permission], action: str) -> Membership:
    before, member.permissions = member.permissions, sorted(permissions)
    member.save(update_fields=["permissions"])
    record(
        actor, action, "membership", member.pk, email=member.user.email, before=before, after=sorted(member.permissions)
    )
    return member
