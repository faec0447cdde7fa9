"""Clients: registered, given another secret, revoked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import Invalid, NotFound
from portico.lib.secrets import digest, new_secret, random_text
from portico.openid.addresses import checked_addresses, origins_of
from portico.openid.models import Client
from portico.openid.queries.clients import SECRET_PREFIX, SECRET_PURPOSE, get_own_client
from portico.openid.scopes import OPENID, SCOPES

ID_PREFIX = "client_"
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class NewClient:
    """`secret` is clear, shown this once; None for a public client."""

    client: Client
    secret: str | None


@transaction.atomic
def add_client(
    actor: Actor,
    *,
    name: str,
    redirect_uris: Collection[str],
    post_logout_uris: Collection[str] = (),
    scopes: Collection[str] = tuple(SCOPES),
    is_for_users: bool = False,
    is_for_contacts: bool = False,
    required_tags: Collection[int] = (),
    is_public: bool = False,
) -> NewClient:
    """Register another software. Raises Invalid for addresses that cannot be led back to, and for unknown scopes."""
    actor.require(Permission.ADMINISTRATION)
    _check(name, redirect_uris, scopes, is_for_somebody=is_for_users or is_for_contacts)
    secret = None if is_public else new_secret(SECRET_PREFIX)
    back = checked_addresses("redirect_uris", redirect_uris, is_public=is_public)
    client = Client.objects.create(
        company_id=actor.company_id,
        name=name.strip(),
        client_id=ID_PREFIX + random_text(20),
        secret_digest=None if secret is None else digest(secret, SECRET_PURPOSE),
        redirect_uris=back,
        post_logout_uris=checked_addresses("post_logout_uris", post_logout_uris, is_public=is_public),
        origins=origins_of(back),
        scopes=[scope for scope in SCOPES if scope == OPENID or scope in scopes],
        is_for_users=is_for_users,
        is_for_contacts=is_for_contacts,
        required_tags=sorted(set(required_tags)),
    )
    record(actor, "client.added", "client", client.pk, name=client.name, redirect_uris=back)
    return NewClient(client, secret)


def _check(name: str, redirect_uris: Collection[str], scopes: Collection[str], *, is_for_somebody: bool) -> None:
    if not name.strip() or len(name) > LONGEST_NAME or "\0" in name:
        raise Invalid.one("name", "length", f"A client's name has 1 to {LONGEST_NAME} characters.")
    if not redirect_uris:
        raise Invalid.one("redirect_uris", "required", "Say at least one address that people are led back to.")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise Invalid.one("scopes", "unknown", f"There is no scope {unknown[0]}: say some of {', '.join(SCOPES)}.")
    if not is_for_somebody:
        raise Invalid.one("for", "required", "Say who may sign in: users, contacts or both.")


@transaction.atomic
def rotate_client(actor: Actor, client_id: str, *, grace: timedelta) -> NewClient:
    """Give a client another secret; the one before works for this long. Raises NotFound, Invalid for a public one."""
    client = get_own_client(actor, client_id)
    if client.secret_digest is None:
        raise Invalid.one("client", "public", "A public client has no secret.")
    secret = new_secret(SECRET_PREFIX)
    # In one statement, so that of two rotations at once the second keeps the first one's secret for its grace.
    Client.objects.filter(company_id=actor.company_id, pk=client.pk).update(
        secret_digest=digest(secret, SECRET_PURPOSE), old_digest=F("secret_digest"), old_until=timezone.now() + grace
    )
    record(actor, "client.rotated", "client", client.pk, grace=int(grace.total_seconds()))
    return NewClient(client, secret)


@transaction.atomic
def revoke_client(actor: Actor, client_id: str) -> None:
    """End a client at once, and with it all that it was granted. Raises NotFound."""
    client = get_own_client(actor, client_id)
    if not Client.objects.filter(company_id=actor.company_id, pk=client.pk, revoked_at=None).update(revoked_at=Now()):
        raise NotFound("client")
    record(actor, "client.revoked", "client", client.pk, name=client.name)
