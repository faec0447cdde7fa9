"""From a session's credential to its Actor: one prepared look-up a request, so what has ended is refused at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.db.models import BinaryField, Q, QuerySet
from django.db.models.functions import Now

from portico.access import Actor, Permission, Role, permissions_of
from portico.companies.second_factors import demands_factor
from portico.errors import NotFound, NotSignedIn
from portico.identity.models import Membership, Session, SessionToken
from portico.identity.queries.factors import DEMANDED_OF
from portico.lib.secrets import digest, is_well_formed
from portico.lib.statements import Later, Shape, Statement, as_documents, compiled, later_number

TOKEN_PREFIX = "uc_"  # noqa: S105 -- the beginning of every token, no secret
TOKEN_PURPOSE = "session token"  # noqa: S105 -- names what is hashed
COOKIE_PREFIX = "pbs_"
COOKIE_PURPOSE = "browser session"
SEEN_EVERY = timedelta(minutes=5)  # a request only writes down that its session was seen when that is older


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """Which session, of which membership of whom, and when it ends at the latest."""

    id: int
    company_id: int
    membership_id: int
    user_id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that may act now. `origins` are the web origins from which its company lets browsers call.

    `methods` are how its person proved who it is, as Session has them; `language` is what it chose, "" for none.
    """

    facts: SessionFacts
    actor: Actor
    origins: tuple[str, ...]
    methods: tuple[str, ...]
    language: str = ""


def get_live_session(company_id: int, session_id: int, asking: Actor) -> LiveSession:
    """The session with this id, for its signed token; `asking` is the stranger who brought it.

    Raises NotSignedIn when it has ended, or its membership, user or company is no longer active.
    """
    return _live(_by_id().fetch_one({"company": company_id, "id": session_id}), asking)


def get_live_session_of_token(token: str, asking: Actor) -> LiveSession:
    """The same for a session's opaque token."""
    if not is_well_formed(token, TOKEN_PREFIX):
        raise NotSignedIn
    return _live(_by_token().fetch_one({"digest": digest(token, TOKEN_PURPOSE)}), asking)


def get_live_session_of_cookie(token: str, asking: Actor) -> LiveSession:
    """The same for what a browser keeps."""
    if not is_well_formed(token, COOKIE_PREFIX):
        raise NotSignedIn
    return _live(_by_token().fetch_one({"digest": digest(token, COOKIE_PURPOSE)}), asking)


def _live(row: tuple[Any, ...] | None, asking: Actor) -> LiveSession:
    if row is None:
        raise NotSignedIn
    id, expires_at, company_id, membership_id, user_id, role, granted, email, language, modules, origins, *more = row
    methods, is_seen = more
    if not is_seen:
        _note_seen(company_id, id)
    actor = Actor(
        company_id=company_id,
        name=email,
        wire=asking.wire,
        permissions=permissions_of(Role(role), granted),
        membership_id=membership_id,
        user_id=user_id,
        role=Role(role),
        session_id=id,
        modules=tuple(modules),
        request_id=asking.request_id,
        address=asking.address,
        agent=asking.agent,
        device=asking.device,
    )
    facts = SessionFacts(id, company_id, membership_id, user_id, expires_at)
    return LiveSession(facts, actor, tuple(origins), tuple(methods), language)


def _note_seen(company_id: int, session_id: int) -> None:
    """Of many requests at once the first one writes."""
    rows = Session.objects.filter(company_id=company_id, pk=session_id, seen_at__lt=Now() - SEEN_EVERY)
    rows.update(seen_at=Now())


_COLUMNS = (
    "id", "expires_at", "company_id", "membership_id", "membership__user_id", "membership__role",
    "membership__permissions", "membership__user__email", "membership__user__language", "company__modules",
    "company__allowed_origins", "methods", "is_seen",
)  # fmt: skip
_ACTIVE = Q(
    ended_at=None,
    expires_at__gt=Now(),
    company__is_active=True,
    membership__is_active=True,
    membership__user__is_active=True,
) & (
    # No other door knows a second factor. Whoever it is demanded of since, by a new role or a new rule of the company,
    # is not let act on what was begun without it; our own pages ask for it themselves.
    Q(wire="web") | ~Q(membership__role__in=DEMANDED_OF) | ~Q(demands_factor("company_id"))
)


