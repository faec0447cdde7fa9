"""Signing in by mail: a passcode and a link, one credential in two forms; either ends both.

Whoever asks learns nothing about an address: known or not, it gets the same answer for the same work.
"""

import hmac
import secrets
import string
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from portico.access import Actor
from portico.audit.actions import record
from portico.companies.languages import writing_to
from portico.companies.models import Company
from portico.errors import Gone, Invalid, NotFound
from portico.identity.actions.attempts import Attempts, attempts_at
from portico.identity.actions.devices import remember_device
from portico.identity.actions.factors import require_operator
from portico.identity.actions.sessions import NewSession, begin_sessions, usable_memberships
from portico.identity.models import Challenge
from portico.identity.queries.people import find_user_by_email
from portico.identity.throttle import Limit
from portico.lib.addresses import is_email
from portico.lib.networks import countable
from portico.lib.origins import origin_of, with_parameter
from portico.lib.secrets import digest, is_well_formed, new_secret
from portico.outbox.actions import send_mail

CODE_LIVES = timedelta(minutes=10)
QUIET = timedelta(seconds=30)  # after a mail, asking again changes nothing
MOST_TRIES = 5
EXCHANGE_LIVES = timedelta(minutes=1)
LINK_PREFIX = "pul_"
EXCHANGE_PREFIX = "pxt_"

ASKED_BY_CLIENT = Limit("sign-in mails from", tries=60, seconds=600)

_ID_ALPHABET = string.ascii_lowercase + string.digits


def send_passcode(
    actor: Actor, *, email: str, company: Company | None = None, redirect_url: str | None = None
) -> Challenge:
    """Mail a code and a link to this address, if somebody with it may sign in; answers the challenge either way.

    `company` lends the mail its name, and its origins must hold `redirect_url`'s. Asked again within QUIET, answers
    the same and mails nothing; but a known device has challenges of its own, whose tries nobody else can use up, and
    whose mails are counted by themselves. Raises Invalid, TooMany.
    """
    email = email.strip()
    if not is_email(email):
        raise Invalid.one("email", "email", "This is no e-mail address.")
    origin = None if redirect_url is None else _allowed_origin(redirect_url, company)
    ASKED_BY_CLIENT.count(countable(actor.address))
    attempts = attempts_at(actor, email=email)
    with transaction.atomic():
        _one_at_a_time(email)
        recent = _recent(attempts, redirect_url)
        if recent is not None:
            return recent
        attempts.count_mail()
        user = find_user_by_email(email)
        # Asked for nobody too: the same statements for every address.
        is_usable = usable_memberships(user.pk if user else 0, actor.wire, origin=origin).exists()
        return _new_challenge(
            actor,
            email=email,
            user=user if is_usable else None,
            company=company,
            device_id=attempts.device_id,
            redirect_url=redirect_url,
        )


def _allowed_origin(url: str, company: Company | None) -> str:
    origin = origin_of(url)
    if origin is None or company is None or origin not in company.allowed_origins:
        raise Invalid.one("redirect_url", "origin", "This address is none that the company allows to be led to.")
    return origin


