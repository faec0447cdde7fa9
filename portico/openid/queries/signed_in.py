"""Who is signed in with a browser, for a client: with a session of its company's staff, or of one of its contacts."""

from django.db.models import QuerySet
from django.db.models.functions import Now

from portico.contacts.queries.members import tags_of
from portico.identity.actions.sessions import usable_memberships
from portico.identity.queries.sessions import LiveSession, begun_at
from portico.lib.secrets import digest, is_well_formed
from portico.openid.models import Client, Consent, MemberSession
from portico.openid.people import SignedIn, person_of_contact, person_of_membership

COOKIE_PREFIX = "pms_"
COOKIE_PURPOSE = "member session"


def find_signed_in(client: Client, session: LiveSession | None, token: str) -> SignedIn | None:
    """Whoever the client lets in of those signed in here: who signed in last, if there are two.

    `session` is of our own pages, `token` what the browser keeps as a member of the client's company.
    """
    staff = _of_staff(client, session) if session and client.is_for_users else None
    member = _member(client, token) if client.is_for_contacts else None
    return max(filter(None, (staff, member)), key=lambda one: one.at, default=None)


def _of_staff(client: Client, session: LiveSession) -> SignedIn | None:
    """The session may be one of another company, if its person belongs to the client's too."""
    membership = usable_memberships(session.facts.user_id).filter(company_id=client.company_id).first()
    if membership is None:
        return None
    # Of another company a session cannot be named here; its person's next grant needs a sign-in of its own.
    return SignedIn(
        person_of_membership(membership),
        begun_at(session.facts),
        session.methods,
        session_id=session.facts.id if session.facts.company_id == client.company_id else None,
    )


def _member(client: Client, token: str) -> SignedIn | None:
    row = (
        live_member_sessions(client.company_id, token)
        .select_related("contact")
        .annotate(tag_ids=tags_of("contact_id", "tag_id"), tags=tags_of("contact_id", "tag__slug"))
        .first()
    )
    if row is None or not set(client.required_tags) <= set(row.tag_ids):
        return None
    person = person_of_contact(row.contact, row.tags)
    if person.proof != bytes(row.password_digest):
        return None
    return SignedIn(person, row.created_at, ("password",), member_session_id=row.pk)


def live_member_sessions(company_id: int, token: str) -> "QuerySet[MemberSession]":
    """The one session with this token, or none."""
    hashed = digest(token, COOKIE_PURPOSE) if is_well_formed(token, COOKIE_PREFIX) else b""
    return MemberSession.objects.filter(company_id=company_id, digest=hashed, ended_at=None, expires_at__gt=Now())


def has_consented(client: Client, who: SignedIn, scopes: list[str]) -> bool:
    """Whether the person has let this client have all that once."""
    rows = Consent.objects.filter(company_id=client.company_id, client=client, scopes__contains=scopes)
    person = who.person
    return rows.filter(membership=person.membership_id, contact=person.contact_id).exists()
