"""The company's members as this wire's users (wire notes 6, 18). Their ids here are those of their memberships."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from portico.access import Role
from portico.identity.models import Membership
from portico.identity.queries.members import list_member_choices, list_members
from portico.protocols.fluentcrm.wire import Call, answer, whole_number

_ROLES = {"administrator": Role.ADMIN, "manager": Role.MANAGER, "rep": Role.REP}
ROLES: dict[str, dict[str, Any]] = {
    "administrator": {"name": "Administrator", "capabilities": {"manage_options": True, "read": True}},
    "manager": {"name": "Manager", "capabilities": {"read": True}},
    "rep": {"name": "Rep", "capabilities": {"read": True}},
}
_LONGEST_SEARCH, _MOST = 200, 1000
_MOST_CHOICES = 50


def name_of(member: Membership) -> str:
    return member.user.full_name or member.user.email


_FIELDS: dict[str, Callable[[Membership], Any]] = {
    "ID": lambda one: one.pk,
    "display_name": name_of,
    "user_email": lambda one: one.user.email,
}


def index(call: Call) -> HttpResponse:
    """Those with one of `roles`, in the fields asked for, `limit` of them (5; all for what is no number from 1 up)."""
    limit = call.value("limit")
    count = 5 if limit in (None, "") else whole_number(limit)
    asked = call.items("roles")
    roles = {_ROLES[name] for name in asked if isinstance(name, str) and name in _ROLES}
    names = [name for name in call.items("fields") if isinstance(name, str) and name in _FIELDS] or list(_FIELDS)
    found = list_members(call.actor, roles=roles if asked else None, count=min(count, _MOST) if count > 0 else _MOST)
    rows = [{name: _FIELDS[name](one) for name in names} for one in found.rows]
    return answer({"users": rows, "total": found.total})


def roles(_call: Call) -> HttpResponse:
    return answer({"roles": ROLES})


def choices(call: Call) -> list[dict[str, Any]]:
    """For a form that asks for a user: who matches `search`, and before them those whom `values` names."""
    search = call.text("search")[:_LONGEST_SEARCH]
    found = list_member_choices(call.actor, search=search, chosen=call.ids("values"), count=_MOST_CHOICES)
    return [
        {
            "id": one.pk,
            "user_email": one.user.email,
            "name": name_of(one),
            "title": f"{name_of(one)} ({one.user.email})",
        }
        for one in found
    ]
