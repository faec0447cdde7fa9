"""A person lets a client have something: the beginning of a grant, and its code."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import NotSignedIn
from portico.lib.secrets import new_secret
from portico.openid.models import Client, Consent, Grant
from portico.openid.people import Person, SignedIn
from portico.openid.queries.grants import CODE_PREFIX, code_digest
from portico.openid.queries.signed_in import has_consented
from portico.openid.scopes import OFFLINE

CODES_LIVE = timedelta(seconds=60)
GRANTS_LIVE = timedelta(days=90)  # with offline_access; then the person signs in again
BRIEF_GRANTS_LIVE = timedelta(minutes=15)  # without: as long as the code and its only access token


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for, checked: `scopes` are those that it may have, the challenge is PKCE's by S256."""

    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str
    nonce: str | None = None


def acting(actor: Actor, client: Client, person: Person) -> Actor:
    """The person as an actor in the client's company, for the audit."""
    return Actor(
        client.company_id, person.email, "openid", frozenset(), membership_id=person.membership_id,
        request_id=actor.request_id, address=actor.address, agent=actor.agent,
    )  # fmt: skip


@contextmanager
def unless_gone() -> Iterator[None]:
    """For what begins for a person: raises NotSignedIn where the person is deleted at the same moment."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise NotSignedIn from None


@unless_gone()
def allow_client(actor: Actor, client: Client, who: SignedIn, asked: Asked) -> str:
    """The person says yes. Answers the code, as grant_access does."""
    if not has_consented(client, who, list(asked.scopes)):
        Consent.objects.create(company_id=client.company_id, client=client, scopes=list(asked.scopes), **_of(who))
        _record(actor, client, who, "client.allowed", asked.scopes)
    return grant_access(actor, client, who, asked)


@unless_gone()
def grant_access(actor: Actor, client: Client, who: SignedIn, asked: Asked) -> str:
    """A code with which the client gets its tokens, once and within a minute. The person has said yes before."""
    code = new_secret(CODE_PREFIX)
    now = timezone.now()
    is_offline = OFFLINE in asked.scopes
    Grant.objects.create(
        company_id=client.company_id,
        client=client,
        session_id=None if is_offline else who.session_id,
        member_session_id=None if is_offline else who.member_session_id,
        scopes=list(asked.scopes),
        methods=list(who.methods),
        signed_in_at=who.at,
        password_digest=who.person.proof,
        nonce=asked.nonce,
        redirect_uri=asked.redirect_uri,
        code_digest=code_digest(code),
        code_challenge=asked.code_challenge,
        code_expires_at=now + CODES_LIVE,
        expires_at=now + (GRANTS_LIVE if is_offline else BRIEF_GRANTS_LIVE),
        **_of(who),
    )
    _record(actor, client, who, "client.signed_in_to", asked.scopes)
    return code


def _of(who: SignedIn) -> dict[str, int | None]:
    return {"membership_id": who.person.membership_id, "contact_id": who.person.contact_id}


def _record(actor: Actor, client: Client, who: SignedIn, action: str, scopes: Collection[str]) -> None:
    """In the history of the contact, where it is one."""
    person = acting(actor, client, who.person)
    if who.person.contact_id is not None:
        record(person, action, "contact", who.person.contact_id, client=client.name, scopes=list(scopes))
    else:
        record(person, action, "client", client.pk, client=client.name, scopes=list(scopes))
