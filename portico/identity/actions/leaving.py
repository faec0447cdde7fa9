"""Who is no longer to come in: members removed from a company, users suspended everywhere, from the next request on.

Every look-up of a key, token or cookie asks whether its membership and user are active; sessions are ended and keys
revoked besides, so that nothing of them comes back with the person.
"""

from functools import cache

from django.apps import apps
from django.db import transaction
from django.db.models import Model, Value
from django.db.models.functions import Lower, Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import Conflict, Denied, NotFound
from portico.identity.actions.roles import hold_administrators
from portico.identity.actions.sessions import end_sessions_of
from portico.identity.models import ApiKey, Membership, User


@transaction.atomic
def remove_member(actor: Actor, *, email: str) -> Membership:
    """End this person's membership in the actor's company, its sessions and its keys there; its contacts stay its own.

    Raises NotFound; Denied for oneself, and for who is no administrator any more. Whoever is added again has none of
    those sessions and keys.
    """
    actor.require(Permission.ADMINISTRATION)
    hold_administrators(actor)
    rows = Membership.objects.filter(company_id=actor.company_id, is_active=True).select_related("user")
    member = rows.alias(lower=Lower("user__email")).filter(lower=Lower(Value(email))).first()
    if member is None:
        raise NotFound("user in this company")
    if member.pk == actor.membership_id:
        raise Denied("You cannot remove yourself.")
    if not rows.filter(pk=member.pk).update(is_active=False):
        raise NotFound("user in this company")
    end_what_it_opened(member)
    record(actor, "member.removed", "membership", member.pk, email=member.user.email, role=member.role)
    return member


def end_what_it_opened(member: Membership) -> None:
    """End a membership's sessions and keys, and what other software was granted, inside the caller's transaction."""
    company_id = member.company_id
    for model in _ending():
        rows = model._default_manager.filter(company_id=company_id, membership=member, ended_at=None)
        rows.update(ended_at=Now())
    ApiKey.objects.filter(company_id=company_id, membership=member, revoked_at=None).update(revoked_at=Now())


@cache
def _ending() -> tuple[type[Model], ...]:
    """Whatever is a membership's and can end, also of subjects that this one knows nothing of."""
    names = {model: {field.name for field in model._meta.fields} for model in apps.get_models()}
    return tuple(model for model, has in names.items() if {"company", "membership", "ended_at"} <= has)


@transaction.atomic
def disable_user(actor: Actor, user_id: int) -> None:
    """Suspend a user in all companies, until enable_user; its keys are refused meanwhile, its sessions end.

    What other software was granted for longer than a session is refused meanwhile too. For the operator. Raises Denied,
    NotFound, Conflict where it is suspended already.
    """
    _switch(actor, user_id, to=False)
    record(actor, "user.disabled", "user", user_id)


@transaction.atomic
def enable_user(actor: Actor, user_id: int) -> None:
    """The contrary of disable_user; sessions that began meanwhile do not come to life."""
    _switch(actor, user_id, to=True)
    record(actor, "user.enabled", "user", user_id)


def _switch(actor: Actor, user_id: int, *, to: bool) -> None:
    actor.require(Permission.ADMINISTRATION)
    if actor.company_id:  # no company's administrator decides for others
        raise Denied
    if not User.objects.filter(pk=user_id, is_active=not to).update(is_active=to):
        if not User.objects.filter(pk=user_id).exists():
            raise NotFound("user")
        raise Conflict(f"This user is {'active' if to else 'disabled'} already.")
    end_sessions_of(actor, user_id)
