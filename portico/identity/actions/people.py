from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction

from portico.access import GRANTABLE, Actor, Permission, Role
from portico.audit.actions import record
from portico.errors import Conflict, Invalid
from portico.identity.actions.leaving import end_what_it_opened
from portico.identity.models import Membership, User
from portico.identity.queries.people import find_user_by_email
from portico.identity.usernames import free_username
from portico.lib.addresses import is_email
from portico.lib.texts import is_storable

_LONGEST_NAME = 200


@transaction.atomic
def add_member(
    actor: Actor,
    *,
    email: str,
    role: Role,
    name: str = "",
    permissions: Collection[Permission] = (),
    is_operator: bool = False,
) -> Membership:
    """Give the user with this address a membership in the actor's company; the user is made when new.

    Only a manager takes permissions. One who was removed comes back with this role, and without his old sessions and
    keys. Raises Invalid, or Conflict when there is a membership already.
    """
    actor.require(Permission.ADMINISTRATION)
    if permissions and role is not Role.MANAGER:
        raise Invalid.one("permissions", "role", f"Only a manager takes permissions; the role {role} has its own.")
    if not set(permissions) <= GRANTABLE:
        raise Invalid.one("permissions", "grantable", "Administration cannot be granted: use the role admin.")
    if not is_email(email):
        raise Invalid.one("email", "email", f"{email} is no e-mail address.")
    if len(name) > _LONGEST_NAME or not is_storable(name):
        raise Invalid.one("name", "text", f"A name has at most {_LONGEST_NAME} characters.")
    user = _user(email, name, is_operator=is_operator)
    membership = _membership(actor, user, role=role, permissions=sorted(permissions))
    record(
        actor, "member.added", "membership", membership.pk, email=user.email, role=role, permissions=sorted(permissions)
    )
    return membership


def _membership(actor: Actor, user: User, **rights: Any) -> Membership:
    try:
        with transaction.atomic():
            return Membership.objects.create(
                company_id=actor.company_id,
                user=user,
                username=free_username(actor.company_id, user.email),
                **rights,
            )
    except IntegrityError:
        rows = Membership.objects.filter(company_id=actor.company_id, user=user).select_related("user")
        if not rows.filter(is_active=False).update(is_active=True, **rights):
            raise Conflict(f"{user.email} is already in this company.") from None
    membership = rows.get()
    end_what_it_opened(membership)
    return membership


def _user(email: str, name: str, *, is_operator: bool) -> User:
    first, _, last = name.strip().partition(" ")
    try:
        with transaction.atomic():
            user = User.objects.create(email=email, first_name=first, last_name=last.strip())
    except IntegrityError:
        user = find_user_by_email(email) or User(email=email)
    if is_operator and not user.is_operator:
        user.is_operator = True
        user.save(update_fields=["is_operator"])
    return user
