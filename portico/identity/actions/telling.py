"""Mails that tell people what was done with their own sign-in."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from portico.access import Actor
from portico.companies.languages import writing_to
from portico.companies.models import Company
from portico.identity.models import Membership, User
from portico.lib.figures import moment
from portico.outbox.actions import send_mail


def tell_user(actor: Actor, user: User, what: str) -> None:
    """One sentence (marked with gettext_noop) to the user in its language, in the caller's transaction."""
    with writing_to(user.language, _company_of(user)):
        sentence = _(what)
        text = _(
            "%(what)s\n\nWhen: %(when)s UTC\nFrom: %(where)s\n\n"
            "If that was not you, set a new password and look through your sessions:\n\n    %(address)s/account\n"
        ) % {
            "what": sentence,
            "when": moment(timezone.now()),
            "where": actor.address or _("the server's own command line"),
            "address": settings.PUBLIC_URL,
        }
    send_mail(to=user.email, subject=sentence.rstrip("."), text=text)


def _company_of(user: User) -> Company | None:
    """The first of the user's companies: it is no company that writes here, but one of them may have a language."""
    rows = Membership.objects.filter(user=user, is_active=True, company__is_active=True)  # any company: see above
    first = rows.select_related("company").order_by("pk").first()
    return first.company if first else None
