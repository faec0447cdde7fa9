"""What somebody is in a company: changed by its administrators, of whom one always stays."""

from collections.abc import Collection

from django.db import transaction
from django.db.models.functions import Now

from portico.access import GRANTABLE, Actor, Permission, Role
from portico.audit.actions import record
from portico.companies.seeing import require_seen, seen_of
from portico.errors import Denied, Invalid, NotFound
from portico.identity.models import Membership, Session
from portico.identity.queries.factors import DEMANDED, SECOND_FACTORS


def hold_administrators(actor: Actor) -> None:
    """Nobody else changes who administers the company until the transaction ends.

    Of two administrators who turn each other out at once, the second is none any more when its turn comes, and so one
    stays. Raises Denied for that one.
    """
    rows = Membership.objects.filter(company_id=actor.company_id, role=Role.ADMIN, is_active=True).order_by("pk")
    held = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    if actor.membership_id is not None and actor.membership_id not in held:
        raise Denied


def seen_rights(member: Membership) -> str:
    """For a form: what the member may do, as it is now."""
    return seen_of(member.role, sorted(member.permissions))


def require_seen_rights(member: Membership, seen: str | None) -> None:
    """Raises Outdated where that has changed since; None demands nothing."""
    require_seen(seen, member.role, sorted(member.permissions))


@transaction.atomic
def change_role(
    actor: Actor,
    membership_id: int,
    *,
    role: Role,
    permissions: Collection[Permission] = (),
    seen: str | None = None,
) -> Membership:
    """Make a member an administrator, a manager with these permissions, or a rep; its contacts stay its own.

    Where the company demands a second factor of the new role, its sessions here that began without one end. With
    `seen` (of seen_rights), raises Outdated where somebody has changed it since. Raises NotFound, Invalid, Denied for
    oneself.
    """
    actor.require(Permission.ADMINISTRATION)
    _check(role, permissions)
    hold_administrators(actor)
    rows = Membership.objects.filter(company_id=actor.company_id, pk=min(membership_id, 2**63 - 1), is_active=True)
    member = rows.select_related("user").select_for_update(of=("self",), no_key=True).first()
    if member is None:
        raise NotFound("member")
    if member.pk == actor.membership_id:
        raise Denied("You cannot change your own role: ask another administrator.")
    require_seen_rights(member, seen)
    before = {"role": member.role, "permissions": sorted(member.permissions)}
    after = {"role": role.value, "permissions": sorted(permissions)}
    if before != after:
        member.role, member.permissions = role, sorted(permissions)
        member.save(update_fields=["role", "permissions"])
        record(
            actor, "member.role_changed", "membership", member.pk, email=member.user.email, before=before, after=after
        )
        _end_sessions_without_factor(member)
    return member


def _check(role: Role, permissions: Collection[Permission]) -> None:
    if role is Role.MANAGER and not permissions:
        raise Invalid.one("permissions", "required", "Name at least one permission.")
    if role is not Role.MANAGER and permissions:
        raise Invalid.one("permissions", "role", f"Only a manager takes permissions; the role {role} has its own.")
    if not set(permissions) <= GRANTABLE:
        raise Invalid.one("permissions", "grantable", "Administration cannot be granted: use the role admin.")


def _end_sessions_without_factor(member: Membership) -> None:
    """Of the company alone: what its administrators decide holds here, and elsewhere others decide."""
    if not Membership.objects.filter(DEMANDED, company_id=member.company_id, pk=member.pk).exists():
        return
    rows = Session.objects.filter(company_id=member.company_id, membership=member, ended_at=None)
    rows.exclude(methods__overlap=list(SECOND_FACTORS)).update(ended_at=Now())
