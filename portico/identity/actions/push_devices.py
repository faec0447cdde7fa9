"""Telephones with a rep's app. Portico keeps where they can be reached and pushes nothing itself."""

from dataclasses import dataclass

from django.db import connection, transaction

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import Invalid, NotFound
from portico.identity.models import PushDevice
from portico.lib.secrets import seal

MOST = 20  # of one member; those not seen for longest go first
LONGEST = 500  # characters of each text
LONGEST_TOKEN = 5000
_PURPOSE = "push token"  # names what is sealed
_KEEP = """
INSERT INTO push_device (company_id, membership_id, device_uid, kind, sealed_token, project, bundle)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (company_id, membership_id, device_uid) DO UPDATE SET kind = excluded.kind,
    sealed_token = excluded.sealed_token, project = excluded.project, bundle = excluded.bundle, seen_at = now()
RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Device:
    """What an app says of the telephone that it is on."""

    uid: str
    kind: str
    token: str
    project: str = ""
    bundle: str = ""


@transaction.atomic
def keep_device(actor: Actor, device: Device) -> PushDevice:
    """The actor's device with this uid, new or brought up to date. Raises Invalid."""
    for name in ("uid", "kind", "project", "bundle"):
        if len(getattr(device, name)) > LONGEST:
            raise Invalid.one(name, "long", f"This has at most {LONGEST} characters.")
    if len(device.token) > LONGEST_TOKEN:
        raise Invalid.one("token", "long", f"This has at most {LONGEST_TOKEN} characters.")
    sealed = seal(device.token.encode(), _PURPOSE)
    values = [actor.company_id, actor.membership_id, device.uid, device.kind, sealed, device.project, device.bundle]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        (id,) = cursor.fetchone() or (0,)
    own = PushDevice.objects.filter(company_id=actor.company_id, membership_id=actor.membership_id or 0)
    own.filter(pk__in=list(own.order_by("-seen_at", "-pk").values_list("pk", flat=True)[MOST:])).delete()
    record(actor, "device.kept", "membership", actor.membership_id, device=id)
    return own.get(pk=id)


@transaction.atomic
def delete_device(actor: Actor, device_id: int) -> None:
    """Raises NotFound."""
    own = PushDevice.objects.filter(company_id=actor.company_id, membership_id=actor.membership_id or 0, pk=device_id)
    if not own.delete()[0]:
        raise NotFound("device")
    record(actor, "device.deleted", "membership", actor.membership_id, device=device_id)
