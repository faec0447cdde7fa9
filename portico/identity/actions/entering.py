"""Signing in with a browser, in one step or, for users with a second factor, in two."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor
from portico.errors import Invalid, NotFound, NotSignedIn
from portico.identity.actions.attempts import attempts_at
from portico.identity.actions.authenticator_apps import use_app_code
from portico.identity.actions.devices import remember_device
from portico.identity.actions.factors import locked_user
from portico.identity.actions.passkeys import use_passkey, use_sole_passkey
from portico.identity.actions.passwords import is_own_password
from portico.identity.actions.recovery_codes import use_recovery_code
from portico.identity.actions.sessions import NewSession, begin_browser_session, end_session, usable_memberships
from portico.identity.actions.signing_in import UsedLink, use_code
from portico.identity.factor_models import HalfSignIn
from portico.identity.models import Membership, Session, User
from portico.identity.queries.factors import has_factor
from portico.identity.queries.people import find_user_by_email
from portico.lib.secrets import digest, is_well_formed, new_secret

HALF_LIVES = timedelta(minutes=10)
HALF_PREFIX = "phs_"


@dataclass(frozen=True, slots=True)
class Entered:
    """Signed in: `token` is the browser's cookie, `device` what it is known by from now on; both secrets."""

    session: NewSession
    token: str
    device: str


@dataclass(frozen=True, slots=True)
class HalfWay:
    """A second factor is owed; `token`, a secret, tells by whom."""

    token: str


Outcome = Entered | HalfWay


def enter_with_code(actor: Actor, *, public_id: str, code: str) -> Outcome:
    """With the mailed code. Raises what use_code raises, and NotSignedIn where the user may sign in nowhere."""
    return _enter(actor, use_code(actor, public_id=public_id, code=code), "passcode")


def enter_with_link(actor: Actor, used: UsedLink) -> Outcome:
    """With a mailed link that was used just now. Raises NotSignedIn where the user may sign in nowhere."""
    return _enter(actor, used.user_id, "link")


def enter_with_password(actor: Actor, *, email: str, password: str) -> Outcome:
    """Raises Invalid whatever is wrong, always after the same work; TooMany, Busy."""
    email = email.strip()
    attempts_at(actor, email=email).count()
    user = None if "\0" in email else find_user_by_email(email)
    if not is_own_password(user, password) or user is None:
        raise _no_match()
    try:
        return _enter(actor, user.pk, "password")
    except NotSignedIn:  # the right password of somebody who may sign in nowhere
        raise _no_match() from None


def enter_with_passkey(actor: Actor, answer: str) -> Outcome:
    """With a passkey alone, which is two factors in one. Raises Invalid, NotSignedIn."""
    user_id = use_sole_passkey(actor, answer)
    with transaction.atomic():
        return _begin(actor, locked_user(user_id), ["passkey"])


def _no_match() -> Invalid:
    return Invalid.one("password", "wrong", "E-mail address and password do not belong together.")


@transaction.atomic
def _enter(actor: Actor, user_id: int, method: str) -> Outcome:
    # Held, so that a factor that is added in this moment is either asked for, or ends this session.
    user = locked_user(user_id)
    if not has_factor(user.pk):
        return _begin(actor, user, [method])
    _last_used(user.pk)
    token = new_secret(HALF_PREFIX)
    HalfSignIn.objects.create(user=user, digest=_digest(token), method=method, expires_at=timezone.now() + HALF_LIVES)
    return HalfWay(token)


def _digest(token: str) -> bytes:
    return digest(token, "half a sign-in")


def _begin(actor: Actor, user: User, methods: list[str]) -> Entered:
    membership = _last_used(user.pk)
    attempts_at(actor, email=user.email).forget()
    begun, token = begin_browser_session(actor, membership, methods=methods)
    return Entered(begun, token, remember_device(actor, user.pk))


def _last_used(user_id: int) -> Membership:
    """Where the user was last, otherwise the oldest of its companies. Raises NotSignedIn where it may go nowhere."""
    usable = usable_memberships(user_id)
    rows = Session.objects.filter(membership__in=usable)  # any company: the user's own
    last = rows.order_by("-seen_at").values_list("membership_id", flat=True).first()
    membership = usable.filter(pk=last).first() if last else usable.first()
    if membership is None:
        raise NotSignedIn
    return membership


@transaction.atomic
def enter_company(actor: Actor, *, company_id: int) -> str:
    """Go over to another company of the actor's user: the browser's new cookie. The session here ends.

    Nothing is proved by that: the new session is as fresh as the old one. Raises NotFound without membership.
    """
    membership = usable_memberships(actor.user_id or 0).filter(company_id=company_id).first()
    left = Session.objects.select_for_update(no_key=True).filter(company_id=actor.company_id, pk=actor.session_id or 0)
    before = left.filter(ended_at=None).first()
    if membership is None or before is None:
        raise NotFound("company")
    end_session(actor, before.pk)
    begun, token = begin_browser_session(actor, membership, methods=before.methods)
    Session.objects.filter(company_id=company_id, pk=begun.facts.id).update(proved_at=before.proved_at)
    return token


def user_id_halfway(token: str) -> int:
    """Who owes a second factor here. Raises NotSignedIn where nobody does any more."""
    return _half(token).user_id


def _half(token: str) -> HalfSignIn:
    rows = HalfSignIn.objects.filter(digest=_digest(token), ended_at=None, expires_at__gt=Now())
    found = rows.first() if is_well_formed(token, HALF_PREFIX) else None
    if found is None:
        raise NotSignedIn
    return found


def finish_with_code(actor: Actor, token: str, *, code: str) -> Entered:
    """With a code of the authenticator app, or a recovery code. Raises NotSignedIn, Invalid, TooMany."""
    half = _half(token)
    user = _user(half.user_id)
    attempts_at(actor, email=user.email).count()
    return _finish(actor, half, use_any_code(user, code))


def finish_with_passkey(actor: Actor, token: str, *, answer: str) -> Entered:
    """Raises NotSignedIn, Invalid."""
    half = _half(token)
    use_passkey(actor, _user(half.user_id), answer)
    return _finish(actor, half, "passkey")


def use_any_code(user: User, code: str) -> str:
    """Use up a code of the user's app or a recovery code: answers which. For callers who count. Raises Invalid."""
    if use_app_code(user, code):
        return "totp"
    if use_recovery_code(user.pk, code):
        return "recovery"
    raise Invalid.one("code", "wrong", "This is no code of your app that was not used yet, and no recovery code.")


def _user(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound("user")
    return user


@transaction.atomic
def _finish(actor: Actor, half: HalfSignIn, method: str) -> Entered:
    user = locked_user(half.user_id)
    if not HalfSignIn.objects.filter(pk=half.pk, ended_at=None, expires_at__gt=Now()).update(ended_at=Now()):
        raise NotSignedIn
    return _begin(actor, user, [half.method, method])
