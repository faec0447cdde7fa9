"""What every change of a password or of a second factor brings with it."""

from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from portico.access import Actor
from portico.audit.actions import record
from portico.companies.second_factors import demand_factor
from portico.errors import Denied, NotFound
from portico.identity.actions.sessions import end_sessions_of
from portico.identity.actions.telling import tell_user
from portico.identity.factor_models import AuthenticatorApp, HalfSignIn, Passkey, RecoveryCode
from portico.identity.models import Session, User
from portico.identity.queries.factors import DEMANDED_OF, SECOND_FACTORS, has_factor, require_fresh_proof


def locked_user(user_id: int) -> User:
    """The user, whose factors nobody else changes or is asked for until the transaction ends. Raises NotFound."""
    user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
    if user is None:
        raise NotFound("user")
    return user


def own_user(actor: Actor) -> User:
    """The same for the actor's own. Raises Denied where its last proof is old."""
    require_fresh_proof(actor)
    return locked_user(actor.user_id or 0)


def require_operator(actor: Actor) -> None:
    """For what nobody may do to another but the person at the server's own command line. Raises Denied."""
    if actor.wire != "cli":
        raise Denied


def note_change(actor: Actor, user: User, action: str, told: str, **details: Any) -> None:
    """A sign-in has changed: whoever else is signed in as this user is no longer, and the user is told."""
    record(actor, action, "user", user.pk, **details)
    HalfSignIn.objects.filter(user_id=user.pk, ended_at=None).update(ended_at=Now())
    end_sessions_of(actor, user.pk, but=actor.session_id)
    tell_user(actor, user, told)


def forget_recovery_codes(user_id: int) -> None:
    """They stand in for a second factor; without one they are nothing."""
    if not has_factor(user_id):
        RecoveryCode.objects.filter(user_id=user_id).delete()


@transaction.atomic
def reset_factors(actor: Actor, user_id: int) -> int:
    """Take all second factors from a user who has lost them: for the operator. Answers how many there were."""
    require_operator(actor)
    user = locked_user(user_id)
    apps = AuthenticatorApp.objects.filter(user_id=user_id, confirmed_at__isnull=False).count()
    AuthenticatorApp.objects.filter(user_id=user_id).delete()
    keys, _ = Passkey.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.filter(user_id=user_id).delete()
    if apps + keys:
        note_change(actor, user, "factors.reset", gettext_noop("Your second factors were taken away by the operator."))
    return apps + keys


@transaction.atomic
def require_factor(actor: Actor, *, on: bool) -> int:
    """Demand a second factor of the company's administrators and managers, or no longer.

    Sessions of theirs that began without one end, but the asker's own; answers how many. Raises Denied.
    """
    if not demand_factor(actor, on=on) or not on:
        return 0
    rows = Session.objects.filter(company_id=actor.company_id, membership__role__in=DEMANDED_OF, ended_at=None)
    weak = rows.exclude(methods__overlap=list(SECOND_FACTORS)).exclude(pk=actor.session_id or 0)
    return weak.update(ended_at=Now())
