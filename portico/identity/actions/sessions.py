"""Sessions: begun by a sign-in or a switch, ended by hand or in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import NotFound
from portico.identity.models import Membership, Session, SessionToken
from portico.identity.queries.sessions import TOKEN_PREFIX, TOKEN_PURPOSE, SessionFacts
from portico.identity.throttle import count_try
from portico.lib.secrets import digest, new_secret

SESSIONS_LIVE = timedelta(days=90)
TOKENS_AN_HOUR = 60


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun; `membership` comes with its user and company."""

    facts: SessionFacts
    membership: Membership


def usable_memberships(user_id: int, wire: str, *, origin: str | None = None) -> "QuerySet[Membership]":
    """What this user may sign in to through this wire, oldest company first; with `origin`, where that is allowed."""
    rows = Membership.objects.filter(  # any company: a user belongs to several
        user_id=user_id,
        is_active=True,
        user__is_active=True,
        company__is_active=True,
        company__modules__contains=[wire],
        company__allowed_origins__contains=[origin] if origin else [],
    )
    return rows.select_related("user", "company").order_by("company_id")


def begin_sessions(actor: Actor, memberships: Iterable[Membership]) -> list[NewSession]:
    """One session for each membership, inside the caller's transaction."""
    end = timezone.now() + SESSIONS_LIVE
    held = list(memberships)
    rows = Session.objects.bulk_create(
        Session(company_id=one.company_id, membership=one, expires_at=end) for one in held
    )
    begun = []
    for row, one in zip(rows, held, strict=True):
        person = Actor(
            one.company_id, one.user.email, actor.wire, frozenset(), membership_id=one.pk,
            request_id=actor.request_id, address=actor.address,
        )  # fmt: skip
        record(person, "session.begun", "session", row.pk)
        begun.append(NewSession(SessionFacts(row.pk, one.company_id, one.pk, one.user_id, end), one))
    return begun


@transaction.atomic
def switch_company(actor: Actor, *, company_id: int) -> NewSession:
    """A session for the actor's user in another company; the actor's own stays. Raises NotFound without membership."""
    membership = usable_memberships(actor.user_id or 0, actor.wire).filter(company_id=company_id).first()
    if membership is None:
        raise NotFound("company")
    return begin_sessions(actor, [membership])[0]


@transaction.atomic
def add_session_token(actor: Actor) -> str:
    """A long-lived opaque token of the actor's session, shown once. Raises TooMany after many in an hour."""
    count_try("session tokens", str(actor.session_id), limit=TOKENS_AN_HOUR, seconds=3600)
    token = new_secret(TOKEN_PREFIX)
    SessionToken.objects.create(
        company_id=actor.company_id, session_id=actor.session_id or 0, digest=digest(token, TOKEN_PURPOSE)
    )
    record(actor, "session.token_added", "session", actor.session_id)
    return token


@transaction.atomic
def end_session(actor: Actor, session_id: int) -> None:
    """End a session of the actor's own, or of anybody in the company for an administrator. Raises NotFound."""
    rows = Session.objects.filter(company_id=actor.company_id, pk=session_id, ended_at=None)
    if not actor.may(Permission.ADMINISTRATION):
        rows = rows.filter(membership_id=actor.membership_id or 0)
    if not rows.update(ended_at=Now()):
        raise NotFound("session")
    record(actor, "session.ended", "session", session_id)
