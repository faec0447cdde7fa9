"""Passkeys: added and removed by their user, and used as a second factor or as the only one."""

import hmac

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_noop
from fido2.webauthn import UserVerificationRequirement

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import Conflict, Invalid, NotFound
from portico.identity import webauthn
from portico.identity.actions.factors import forget_recovery_codes, note_change, own_user
from portico.identity.actions.recovery_codes import make_recovery_codes
from portico.identity.factor_models import Passkey, PasskeyAnswer
from portico.identity.models import User
from portico.identity.queries.factors import has_factor, require_fresh_proof
from portico.lib.secrets import digest

MOST = 20
LONGEST_NAME = 100


def passkey_to_add(actor: Actor) -> str:
    """What the actor's browser needs to make a passkey, as JSON. Raises Denied where the last proof is old."""
    require_fresh_proof(actor)
    user = User.objects.get(pk=actor.user_id or 0)
    return webauthn.registration_options(user.pk, user.email, user.full_name, _known(user.pk))


def _known(user_id: int) -> list[bytes]:
    rows = Passkey.objects.filter(user_id=user_id).order_by("pk")
    return [bytes(id) for id in rows.values_list("credential_id", flat=True)]


@transaction.atomic
def add_passkey(actor: Actor, *, name: str, answer: str) -> list[str]:
    """Keep the passkey that a browser has made. Answers recovery codes, shown once, with the first factor only.

    Raises Invalid, Denied, Conflict for one too many or one that is there already.
    """
    user = own_user(actor)
    if not 0 < len(name.strip()) <= LONGEST_NAME or "\0" in name:
        raise Invalid.one("name", "length", f"Give it a name of at most {LONGEST_NAME} characters.")
    try:
        new, challenge = webauthn.registered(user.pk, answer)
    except webauthn.BadAnswer:
        raise _wrong() from None
    _only_once(challenge)
    if Passkey.objects.filter(user=user).count() >= MOST:
        raise Conflict(f"A user has at most {MOST} passkeys.")
    is_first = not has_factor(user.pk)
    _keep(user, name.strip(), new)
    note_change(
        actor, user, "factors.passkey_added", gettext_noop("A passkey was added to your sign-in."), name=name.strip()
    )
    return make_recovery_codes(user.pk) if is_first else []


def _keep(user: User, name: str, new: webauthn.Registered) -> None:
    try:
        with transaction.atomic():
            Passkey.objects.create(
                user=user,
                name=name,
                credential_id=new.credential_id,
                credential=new.credential,
                sign_count=new.sign_count,
            )
    except IntegrityError:
        raise Conflict("This passkey is there already.") from None


@transaction.atomic
def remove_passkey(actor: Actor, passkey_id: int) -> None:
    """Raises NotFound, also for another user's; Denied."""
    user = own_user(actor)
    found = Passkey.objects.filter(user=user, pk=passkey_id).first()
    if found is None:
        raise NotFound("passkey")
    found.delete()
    forget_recovery_codes(user.pk)
    note_change(
        actor,
        user,
        "factors.passkey_removed",
        gettext_noop("A passkey was removed from your sign-in."),
        name=found.name,
    )


def passkey_to_sign_in() -> str:
    """What a browser needs to sign in with a passkey alone, as JSON; the same for everybody."""
    return webauthn.request_options("sign in", 0, [], webauthn.REQUIRED)


def passkey_to_prove(user_id: int) -> str | None:
    """What a browser needs to use one of this user's passkeys as a second factor; None where there is none."""
    known = _known(user_id)
    return webauthn.request_options("prove", user_id, known, webauthn.PREFERRED) if known else None


def use_sole_passkey(actor: Actor, answer: str) -> int:
    """The id of the user whose passkey this is; it has also seen a finger or a PIN. Raises Invalid."""
    found, answered = _found(answer)
    handle = answered.user_handle
    if handle is not None and not hmac.compare_digest(handle, webauthn.user_handle(found.user_id)):
        raise _wrong()
    _use(actor, found, answered, purpose="sign in", user_id=0, verification=webauthn.REQUIRED)
    return found.user_id


def use_passkey(actor: Actor, user: User, answer: str) -> None:
    """Raises Invalid where this is no answer of one of the user's passkeys."""
    found, answered = _found(answer)
    if found.user_id != user.pk:
        raise _wrong()
    _use(actor, found, answered, purpose="prove", user_id=user.pk, verification=webauthn.PREFERRED)


def _found(answer: str) -> tuple[Passkey, webauthn.Answered]:
    try:
        answered = webauthn.answered(answer)
    except webauthn.BadAnswer:
        raise _wrong() from None
    found = Passkey.objects.filter(credential_id=answered.credential_id).first()
    if found is None:
        raise _wrong()
    return found, answered


def _use(
    actor: Actor,
    passkey: Passkey,
    answered: webauthn.Answered,
    *,
    purpose: str,
    user_id: int,
    verification: UserVerificationRequirement,
) -> None:
    try:
        count = webauthn.verify(
            answered, purpose=purpose, user_id=user_id, credential=bytes(passkey.credential), verification=verification
        )
    except webauthn.BadAnswer:
        raise _wrong() from None
    _only_once(answered.challenge)
    # A count that does not rise tells of a copy of the authenticator (WebAuthn 6.1.1); many never count.
    rises = Q(sign_count__lt=count) if count else Q(sign_count=0)
    rows = Passkey.objects.filter(rises, pk=passkey.pk)
    if not rows.update(sign_count=count, last_used_at=Now()):
        record(actor, "factors.passkey_copied", "user", passkey.user_id, name=passkey.name)
        raise _wrong()


def _only_once(challenge: bytes) -> None:
    try:
        with transaction.atomic():
            PasskeyAnswer.objects.create(digest=digest(challenge.hex(), "passkey answer"))
    except IntegrityError:
        raise _wrong() from None


def _wrong() -> Invalid:
    return Invalid.one("answer", "wrong", "This passkey did not work here. Try again, or use another way.")
