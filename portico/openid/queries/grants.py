"""Grants that may act now. Looked up at each use, so that what has ended anywhere is refused at once."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from portico.contacts.queries.members import tags_of
from portico.lib.secrets import digest
from portico.openid.models import Client, Grant
from portico.openid.people import Person, person_of_contact, person_of_membership

CODE_PREFIX = "poc_"
CODE_PURPOSE = "authorization code"
REFRESH_PREFIX = "por_"
REFRESH_PURPOSE = "refresh token"

IDLE = timedelta(days=30)  # a refresh token that nobody uses for so long is no good any more

_LIVE = (
    Q(ended_at=None, expires_at__gt=Now(), client__revoked_at=None, company__is_active=True)
    & (
        Q(membership__is_active=True, membership__user__is_active=True, client__is_for_users=True)
        | Q(contact__isnull=False, client__is_for_contacts=True)
    )
    & (Q(session=None) | Q(session__ended_at=None, session__expires_at__gt=Now()))
    & (Q(member_session=None) | Q(member_session__ended_at=None, member_session__expires_at__gt=Now()))
)


@dataclass(frozen=True, slots=True)
class LiveGrant:
    """A grant, with its client and company, whose person is let in now; `person` is as it is now."""

    grant: Grant
    person: Person


def find_live_grant(client: Client, grant_id: int) -> LiveGrant | None:
    """One of the client's grants."""
    return _found(Grant.objects.filter(company_id=client.company_id, client=client, pk=grant_id))


def find_live_grant_of(company_slug: str, client_id: str, grant_id: int) -> LiveGrant | None:
    """The same by what an access token of ours says."""
    return _found(Grant.objects.filter(company__slug=company_slug, client__client_id=client_id, pk=grant_id))


def _found(rows: "QuerySet[Grant]") -> LiveGrant | None:
    grant = (
        rows.filter(_LIVE)
        .select_related("client", "company", "membership__user", "contact")
        .annotate(tag_ids=tags_of("contact_id", "tag_id"), tags=tags_of("contact_id", "tag__slug"))
        .first()
    )
    if grant is None:
        return None
    if grant.membership is not None:
        person = person_of_membership(grant.membership)
    elif grant.contact is not None and set(grant.client.required_tags) <= set(grant.tag_ids):
        person = person_of_contact(grant.contact, grant.tags)
    else:
        return None
    return LiveGrant(grant, person) if person.proof == bytes(grant.password_digest) else None


def code_digest(code: str) -> bytes:
    return digest(code, CODE_PURPOSE)


def refresh_digest(token: str) -> bytes:
    return digest(token, REFRESH_PURPOSE)
