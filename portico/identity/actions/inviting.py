from django.conf import settings
from django.db import transaction

from portico.access import Actor, Role
from portico.companies.models import Company
from portico.errors import Invalid
from portico.identity.actions.people import add_member
from portico.identity.models import Membership
from portico.lib.texts import is_storable
from portico.outbox.actions import send_mail

_LONGEST_NAME = 200
_TEXT = """\
{company} has made you one of its reps.

Sign in with this address, by a code that is mailed to you:

    {address}/sign-in
"""


@transaction.atomic
def invite_rep(actor: Actor, *, email: str, name: str = "") -> Membership:
    """Make somebody a rep, and tell it by mail how to come in. Raises Invalid, Conflict for who is there already."""
    if len(name) > _LONGEST_NAME or not is_storable(name):
        raise Invalid.one("name", "text", f"This must be a name of at most {_LONGEST_NAME} characters.")
    rep = add_member(actor, email=email, role=Role.REP, name=name)
    company = " ".join(Company.objects.get(pk=actor.company_id).name.split())  # on one line: it goes into headers
    text = _TEXT.format(company=company, address=settings.PUBLIC_URL)
    subject = f"You are a rep of {company}"
    send_mail(to=rep.user.email, subject=subject, text=text, company_id=actor.company_id, sender_name=company)
    return rep
