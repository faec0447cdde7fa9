"""Credentials for software: made, shown once, revoked. Only keyed hashes are kept."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Least, Now
from django.utils import timezone

from portico.access import Actor, Permission, Role, permissions_of
from portico.audit.actions import record
from portico.errors import Conflict, Denied, Invalid, NotFound
from portico.identity.models import ApiKey, Membership, SecurityCode
from portico.identity.queries.credentials import CODE_PREFIX, KEY_PREFIX
from portico.identity.queries.people import get_membership
from portico.identity.rules import checked_limit, checked_networks
from portico.lib.secrets import digest, new_secret, random_text

# With the colon and a password of 34 characters at most 57 bytes: the manual's `echo -n | base64` wraps after that.
LONGEST_USERNAME = 22
A_YEAR = timedelta(days=365)
LONGEST_GRACE = timedelta(days=30)
SHORTEST_CODE = 6  # what sites of the field already use can be this short


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key at the one moment when its password is known."""

    key: ApiKey
    username: str
    password: str


@transaction.atomic
def add_key(
    actor: Actor,
    *,
    email: str,
    name: str,
    expires_in: timedelta | None = A_YEAR,
    permissions: Collection[Permission] | None = None,
    networks: list[str] | None = None,
    requests_per_minute: int | None = None,
) -> NewKey:
    """A key for the manager with this address; `expires_in` None is for ever. Without `permissions` all the holder's.

    Raises NotFound, Invalid; Denied: admins and reps hold none, and no key may more than its holder.
    """
    actor.require(Permission.ADMINISTRATION)
    if not name.strip():
        raise Invalid.one("name", "required", "Give the key a name.")
    holder = get_membership(actor.company_id, email)
    if holder.role != Role.MANAGER:
        raise Denied(f"{email} is {holder.role} in this company; only a manager can hold an API key.")
    if permissions is not None and not set(permissions) <= permissions_of(Role.MANAGER, holder.permissions):
        raise Denied(f"A key cannot have permissions that {email} lacks.")
    password = new_secret(KEY_PREFIX)
    key = ApiKey.objects.create(
        company_id=actor.company_id,
        membership=holder,
        uuid=uuid4(),
        name=name.strip(),
        digest=digest(password, "api key"),
        expires_at=timezone.now() + expires_in if expires_in else None,
        permissions=None if permissions is None else sorted(permissions),
        allowed_networks=checked_networks(networks or []),
        requests_per_minute=checked_limit(requests_per_minute),
    )
    record(actor, "key.added", "key", key.pk, name=key.name, holder=email)
    return NewKey(key, _api_username(holder), password)


@transaction.atomic
def rotate_key(actor: Actor, key_id: int, *, grace: timedelta, expires_in: timedelta | None = A_YEAR) -> NewKey:
    """A new password for the same key; the one before is good for `grace`, but never longer than it was anyway.

    The one before that is over at once. Raises NotFound, Invalid.
    """
    actor.require(Permission.ADMINISTRATION)
    if not timedelta(0) <= grace <= LONGEST_GRACE:
        raise Invalid.one("grace", "range", f"The old password can stay good for up to {LONGEST_GRACE.days} days.")
    password = new_secret(KEY_PREFIX)
    until = Now() + Value(grace)
    rows = ApiKey.objects.filter(company_id=actor.company_id, pk=key_id, revoked_at=None)
    # One statement: of two at once the second makes the first one's password the old one.
    changed = rows.exclude(expires_at__lte=Now()).update(
        old_digest=F("digest"),
        old_until=Least(until, Coalesce("expires_at", until)),
        digest=digest(password, "api key"),
        expires_at=Now() + Value(expires_in) if expires_in else None,
        expiry_told_at=None,
    )
    if not changed:
        raise NotFound("key")
    key = rows.select_related("membership__user").get()
    record(actor, "key.rotated", "key", key_id, name=key.name, grace=int(grace.total_seconds()))
    return NewKey(key, key.membership.api_username or "", password)


def _api_username(holder: Membership) -> str:
    """The manager's name on the wire, made with its first key and kept."""
    if holder.api_username is None:
        stem = re.sub(r"[^a-z0-9]+", "-", holder.user.email.lower().partition("@")[0]).strip("-")
        fresh = f"{stem[: LONGEST_USERNAME - 9].strip('-')}-{random_text(8).lower()}".lstrip("-")
        # One statement, because two keys may be made at once: the first name stays.
        Membership.objects.filter(company_id=holder.company_id, pk=holder.pk, api_username=None).update(
            api_username=fresh
        )
        holder.refresh_from_db(fields=["api_username"])
    return holder.api_username or ""


@transaction.atomic
def revoke_key(actor: Actor, key_id: int) -> None:
    """End this key at once. Raises NotFound, also when it is revoked already."""
    actor.require(Permission.ADMINISTRATION)
    rows = ApiKey.objects.filter(company_id=actor.company_id, pk=key_id, revoked_at=None)
    if not rows.update(revoked_at=Now()):
        raise NotFound("key")
    record(actor, "key.revoked", "key", key_id)


@transaction.atomic
def add_code(
    actor: Actor,
    *,
    name: str,
    code: str | None = None,
    expires_in: timedelta | None = None,
    networks: list[str] | None = None,
    requests_per_minute: int | None = None,
    required_tags: Collection[int] = (),
    banning_tags: Collection[int] = (),
) -> tuple[SecurityCode, str]:
    """A security code for remote authentication, made here unless given: sites may keep the one that they use.

    Raises Invalid for a short one, Conflict when another company or this one has it already.
    """
    actor.require(Permission.ADMINISTRATION)
    if not name.strip():
        raise Invalid.one("name", "required", "Give the code a name.")
    clear = new_secret(CODE_PREFIX) if code is None else code.strip()
    if len(clear) < SHORTEST_CODE:
        raise Invalid.one("code", "short", f"A security code has at least {SHORTEST_CODE} characters.")
    try:
        with transaction.atomic():
            kept = SecurityCode.objects.create(
                company_id=actor.company_id,
                name=name.strip(),
                digest=digest(clear, "security code"),
                expires_at=timezone.now() + expires_in if expires_in else None,
                allowed_networks=checked_networks(networks or []),
                requests_per_minute=checked_limit(requests_per_minute),
                required_tags=sorted(set(required_tags)),
                banning_tags=sorted(set(banning_tags)),
            )
    except IntegrityError:
        raise Conflict("This code is in use or was used before: take another one.") from None
    record(actor, "code.added", "code", kept.pk, name=kept.name)
    return kept, clear


@transaction.atomic
def revoke_code(actor: Actor, code_id: int) -> None:
    """End this code at once. Raises NotFound, also when it is revoked already."""
    actor.require(Permission.ADMINISTRATION)
    rows = SecurityCode.objects.filter(company_id=actor.company_id, pk=code_id, revoked_at=None)
    if not rows.update(revoked_at=Now()):
        raise NotFound("code")
    record(actor, "code.revoked", "code", code_id)
