"""One search field for everything (wire notes 24)."""

from django.http import HttpResponse

from portico.contacts.queries.finding import list_found_contacts
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.wire import Call, raw_answer

_GROUPS = ("subscribers", "campaigns", "funnels", "companies")
_LONGEST_SEARCH = 200
_MOST = 10


def everywhere(call: Call) -> HttpResponse:
    """Ten of each kind that the actor may see; `scope` names one kind. There are no campaigns and automations yet."""
    scope = call.text("scope")
    rows = ""
    if scope in ("subscribers", "all") or scope not in _GROUPS:
        rows = list_found_contacts(call.actor, shapes.FOUND, call.text("search")[:_LONGEST_SEARCH], most=_MOST)
    groups = [f'"{name}":[{rows if name == "subscribers" else ""}]' for name in _GROUPS]
    return raw_answer(f"{{{','.join(groups)}}}")
