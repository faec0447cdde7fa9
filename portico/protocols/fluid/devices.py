"""The telephones that a member's app is on."""

from typing import Any

from django.http import HttpResponse

from portico.identity.actions.push_devices import Device, delete_device, keep_device
from portico.identity.models import PushDevice
from portico.protocols.fluid.wire import Request, instant, keyed


def create_or_refresh(request: Request) -> HttpResponse:
    device = Device(
        uid=request.text("device_uid"),
        kind=request.text("device_type"),
        token=request.text("push_token"),
        project=request.optional("project_id") or "",
        bundle=request.optional("bundle_id") or "",
    )
    return keyed({"device": _as_device(keep_device(request.actor, device))}, status=201)


def delete(request: Request, id: int) -> HttpResponse:
    delete_device(request.actor, id)
    return keyed({"id": id})


def _as_device(device: PushDevice) -> dict[str, Any]:
    """Without its token, which nobody needs to read again."""
    return {
        "id": device.pk,
        "device_type": device.kind,
        "device_uid": device.device_uid,
        "project_id": device.project or None,
        "bundle_id": device.bundle or None,
        "created_at": instant(device.created_at),
        "updated_at": instant(device.seen_at),
    }