def _one_at_a_time(email: str) -> None:
    """Of two requests for one address the second waits, and then finds the first one's challenge."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", ["sign-in " + email.lower()])


def _open() -> "QuerySet[Challenge]":
    """Challenges that may still be used, if their time has not come."""
    return Challenge.objects.filter(ended_at=None, tries__lt=MOST_TRIES)  # any company: it is not known yet


def _recent(attempts: Attempts, redirect_url: str | None) -> Challenge | None:
    """The last challenge of who asks so again, unless its mail is older than QUIET."""
    rows = _open().alias(lower=Lower("email")).filter(lower=attempts.email, device_id=attempts.device_id)
    rows = rows.filter(expires_at__gt=timezone.now() + CODE_LIVES - QUIET, redirect_url=redirect_url)
    return rows.order_by("-expires_at").first()


def _new_challenge(actor: Actor, **columns: Any) -> Challenge:
    secret = _NewSecret()
    challenge = Challenge.objects.create(**columns, **secret.columns)  # any company: the caller names it, or none
    _mail(challenge, secret)
    record(actor, "sign-in.asked", "challenge", challenge.pk)
    return challenge


class _NewSecret:
    """A code and a link, clear, for as long as it takes to mail them."""

    def __init__(self) -> None:
        self.public_id = "mfa_" + "".join(secrets.choice(_ID_ALPHABET) for _ in range(32))
        self.code = f"{secrets.randbelow(10**6):06d}"
        self.link = new_secret(LINK_PREFIX)

    @property
    def columns(self) -> dict[str, object]:
        return {
            "public_id": self.public_id,
            "code_digest": _code_digest(self.public_id, self.code),
            "link_digest": _link_digest(self.link),
            "expires_at": timezone.now() + CODE_LIVES,
        }


def _code_digest(public_id: str, code: str) -> bytes:
    """Keyed, because a million codes are quickly tried; with the challenge in it, so that no two rows tell anything."""
    return digest(f"{public_id}:{code}", "passcode")


def _link_digest(token: str) -> bytes:
    return digest(token, "sign-in link")


def _mail(challenge: Challenge, secret: _NewSecret) -> None:
    name = " ".join(challenge.company.name.split()) if challenge.company else "Portico"
    savepoint = transaction.savepoint()
    values = {
        "name": name,
        "code": secret.code,
        "address": settings.PUBLIC_URL,
        "link": secret.link,
        "minutes": CODE_LIVES.seconds // 60,
    }
    with writing_to(challenge.user.language if challenge.user else "", challenge.company):
        send_mail(
            to=challenge.email,
            sender_name=name,
            subject=gettext("Your sign-in code for %(name)s") % {"name": name},
            text=_TEXT % values,
            company_id=challenge.company_id,
        )
    # For nobody the same statements run and are taken back: how long an answer takes must not tell who is known.
    (transaction.savepoint_rollback if challenge.user_id is None else transaction.savepoint_commit)(savepoint)


_TEXT = gettext_lazy("""\
Your sign-in code for %(name)s is

    %(code)s

Or open this page and press its button:

    %(address)s/sign-in/%(link)s

