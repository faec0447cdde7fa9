"""One search field for everything (wire notes 24)."""

import orjson
from django.http import HttpResponse

from portico.contacts.queries.finding import list_found_contacts
from portico.protocols.fluentcrm import organization_shapes, shapes
from portico.protocols.fluentcrm.organizations import found_by
from portico.protocols.fluentcrm.wire import Call, raw_answer

_GROUPS = ("subscribers", "campaigns", "funnels", "companies")
_LONGEST_SEARCH = 200
_MOST = 10


def everywhere(call: Call) -> HttpResponse:
    """Ten of each kind that the actor may see; `scope` names one kind. There are no campaigns and automations yet."""
    scope = call.text("scope")
    rows = dict.fromkeys(_GROUPS, "[]")
    for name, find in _FINDERS.items():
        if scope in (name, "all") or scope not in _GROUPS:
            rows[name] = find(call)
    return raw_answer("{" + ",".join(f'"{name}":{found}' for name, found in rows.items()) + "}")


def _contacts(call: Call) -> str:
    term = call.text("search")[:_LONGEST_SEARCH]
    return f"[{list_found_contacts(call.actor, shapes.FOUND, term, most=_MOST)}]"


def _organizations(call: Call) -> str:
    return orjson.dumps(found_by(call, organization_shapes.FOUND, most=_MOST)).decode()


_FINDERS = {"subscribers": _contacts, "companies": _organizations}