@cache
def _by_id() -> Statement:
    rows = Session.objects.filter(_ACTIVE, company_id=later_number("company"), id=later_number("id"))
    return compiled(_noting(rows).values_list(*_COLUMNS))


def _noting(rows: "QuerySet[Session]") -> "QuerySet[Session]":
    return rows.annotate(is_seen=Q(seen_at__gte=Now() - SEEN_EVERY))


@cache
def _by_token() -> Statement:
    # The token names the session, and that its company.
    token = SessionToken.objects.filter(digest=Later("digest", BinaryField()))  # any company: looked up by its hash
    rows = Session.objects.filter(_ACTIVE, id__in=token.values("session_id"))  # any company: the token's
    return compiled(_noting(rows).values_list(*_COLUMNS))


def begun_at(session: SessionFacts) -> datetime:
    """When the person of this session proved who it is."""
    return Session.objects.values_list("created_at", flat=True).get(company_id=session.company_id, pk=session.id)


def list_sessions(actor: Actor, *, membership_id: int | None = None) -> "QuerySet[Session]":
    """What has not ended, who was seen last before the others, each with its membership, user and company.

    The actor's user's own in all its companies; with `membership_id` that member's in the actor's company, which is
    for administrators. Raises Denied.
    """
    rows = Session.objects.filter(ended_at=None, expires_at__gt=Now())  # any company: narrowed below
    if membership_id is None:
        rows = rows.filter(membership__user_id=actor.user_id or 0)
    else:
        actor.require(Permission.ADMINISTRATION)
        rows = rows.filter(company_id=actor.company_id, membership_id=membership_id)
    return rows.select_related("membership__user", "company").order_by("-seen_at", "-pk")


def user_id_of_session(session_id: int) -> int:
    """Whose session this is: for the operator, who names a session by its id alone. Raises NotFound."""
    rows = Session.objects.filter(pk=session_id)  # any company: by its id
    user_id = rows.values_list("membership__user_id", flat=True).first()
    if user_id is None:
        raise NotFound("session")
    return user_id


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """A company in which the actor's user may work; `is_here` is the session's."""

    id: int
    name: str
    is_here: bool


def list_own_companies(actor: Actor) -> list[OwnCompany]:
    """All of the actor's user, the oldest first."""
    found = _own_companies().fetch({"user": actor.user_id or 0})
    return [OwnCompany(id, name, id == actor.company_id) for id, name in found]


@cache
def _own_companies() -> Statement:
    rows = Membership.objects.filter(  # any company: a user belongs to several
        user_id=later_number("user"), is_active=True, company__is_active=True
    )
    return compiled(rows.order_by("company_id").values_list("company_id", "company__name"))


def get_own_membership(actor: Actor) -> Membership:
    """The actor's membership with its user and company. Raises NotFound for an actor that is no person."""
    rows = Membership.objects.filter(company_id=actor.company_id, pk=actor.membership_id or 0)
    membership = rows.select_related("user", "company").first()
    if membership is None:
        raise NotFound("membership")
    return membership


def get_own_membership_document(actor: Actor, shape: Shape) -> str:
    """The same as JSON. `shape` sees Membership's columns, and those of user and company behind their names."""
    row = _document(shape).fetch_one({"company": actor.company_id, "id": actor.membership_id or 0})
    if row is None:
        raise NotFound("membership")
    return str(row[0])


@cache
def _document(shape: Shape) -> Statement:
    rows = Membership.objects.filter(company_id=later_number("company"), id=later_number("id"))
    return compiled(as_documents(rows, shape))
