"""Sessions: begun by a sign-in or a switch, ended by hand or in time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import Invalid, NotFound
from portico.identity.models import Membership, Session, SessionToken
from portico.identity.queries.factors import DEMANDED
from portico.identity.queries.sessions import COOKIE_PREFIX, COOKIE_PURPOSE, TOKEN_PREFIX, TOKEN_PURPOSE, SessionFacts
from portico.identity.throttle import count_try
from portico.lib.secrets import digest, new_secret

SESSIONS_LIVE = timedelta(days=90)
TOKENS_AN_HOUR = 60
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that has just begun; `membership` comes with its user and company."""

    facts: SessionFacts
    membership: Membership


def usable_memberships(user_id: int, wire: str = "", *, origin: str | None = None) -> "QuerySet[Membership]":
    """What this user may sign in to, oldest company first: through this wire, or with a browser to our own pages.

    With `origin`, where that is allowed. No wire knows a second factor: what demands one is for our pages only.
    """
    is_ours = wire in {"", "web"}
    rows = Membership.objects.filter(  # any company: a user belongs to several
        user_id=user_id,
        is_active=True,
        user__is_active=True,
        company__is_active=True,
        company__modules__contains=[] if is_ours else [wire],
        company__allowed_origins__contains=[origin] if origin else [],
    )
    rows = rows if is_ours else rows.exclude(DEMANDED)
    return rows.select_related("user", "company").order_by("company_id")


def begin_sessions(actor: Actor, memberships: Iterable[Membership], *, methods: Collection[str]) -> list[NewSession]:
    """One session for each membership, inside the caller's transaction; `methods` as Session has them."""
    end = timezone.now() + SESSIONS_LIVE
    held = list(memberships)
    rows = Session.objects.bulk_create(
        Session(
            company_id=one.company_id,
            membership=one,
            expires_at=end,
            wire=actor.wire,
            methods=list(methods),
            agent=actor.agent,
            address=actor.address,
        )
        for one in held
    )
    begun = []
    for row, one in zip(rows, held, strict=True):
        person = Actor(
            one.company_id, one.user.email, actor.wire, frozenset(), membership_id=one.pk,
            request_id=actor.request_id, address=actor.address,
        )  # fmt: skip
        record(person, "session.begun", "session", row.pk, methods=list(methods))
        begun.append(NewSession(SessionFacts(row.pk, one.company_id, one.pk, one.user_id, end), one))
    return begun


@transaction.atomic
def switch_company(actor: Actor, *, company_id: int) -> NewSession:
    """A session for the actor's user in another company; the actor's own stays. Raises NotFound without membership."""
    membership = usable_memberships(actor.user_id or 0, actor.wire).filter(company_id=company_id).first()
    if membership is None:
        raise NotFound("company")
    return begin_sessions(actor, [membership], methods=_methods(actor))[0]


def _methods(actor: Actor) -> list[str]:
    """How the person of the actor's session proved who it is: a switch proves nothing anew."""
    rows = Session.objects.filter(company_id=actor.company_id, pk=actor.session_id or 0)
    return rows.values_list("methods", flat=True).first() or []


@transaction.atomic
def begin_browser_session(actor: Actor, membership: Membership, *, methods: Collection[str]) -> tuple[NewSession, str]:
    """A session for our own pages, and the token that the browser keeps as its cookie: shown once."""
    (begun,) = begin_sessions(actor, [membership], methods=methods)
    token = new_secret(COOKIE_PREFIX)
    SessionToken.objects.create(
        company_id=membership.company_id, session_id=begun.facts.id, digest=digest(token, COOKIE_PURPOSE)
    )
    return begun, token


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
    """End a session of the actor's own user, or of anybody in the company for an administrator. Raises NotFound."""
    if not _within_reach(actor).filter(pk=session_id).update(ended_at=Now()):
        raise NotFound("session")
    record(actor, "session.ended", "session", session_id)


@transaction.atomic
def name_session(actor: Actor, session_id: int, name: str) -> None:
    """Call a session by a name of its person's own, "" for none. Raises Invalid, NotFound."""
    name = name.strip()
    if len(name) > LONGEST_NAME or "\0" in name:
        raise Invalid.one("name", "long", f"A session's name has at most {LONGEST_NAME} characters.")
    if not _within_reach(actor).filter(pk=session_id).update(name=name):
        raise NotFound("session")
    record(actor, "session.named", "session", session_id, name=name)


def _within_reach(actor: Actor) -> "QuerySet[Session]":
    """The actor's user's own sessions in all its companies; an administrator's are all of its company."""
    own = _of_user(actor.user_id or 0)
    if actor.may(Permission.ADMINISTRATION):
        own |= Q(company_id=actor.company_id)
    return Session.objects.filter(own, ended_at=None, expires_at__gt=Now())  # any company: a person's own, see above


def _of_user(user_id: int) -> Q:
    """Without a join: an update that joins takes its rows from before it waited, and ends what another has ended."""
    return Q(membership_id__in=Membership.objects.filter(user_id=user_id).values("pk"))  # any company: a person's own


@transaction.atomic
def end_other_sessions(actor: Actor) -> int:
    """End all sessions of the actor's user but the one that asks; answers how many."""
    return end_sessions_of(actor, actor.user_id or 0, but=actor.session_id)


def end_sessions_of(actor: Actor, user_id: int, *, but: int | None = None) -> int:
    """End a user's sessions in all its companies, inside the caller's transaction: its password or factors changed."""
    rows = Session.objects.filter(_of_user(user_id), ended_at=None)  # any company: the user's own
    ended = rows.exclude(pk=but or 0).update(ended_at=Now())
    if ended:
        record(actor, "sessions.ended", "user", user_id, sessions=ended)
    return ended
