"""Proving once more who one is, in a session that goes on: before a password or a factor changes."""

from enum import StrEnum

from django.db import transaction
from django.db.models import F, Func, Value
from django.db.models.functions import Now

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import Invalid, NotSignedIn
from portico.identity.actions.attempts import attempts_at
from portico.identity.actions.entering import use_any_code
from portico.identity.actions.passkeys import use_passkey
from portico.identity.actions.passwords import is_own_password
from portico.identity.actions.signing_in import send_passcode, use_code
from portico.identity.models import Challenge, Session, User
from portico.identity.queries.factors import find_factors


class Proof(StrEnum):
    """What is asked for: the strongest that the user has."""

    FACTOR = "factor"
    PASSWORD = "password"  # noqa: S105 -- a kind
    CODE = "code"


def proof_wanted(actor: Actor) -> Proof:
    factors = find_factors(actor.user_id or 0)
    if factors.has_second:
        return Proof.FACTOR
    return Proof.PASSWORD if factors.has_password else Proof.CODE


def prove_by_secret(actor: Actor, secret: str) -> None:
    """With a code of the app or a recovery code, or with the password where there is no second factor.

    Raises Invalid, TooMany, Busy.
    """
    user = _user(actor)
    attempts = attempts_at(actor, email=user.email)
    attempts.count()
    method = _used(user, secret, proof_wanted(actor))
    attempts.forget()
    _note(actor, method)


def _used(user: User, secret: str, wanted: Proof) -> str:
    if wanted is Proof.FACTOR:
        return use_any_code(user, secret)
    if not is_own_password(user, secret):
        raise Invalid.one("code", "wrong", "This is not your password.")
    return "password"


def prove_by_passkey(actor: Actor, answer: str) -> None:
    """Raises Invalid."""
    use_passkey(actor, _user(actor), answer)
    _note(actor, "passkey")


def mail_proof(actor: Actor) -> Challenge:
    """Mail a code to the actor's own address. Raises TooMany."""
    return send_passcode(actor, email=_user(actor).email)


def prove_by_mail(actor: Actor, *, public_id: str, code: str) -> None:
    """With that code, which is not enough for whoever has more than a mailbox. Raises what use_code raises."""
    if proof_wanted(actor) is not Proof.CODE or use_code(actor, public_id=public_id, code=code) != actor.user_id:
        raise Invalid.one("code", "wrong", "This is not the code of the last mail.")
    _note(actor, "passcode")


def _user(actor: Actor) -> User:
    user = User.objects.filter(pk=actor.user_id or 0).first()
    if user is None:
        raise NotSignedIn
    return user


@transaction.atomic
def _note(actor: Actor, method: str) -> None:
    rows = Session.objects.filter(company_id=actor.company_id, pk=actor.session_id or 0, ended_at=None)
    without = Func(F("methods"), Value(method), function="array_remove")
    methods = Func(without, Value(method), function="array_append")
    if not rows.update(proved_at=Now(), methods=methods):
        raise NotSignedIn
    record(actor, "session.proved", "session", actor.session_id, method=method)