Both are good for %(minutes)s minutes and for one sign-in. If you did not ask for them, leave this mail alone:
without it nobody can sign in as you. We never ask for the code by phone or mail.
""")


def resend_passcode(actor: Actor, *, public_id: str) -> Challenge:
    """Mail a new code and link for this challenge under a new id; the old ones stop working, tries stay counted.

    A code whose time is over may be sent again. Raises NotFound, Gone when it was used or tried too often, TooMany.
    """
    ASKED_BY_CLIENT.count(countable(actor.address))
    before = _get(public_id)
    attempts = attempts_at(actor, email=before.email)
    with transaction.atomic():
        _one_at_a_time(before.email)
        attempts.count_mail()
        secret = _NewSecret()
        if not _open().filter(public_id=public_id).update(**secret.columns):
            _get(public_id)
            raise Gone
        challenge = Challenge.objects.select_related("company", "user").get(public_id=secret.public_id)
        _mail(challenge, secret)
        record(actor, "sign-in.asked", "challenge", challenge.pk)
    return challenge


def _get(public_id: str) -> Challenge:
    rows = Challenge.objects.filter(public_id=public_id)  # any company: it is not known yet
    challenge = rows.first() if "\0" not in public_id else None
    if challenge is None:
        raise NotFound("sign-in")
    return challenge


def confirm_passcode(actor: Actor, *, public_id: str, code: str) -> list[NewSession]:
    """Sign in with the mailed code: one session for each company of the user that speaks the actor's wire.

    Raises NotFound for an unknown id, Gone when it was used, has ended or was tried MOST_TRIES times, Invalid for a
    wrong code, TooMany when many tries at this account were wrong. Of parallel calls one succeeds.
    """
    challenge, attempts = _judged(actor, public_id, code)
    with transaction.atomic():
        _end(challenge, public_id)
        begun = _sign_in(actor, challenge, "passcode")
    attempts.forget()
    return begun


def use_code(actor: Actor, *, public_id: str, code: str) -> int:
    """The id of the user who has this code of this mail, which is over with that: for callers who sign in themselves.

    The try stays counted until they do. Raises what confirm_passcode raises.
    """
    challenge, _ = _judged(actor, public_id, code)
    with transaction.atomic():
        user_id = _end(challenge, public_id)
        record(actor, "sign-in.code_used", "user", user_id)
    return user_id


def _judged(actor: Actor, public_id: str, code: str) -> tuple[Challenge, Attempts]:
    """The challenge that this is the code of, and what the try was counted with."""
    challenge = _get(public_id)
    attempts = attempts_at(actor, email=challenge.email)
    attempts.check()  # first, so that whoever has to wait does not use up the code's own tries
    _count_try(public_id)
    attempts.count()
    if not hmac.compare_digest(bytes(challenge.code_digest), _code_digest(public_id, code)):
        raise _wrong_code()
    return challenge, attempts


def _end(challenge: Challenge, public_id: str) -> int:
    """Answers whose sign-in that was."""
    if not _usable().filter(pk=challenge.pk, public_id=public_id).update(ended_at=Now()):
        raise Gone if challenge.user_id else _wrong_code()
    return challenge.user_id or 0


def _wrong_code() -> Invalid:
    return Invalid.one("verification_code", "wrong", "This is not the code of the last mail.")


def _count_try(public_id: str) -> None:
    """Count one more try, right or wrong, before looking at the code: parallel ones cannot all be the fifth."""
    rows = _open().filter(public_id=public_id, expires_at__gt=Now())
    if not rows.update(tries=F("tries") + 1):
        raise Gone


def _usable() -> "QuerySet[Challenge]":
    """As _open, but with the try that is being made counted already, and somebody to sign in."""
    return Challenge.objects.filter(  # any company: it is not known yet
        ended_at=None, expires_at__gt=Now(), user__isnull=False
    )


def _sign_in(actor: Actor, challenge: Challenge, method: str, *, origin: str | None = None) -> list[NewSession]:
    memberships = usable_memberships(challenge.user_id or 0, actor.wire, origin=origin)
    begun = begin_sessions(actor, memberships, methods=[method])
    if not begun:
        raise _wrong_code()
    remember_device(actor, challenge.user_id or 0)
    return begun


def find_redirect(token: str) -> str | None:
    """Where using this link leads, None when nowhere. Changes nothing. Raises Gone when it is good for nothing."""
    return _of_link(token).redirect_url


def _of_link(token: str) -> Challenge:
    rows = _usable().filter(tries__lt=MOST_TRIES, link_digest=_link_digest(token))
    challenge = rows.first() if is_well_formed(token, LINK_PREFIX) else None
    if challenge is None:
        raise Gone
    return challenge


@dataclass(frozen=True, slots=True)
class UsedLink:
    """Whose sign-in it was. `redirect_url` has a one-time exchange token in it; without one the sign-in was for us."""

    user_id: int
    redirect_url: str | None


@transaction.atomic
def use_link(actor: Actor, token: str) -> UsedLink:
    """Use the mailed link, once.

    It begins no session by itself. Raises Gone for a link that is unknown, used or too old: nobody learns which.
    """
    challenge = _of_link(token)
    rows = _usable().filter(pk=challenge.pk, tries__lt=MOST_TRIES, link_digest=_link_digest(token))
    exchange = new_secret(EXCHANGE_PREFIX)
    changes: dict[str, Any] = {"ended_at": Now()}
    if challenge.redirect_url is not None:
        changes |= {
            "exchange_digest": digest(exchange, "exchange token"),
            "exchange_expires_at": Now() + EXCHANGE_LIVES,
        }
    if not rows.update(**changes):
        raise Gone
    record(actor, "sign-in.link_used", "user", challenge.user_id)
    url = challenge.redirect_url
    return UsedLink(challenge.user_id or 0, url and with_parameter(url, "token", exchange))


@transaction.atomic
def redeem_exchange_token(actor: Actor, token: str) -> list[NewSession]:
    """Sign in with the token that a used link led to, once; only to companies that named the origin it led to.

    Otherwise a company could mail somebody a link to its own site, and get there what opens all his other companies.
    Raises NotFound, Gone when it was used or is too old.
    """
    rows = Challenge.objects.filter(exchange_digest=digest(token, "exchange token"))  # any company: by its hash
    challenge = rows.first() if is_well_formed(token, EXCHANGE_PREFIX) else None
    if challenge is None:
        raise NotFound("sign-in")
    if not rows.filter(exchange_expires_at__gt=Now()).update(exchange_expires_at=Now()):
        raise Gone
    return _sign_in(actor, challenge, "link", origin=origin_of(challenge.redirect_url or ""))


@transaction.atomic
def issue_link(actor: Actor, *, email: str) -> str:
    """A sign-in link for the operator to hand over, in place of a mail: good as long as a mailed one, and once.

    Raises NotFound where nobody with this address may sign in, Denied.
    """
    require_operator(actor)
    user = find_user_by_email(email)
    if user is None or not usable_memberships(user.pk).exists():
        raise NotFound("user who may sign in")
    secret = _NewSecret()
    challenge = Challenge.objects.create(
        email=user.email, user=user, **secret.columns
    )  # any company: it is not known yet
    record(actor, "sign-in.link_issued", "challenge", challenge.pk)
    return f"{settings.PUBLIC_URL}/sign-in/{secret.link}"
