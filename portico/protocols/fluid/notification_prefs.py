"""How a member wants to be told of things."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse

from portico.errors import Invalid, NotFound
from portico.identity.actions.profiles import choose_notifications, choose_preset
from portico.identity.notifications import CATEGORIES, WAYS, Choice, Notification, preset_of
from portico.identity.queries.profiles import list_choices
from portico.protocols.fluid.values import as_flag, as_id, inside
from portico.protocols.fluid.wire import Request, bare, keyed, meta

_IDS = {one: number for number, one in enumerate(Notification, 1)}
_BY_ID = {number: one for one, number in _IDS.items()}


def list_prefs(request: Request) -> HttpResponse:
    return _listed(list_choices(request.actor))


def change_pref(request: Request, id: int) -> HttpResponse:
    wanted = {_named(id): _ways(inside(request, "user_notification_pref"))}
    (changed,) = (one for one in choose_notifications(request.actor, wanted) if one.what in wanted)
    return keyed({"user_notification_pref": _as_pref(changed)})


def change_prefs(request: Request) -> HttpResponse:
    """All at once: a preset by its name, or a list of preferences."""
    preset = request.optional("preset")
    if preset:
        return _listed(choose_preset(request.actor, preset))
    wanted = {_named(as_id("id", row.get("id"))): _ways(row) for row in _rows(request)}
    return _listed(choose_notifications(request.actor, wanted))


def show_preset(request: Request) -> HttpResponse:
    return keyed({"preset": preset_of(list_choices(request.actor))})


def _rows(request: Request) -> list[Mapping[str, Any]]:
    rows = request.fields.get("user_notification_prefs", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid.one("user_notification_prefs", "list", "user_notification_prefs must be a list of objects.")
    return rows


def _named(id: int) -> Notification:
    if id not in _BY_ID:
        raise NotFound("notification preference")
    return _BY_ID[id]


def _ways(given: Mapping[str, Any]) -> dict[str, bool]:
    return {way: as_flag(way, given[way]) for way in WAYS if given.get(way) is not None}


def _listed(choices: list[Choice]) -> HttpResponse:
    rows = [_as_pref(choice) for choice in choices]
    return bare({"user_notification_prefs": rows, "meta": {**meta(), "preset": preset_of(choices)}})


def _as_pref(choice: Choice) -> dict[str, Any]:
    own = {"id": _IDS[choice.what], "category": CATEGORIES[choice.what], "slug": str(choice.what)}
    return {**own, "email": choice.email, "push": choice.push}
