"""Contacts signed in with a browser, for the software of their company."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.members import sign_in_member
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import NotSignedIn
from portico.identity.throttle import Limit
from portico.lib.secrets import digest, new_secret
from portico.lib.statements import Shape
from portico.openid.actions.granting import unless_gone
from portico.openid.models import Client, MemberSession
from portico.openid.people import contact_subject, proof_of
from portico.openid.queries.signed_in import COOKIE_PREFIX, COOKIE_PURPOSE, live_member_sessions

# A browser is not the server of a site, which signs in all its members from one address: it may fail less often.
FAILURES_OF_BROWSERS = Limit("sign-in of members by browsers at", tries=100, seconds=600)
MEMBER_SESSIONS_LIVE = timedelta(days=30)
_SHAPE = Shape({"id": "id"})


def begin_member_session(actor: Actor, client: Client, *, email: str, password: str) -> str:
    """The token that the browser keeps as its cookie, if the client lets in who has this address and password.

    Raises NotSignedIn whatever is wrong, TooMany, Busy: see sign_in_member, whose work and limits these are. One limit
    comes on top: from one address few passwords can be tried with many people.
    """
    place = f"{client.company_id} {actor.address}"
    FAILURES_OF_BROWSERS.check(place)
    by = Actor(
        client.company_id, f"client {client.name}", "openid", frozenset({Permission.MEMBERS_VERIFY}),
        request_id=actor.request_id, address=actor.address, agent=actor.agent,
    )  # fmt: skip
    try:
        member = sign_in_member(by, _SHAPE, email=email, password=password, required_tags=client.required_tags)
    except NotSignedIn:
        FAILURES_OF_BROWSERS.count(place)
        raise
    token = new_secret(COOKIE_PREFIX)
    with unless_gone():
        # Read again: the sign-in may have replaced a foreign hash by ours.
        stored = visible_contacts(by).filter(pk=member.id).values_list("password_hash", flat=True).first()
        session = MemberSession.objects.create(
            company_id=client.company_id,
            contact_id=member.id,
            digest=digest(token, COOKIE_PURPOSE),
            password_digest=proof_of(contact_subject(member.id), stored),
            agent=actor.agent,
            address=actor.address,
            expires_at=timezone.now() + MEMBER_SESSIONS_LIVE,
        )
        record(by, "member_session.begun", "contact", member.id, session=session.pk)
    return token


@transaction.atomic
def end_member_session(actor: Actor, company_id: int, token: str) -> None:
    """End what the browser keeps; nothing happens if that is nothing."""
    row = live_member_sessions(company_id, token).first()
    if row and MemberSession.objects.filter(company_id=company_id, pk=row.pk, ended_at=None).update(ended_at=Now()):
        by = Actor(company_id, "member", "openid", frozenset(), request_id=actor.request_id, address=actor.address)
        record(by, "member_session.ended", "contact", row.contact_id, session=row.pk)
