"""API keys (wire notes 7): shown here, but made and ended only by an administrator, who holds no key."""

from datetime import UTC

from django.http import HttpResponse

from portico.errors import Invalid, NotFound, Problem
from portico.identity.models import ApiKey, Membership
from portico.identity.queries.managers import get_manager, list_managers_with_keys
from portico.protocols.fluentcrm.wire import Call, answer, as_text, message


def index(call: Call) -> HttpResponse:
    everyone = list_managers_with_keys(call.actor)
    managers = [
        {
            "id": one.pk,
            "full_name": f"{one.user.first_name} - {one.user.last_name}",
            "email": one.user.email,
        }
        for one, _ in everyone
    ]
    return answer({"managers": managers, "rest_keys": [_row(one, keys) for one, keys in everyone if keys]})


def _row(holder: Membership, keys: list[ApiKey]) -> dict[str, object]:
    return {
        "id": holder.pk,
        "first_name": holder.user.first_name,
        "last_name": holder.user.last_name,
        "email": holder.user.email,
        "api_keys": [
            {
                "uuid": str(key.uuid),
                "name": key.name,
                "created": key.created_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            }
            for key in keys
        ],
        "manage_url": "",
    }


def create(call: Call) -> HttpResponse:
    return _refused(call, ("api_name", "api_user_id"), "api_user_id")


def delete(call: Call) -> HttpResponse:
    return _refused(call, ("user_id", "uuid"), "user_id")


def _refused(call: Call, needed: tuple[str, ...], holder: str) -> HttpResponse:
    """What asks here is a key, and a key never makes or ends keys. The checks come in the plugin's order."""
    missing = [name for name in needed if not as_text(call.value(name))]
    if missing:
        raise Invalid(*(Problem(name, "required", f"The {name} is needed.") for name in missing))
    try:
        get_manager(call.actor, call.id(holder))
    except NotFound:
        return message("This person is no manager here.", 422)
    return message("Keys are made and ended by an administrator, not by a key.", 422)
