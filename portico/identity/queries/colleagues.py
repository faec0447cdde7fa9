"""Everybody who works in a company, as its administrators see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Concat, Lower, Now

from portico.access import Actor, Permission, Role
from portico.errors import NotFound
from portico.identity.factor_models import AuthenticatorApp, Passkey
from portico.identity.models import Membership, Session


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member with its user; when it was last seen in this company, and what second factors it has anywhere."""

    membership: Membership
    last_seen_at: datetime | None
    has_app: bool
    has_passkey: bool


def list_colleagues(
    actor: Actor, *, search: str = "", role: Role | None = None, before: int = 0, limit: int
) -> list[Colleague]:
    """Active members, newest first, older than the membership `before`; `search` is in the name or the address."""
    rows = _colleagues(actor)
    if search:
        name = Lower(Concat("user__first_name", Value(" ", TextField()), "user__last_name"))
        term = Lower(Value(search))
        rows = rows.alias(full_name=name, lower_email=Lower("user__email"))
        rows = rows.filter(Q(full_name__contains=term) | Q(lower_email__contains=term))
    if role is not None:
        rows = rows.filter(role=role)
    if before:
        rows = rows.filter(id__lt=before)
    return [_colleague(row) for row in rows.order_by("-id")[:limit]]


def get_colleague(actor: Actor, membership_id: int) -> Colleague:
    """Raises NotFound."""
    row = _colleagues(actor).filter(pk=min(membership_id, 2**63 - 1)).first()
    if row is None:
        raise NotFound("member")
    return _colleague(row)


def _colleagues(actor: Actor) -> "QuerySet[Membership, Any]":
    actor.require(Permission.ADMINISTRATION)
    rows = Membership.objects.filter(company_id=actor.company_id, is_active=True).select_related("user")
    seen = Session.objects.filter(company_id=OuterRef("company_id"), membership_id=OuterRef("pk"))
    of_user = {"user_id": OuterRef("user_id")}
    return rows.annotate(
        last_seen_at=Subquery(seen.order_by("-seen_at").values("seen_at")[:1]),
        has_app=Exists(AuthenticatorApp.objects.filter(**of_user, confirmed_at__isnull=False)),
        has_passkey=Exists(Passkey.objects.filter(**of_user)),
    )


def _colleague(row: Any) -> Colleague:
    return Colleague(row, row.last_seen_at, row.has_app, row.has_passkey)


def list_company_sessions(actor: Actor, *, before: int = 0, limit: int) -> list[Session]:
    """Sessions in the company that have not ended, newest first, older than `before`; each with its person."""
    rows = _sessions(actor)
    return list((rows.filter(id__lt=before) if before else rows).order_by("-id")[:limit])


def get_company_session(actor: Actor, session_id: int) -> Session:
    """Raises NotFound, also for one that has ended."""
    row = _sessions(actor).filter(pk=min(session_id, 2**63 - 1)).first()
    if row is None:
        raise NotFound("session")
    return row


def _sessions(actor: Actor) -> "QuerySet[Session]":
    actor.require(Permission.ADMINISTRATION)
    rows = Session.objects.filter(company_id=actor.company_id, ended_at=None, expires_at__gt=Now())
    return rows.select_related("membership__user")
