"""Known devices: remembered by a right sign-in, forgotten by hand or in time."""

from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import NotFound
from portico.identity.models import KnownDevice
from portico.identity.queries.devices import DEVICE_PREFIX, WIRES_WITH_COOKIES, device_digest, list_devices
from portico.lib.networks import range_of
from portico.lib.secrets import is_well_formed, new_secret

TOKENS_KNOWN_FOR = timedelta(days=400)  # what browsers keep a cookie for at most
PLACES_KNOWN_FOR = timedelta(days=90)


def remember_device(actor: Actor, user_id: int) -> str:
    """Note, inside the caller's transaction, that this user has signed in from where the actor is, with all it takes.

    Answers the token that a browser is to keep from now on: the one it brought if that has the form of ours, so that
    several people of one browser are known by one. Answers "" on wires without cookies.
    """
    has_cookies = actor.wire in WIRES_WITH_COOKIES
    if has_cookies and not is_well_formed(actor.device, DEVICE_PREFIX):
        actor = replace(actor, device=new_secret(DEVICE_PREFIX))
    digest = device_digest(actor)
    if digest:
        _keep(actor, user_id, digest, TOKENS_KNOWN_FOR if has_cookies else PLACES_KNOWN_FOR)
    return actor.device if has_cookies else ""


def _keep(actor: Actor, user_id: int, digest: bytes, known_for: timedelta) -> None:
    now = timezone.now()
    row = KnownDevice(
        user_id=user_id,
        digest=digest,
        label=actor.agent,
        wire=actor.wire,
        address=range_of(actor.address),
        first_seen_at=now,
        last_seen_at=now,
        expires_at=now + known_for,
    )
    KnownDevice.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["user", "digest"],
        update_fields=["label", "wire", "address", "last_seen_at", "expires_at", "revoked_at"],
    )


@transaction.atomic
def forget_device(actor: Actor, device_id: int) -> None:
    """The actor's user is no longer known by this device; its cookie is good for nothing. Raises NotFound."""
    if not list_devices(actor.user_id or 0).filter(pk=device_id).update(revoked_at=Now()):
        raise NotFound("device")
    record(actor, "device.forgotten", "user", actor.user_id, device=device_id)
