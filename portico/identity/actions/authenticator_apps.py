"""Authenticator apps: codes by time, each good for once (RFC 6238)."""

import hmac
import re
import time
from dataclasses import dataclass
from datetime import timedelta

import pyotp
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext_noop

from portico.access import Actor
from portico.errors import Conflict, Gone, Invalid
from portico.identity.actions.factors import forget_recovery_codes, note_change, own_user
from portico.identity.actions.recovery_codes import make_recovery_codes
from portico.identity.factor_models import AuthenticatorApp
from portico.identity.models import User
from portico.identity.queries.factors import has_factor, require_fresh_proof
from portico.lib.secrets import seal, unseal

STEP = 30  # seconds
_DRIFT = 1  # steps that the clock of a phone may be off
_SETTING_UP = timedelta(hours=1)
_SEALED_AS = "authenticator seed"
_ISSUER = "Portico"


@dataclass(frozen=True, slots=True)
class Seed:
    """What the app is to know: `text` to be typed, `uri` to be shown as a QR code."""

    text: str
    uri: str


@transaction.atomic
def begin_app(actor: Actor) -> None:
    """A new seed for the actor's user, which counts once a code confirms it. Raises Denied, Conflict for a second."""
    user = own_user(actor)
    seed = {"sealed_seed": seal(pyotp.random_base32().encode(), _SEALED_AS)}
    rows = AuthenticatorApp.objects.filter(user_id=user.pk)
    if rows.filter(confirmed_at=None).update(**seed, created_at=Now()):
        return
    if rows.exists():
        raise Conflict("There is an authenticator app already: remove it first.")
    AuthenticatorApp.objects.create(user=user, **seed)


def find_seed(actor: Actor) -> Seed | None:
    """What begin_app made, None where nothing waits to be confirmed. Raises Denied where the last proof is old."""
    require_fresh_proof(actor)
    waiting = _waiting(actor.user_id or 0)
    if waiting is None:
        return None
    text = _seed_of(waiting)
    return Seed(text, pyotp.TOTP(text).provisioning_uri(name=actor.name, issuer_name=_ISSUER))


def _waiting(user_id: int) -> AuthenticatorApp | None:
    rows = AuthenticatorApp.objects.filter(user_id=user_id, confirmed_at=None, created_at__gt=Now() - _SETTING_UP)
    return rows.first()


def _seed_of(app: AuthenticatorApp) -> str:
    return unseal(bytes(app.sealed_seed), _SEALED_AS).decode()


@transaction.atomic
def confirm_app(actor: Actor, code: str) -> list[str]:
    """From now on sign-ins ask for the app's codes. Answers recovery codes, shown once, with the first factor only.

    Raises Gone where nothing waits to be confirmed, Invalid for a wrong code, Denied.
    """
    user = own_user(actor)
    app = _waiting(user.pk)
    if app is None:
        raise Gone
    step = _step_of(_seed_of(app), code)
    if step is None:
        raise Invalid.one("code", "wrong", "This is not the code that the app shows now.")
    is_first = not has_factor(user.pk)
    AuthenticatorApp.objects.filter(pk=app.pk).update(confirmed_at=Now(), last_step=step)
    note_change(actor, user, "factors.app_added", gettext_noop("An authenticator app was added to your sign-in."))
    return make_recovery_codes(user.pk) if is_first else []


@transaction.atomic
def remove_app(actor: Actor) -> None:
    """Sign-ins no longer ask for its codes. Raises Denied; Conflict where there is none."""
    user = own_user(actor)
    if not AuthenticatorApp.objects.filter(user_id=user.pk).delete()[0]:
        raise Conflict("There is no authenticator app.")
    forget_recovery_codes(user.pk)
    note_change(
        actor, user, "factors.app_removed", gettext_noop("The authenticator app was removed from your sign-in.")
    )


def use_app_code(user: User, typed: str) -> bool:
    """Whether this is a code of the user's app that was not used before; it and older ones are now over."""
    app = AuthenticatorApp.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = app and _step_of(_seed_of(app), typed)
    if app is None or step is None:
        return False
    # Of many at once, on any process, one finds an older step there: the others are told no.
    return bool(AuthenticatorApp.objects.filter(pk=app.pk, last_step__lt=step).update(last_step=step))


def _step_of(seed: str, typed: str) -> int | None:
    """Which half minute this is the code of, None for none that is near."""
    code, totp, now = re.sub(r"\s", "", typed), pyotp.TOTP(seed), int(time.time()) // STEP
    near = range(now + _DRIFT, now - _DRIFT - 1, -1)
    is_digits = code.isascii() and code.isdigit()
    return next((step for step in near if is_digits and hmac.compare_digest(totp.generate_otp(step), code)), None)
