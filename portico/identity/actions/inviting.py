"""Somebody new is told that there is a place to sign in."""

from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portico.access import Actor, Permission, Role
from portico.companies.languages import writing_to
from portico.companies.models import Company
from portico.identity.actions.people import add_member
from portico.identity.models import Membership
from portico.outbox.actions import send_mail


@transaction.atomic
def invite_member(
    actor: Actor, *, email: str, role: Role, name: str = "", permissions: Collection[Permission] = ()
) -> Membership:
    """Add a member, and mail it where to sign in; the mail holds no secret. Raises what add_member raises."""
    member = add_member(actor, email=email, role=role, name=name, permissions=permissions)
    company = Company.objects.get(pk=actor.company_id)
    name = " ".join(company.name.split())
    with writing_to(member.user.language, company):
        send_mail(
            to=member.user.email,
            sender_name=name,
            subject=_("%(who)s invites you to %(company)s") % {"who": actor.name, "company": name},
            text=_(
                "You can sign in to %(company)s now:\n\n    %(address)s/sign-in\n\n"
                "Give this e-mail address there: a code comes by mail, you need no password.\n"
            )
            % {"company": name, "address": settings.PUBLIC_URL},
            company_id=actor.company_id,
        )
    return member
