"""Mails that tell people what was done with their own sign-in."""

from django.conf import settings
from django.utils import timezone

from portico.access import Actor
from portico.identity.models import User
from portico.outbox.actions import send_mail

_TEXT = """\
{what}

When: {when:%Y-%m-%d %H:%M} UTC
From: {where}

If that was not you, set a new password and look through your sessions:

    {address}/account
"""


def tell_user(actor: Actor, user: User, what: str) -> None:
    """One sentence to the user, in the caller's transaction."""
    where = actor.address or "the server's own command line"
    text = _TEXT.format(what=what, when=timezone.now(), where=where, address=settings.PUBLIC_URL)
    send_mail(to=user.email, subject=what.rstrip("."), text=text)
