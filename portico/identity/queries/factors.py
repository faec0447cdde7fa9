"""What a user can prove itself with beside its mailbox."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from portico.access import Actor, Role
from portico.companies.second_factors import demands_factor
from portico.errors import Denied
from portico.identity.factor_models import AuthenticatorApp, Passkey, RecoveryCode
from portico.identity.models import Membership, Session, User
from portico.lib.statements import Statement, compiled, later_number

PROOF_LASTS = timedelta(minutes=15)
SECOND_FACTORS = ("totp", "passkey", "recovery")  # of Session.methods
# Of whom a company may demand a second factor.
DEMANDED_OF = (Role.ADMIN, Role.MANAGER)
DEMANDED = Q(demands_factor("company_id"), role__in=DEMANDED_OF)


@dataclass(frozen=True, slots=True)
class Factors:
    """`app_since` is when the authenticator app was confirmed. Recovery codes only stand in for one of the others."""

    has_password: bool
    app_since: datetime | None
    passkeys: list[Passkey]
    recovery_codes_left: int

    @property
    def has_second(self) -> bool:
        return self.app_since is not None or bool(self.passkeys)


def find_factors(user_id: int) -> Factors:
    """All that this user has; empty for an unknown one."""
    password = User.objects.filter(pk=user_id).values_list("password", flat=True).first()
    app = AuthenticatorApp.objects.filter(user_id=user_id, confirmed_at__isnull=False).first()
    return Factors(
        has_password=bool(password),
        app_since=app.confirmed_at if app else None,
        passkeys=list(Passkey.objects.filter(user_id=user_id).order_by("pk")),
        recovery_codes_left=RecoveryCode.objects.filter(user_id=user_id, used_at=None).count(),
    )


def has_factor(user_id: int) -> bool:
    """Whether a sign-in of this user asks for a second factor."""
    return User.objects.filter(_HAS_FACTOR, pk=user_id).exists()


_APPS = AuthenticatorApp.objects.filter(user_id=OuterRef("pk"), confirmed_at__isnull=False)
_HAS_FACTOR = Q(Exists(_APPS)) | Q(Exists(Passkey.objects.filter(user_id=OuterRef("pk"))))


def owes_factor(actor: Actor) -> bool:
    """Whether the company demands a second factor of the actor, who has none yet: it sets one up before all else."""
    member = {"company": actor.company_id, "member": actor.membership_id or 0}
    return _demanded_of().fetch_one(member) is not None and not has_factor(actor.user_id or 0)


@cache
def _demanded_of() -> Statement:
    """Asked with every page."""
    rows = Membership.objects.filter(DEMANDED, company_id=later_number("company"), id=later_number("member"))
    return compiled(rows.values_list("id"))


def has_fresh_proof(actor: Actor) -> bool:
    """Whether the person of the actor's session has proved who it is within PROOF_LASTS."""
    rows = Session.objects.filter(company_id=actor.company_id, pk=actor.session_id or 0, ended_at=None)
    return rows.filter(proved_at__gt=Now() - PROOF_LASTS).exists()


def require_fresh_proof(actor: Actor) -> None:
    """Before a password or a factor changes: a browser left open is not enough. Raises Denied."""
    if not has_fresh_proof(actor):
        raise Denied("Prove once more that it is you.")
