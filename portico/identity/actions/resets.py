"""A new password by mail, for whoever has forgotten the old one. Whoever asks learns nothing about an address."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy

from portico.access import Actor
from portico.audit.actions import record
from portico.companies.languages import writing_to
from portico.errors import Gone, Invalid
from portico.identity.actions.attempts import attempts_at
from portico.identity.actions.passwords import new_hash, store_password
from portico.identity.actions.sessions import usable_memberships
from portico.identity.actions.signing_in import ASKED_BY_CLIENT
from portico.identity.factor_models import PasswordReset
from portico.identity.queries.people import find_user_by_email
from portico.lib.addresses import is_email
from portico.lib.networks import countable
from portico.lib.secrets import digest, is_well_formed, new_secret
from portico.outbox.actions import send_mail

LINK_LIVES = timedelta(hours=1)
LINK_PREFIX = "prl_"

_TEXT = gettext_lazy("""\
To set a new password, open this page:

    %(address)s/reset/%(link)s

It is good for one hour and for one new password. If you did not ask for it, leave this mail alone: your password
stays as it is.
""")


def ask_for_reset(actor: Actor, *, email: str) -> None:
    """Mail a link to this address, if somebody with it may sign in. Raises Invalid for no address, TooMany."""
    email = email.strip()
    if not is_email(email):
        raise Invalid.one("email", "email", "This is no e-mail address.")
    ASKED_BY_CLIENT.count(countable(actor.address))
    attempts_at(actor, email=email).count_mail()
    _ask(actor, email)


@transaction.atomic
def _ask(actor: Actor, email: str) -> None:
    user = find_user_by_email(email)
    is_usable = usable_memberships(user.pk if user else 0).exists()
    link = new_secret(LINK_PREFIX)
    reset = PasswordReset.objects.create(
        user=user if is_usable else None, digest=_digest(link), expires_at=timezone.now() + LINK_LIVES
    )
    savepoint = transaction.savepoint()
    to = user.email if user else email
    with writing_to(user.language if user else "", None):  # whoever has chosen none reads it beside the page
        send_mail(to=to, subject=gettext("A new password"), text=_TEXT % {"address": settings.PUBLIC_URL, "link": link})
    # For nobody the same statements run and are taken back: how long an answer takes must not tell who is known.
    (transaction.savepoint_commit if is_usable else transaction.savepoint_rollback)(savepoint)
    record(actor, "password.reset_asked", "password reset", reset.pk)


def _digest(link: str) -> bytes:
    return digest(link, "password reset")


def _open(link: str) -> "QuerySet[PasswordReset]":
    """By columns of its own only: an update that joins takes its rows from before it waited, so that two would win."""
    return PasswordReset.objects.filter(digest=_digest(link), ended_at=None, expires_at__gt=Now())


def check_reset(link: str) -> int:
    """For whom this link is. Changes nothing. Raises Gone when it is good for nothing."""
    rows = _open(link).filter(user__is_active=True).values_list("user_id", flat=True)
    user_id = rows.first() if is_well_formed(link, LINK_PREFIX) else None
    if user_id is None:
        raise Gone
    return user_id


def reset_password(actor: Actor, link: str, *, password: str) -> None:
    """Set the new password with the mailed link, once; every session of the user ends. Raises Gone, Invalid, Busy.

    A password that cannot be taken leaves the link as it is. It signs in nobody: second factors are asked for as ever.
    """
    user_id = check_reset(link)
    stored = new_hash(user_id, password)
    with transaction.atomic():
        if not _open(link).update(ended_at=Now()):
            raise Gone
        store_password(actor, user_id, stored)
        PasswordReset.objects.filter(user_id=user_id, ended_at=None).update(ended_at=Now())
