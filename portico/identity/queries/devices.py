"""Devices that a person is known to sign in from."""

from functools import cache

from django.db.models import BinaryField, QuerySet
from django.db.models.functions import Lower, Now

from portico.access import Actor
from portico.errors import NotFound
from portico.identity.models import KnownDevice
from portico.lib.networks import range_of
from portico.lib.secrets import digest, is_well_formed
from portico.lib.statements import Later, Statement, compiled, later_text

DEVICE_PREFIX = "pdv_"
WIRES_WITH_COOKIES = frozenset({"web"})


def find_device(actor: Actor, *, email: str) -> int | None:
    """The id of the device that this address's user is known by, if the actor comes from it.

    One statement, whoever is asked for.
    """
    row = _statement().fetch_one({"email": email, "digest": device_digest(actor)})
    return None if row is None else int(row[0])


@cache
def _statement() -> Statement:
    rows = (
        _known()
        .alias(lower=Lower("user__email"))
        .filter(lower=Lower(later_text("email")), digest=Later("digest", BinaryField()))
    )
    return compiled(rows.values_list("pk"))


def list_devices(user_id: int) -> "QuerySet[KnownDevice]":
    """The devices that a user is known by now, last seen first. For the user itself, or the operator."""
    return _known().filter(user_id=user_id).order_by("-last_seen_at", "-pk")


def user_id_of_device(device_id: int) -> int:
    """Whose device this is: for the operator, who names a device by its id alone. Raises NotFound."""
    user_id = _known().filter(pk=device_id).values_list("user_id", flat=True).first()
    if user_id is None:
        raise NotFound("device")
    return user_id


def _known() -> "QuerySet[KnownDevice]":
    return KnownDevice.objects.filter(revoked_at=None, expires_at__gt=Now())


def device_digest(actor: Actor) -> bytes:
    """What the actor shows for itself: its browser's token; or, on a wire that knows no cookies, its place.

    A place (the range of addresses, and what the software calls itself) can be shared and guessed by who is near. So a
    device opens nothing: it is only where tries are counted, and few of them.
    """
    if actor.wire in WIRES_WITH_COOKIES:
        return digest(actor.device, "known device") if is_well_formed(actor.device, DEVICE_PREFIX) else b""
    place = range_of(actor.address)
    return digest(f"{place}\0{actor.agent}", "known place") if place and actor.agent else b""
