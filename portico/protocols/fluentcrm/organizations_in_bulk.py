"""Many organizations in one call (wire notes 13)."""

from typing import Any

from django.http import HttpResponse

from portico.contacts.actions.organizations_in_bulk import (
    Which,
    delete_several_organizations,
    set_field_of_organizations,
)
from portico.errors import Invalid, Problem
from portico.protocols.fluentcrm.organization_intake import COLUMNS, read
from portico.protocols.fluentcrm.organizations import chosen_of
from portico.protocols.fluentcrm.sanitizing import plain_text
from portico.protocols.fluentcrm.wire import Call, answer, as_text, message

_FIELDS = {"change_company_type": "kind", "change_company_category": "industry"}


def update_property(call: Call) -> HttpResponse:
    name, ids = call.text("property"), call.ids("companies")
    missing = [field for field, value in (("column", name), ("company_ids", ids)) if not value]
    if missing:
        raise Invalid(*(Problem(field, "required", f"The {field} is needed.") for field in missing))
    if name == "refetch_logo":
        return message("Logos are not fetched from elsewhere; set the property logo instead.", 422)
    if name not in {"type", "logo", "owner_id"}:
        return message("This property cannot be changed.", 422)
    value = read(name, call.value("value"))
    if not value and name == "type":
        return message("This value is not possible.", 422)
    try:
        set_field_of_organizations(call.actor, Which(ids=tuple(ids)), name=COLUMNS[name], value=value)
    except Invalid:
        return message("This value is not possible.", 422)
    return message("The companies are changed.")


def bulk_action(call: Call) -> HttpResponse:
    name = call.text("action_name")
    if name == "delete_companies":
        return _done(delete_several_organizations(call.actor, _which(call)), call)
    if name not in _FIELDS:
        return message("There is no such action.", 422)
    value = call.text("new_status")
    if not value:
        return message("Say what they are to become.", 422)
    return _done(set_field_of_organizations(call.actor, _which(call), name=_FIELDS[name], value=value), call)


def _which(call: Call) -> Which:
    """Those that are named; without any, the next of all that match. Raises Invalid.

    What was meant to name some and names none must not be taken for all.
    """
    if call.items("company_ids"):
        ids = call.ids("company_ids")
        if not ids:
            raise Invalid.one("company_ids", "numeric", "These are no ids.")
        return Which(ids=tuple(ids))
    sent: Any = call.structure("company_query")
    query = sent if isinstance(sent, dict) else {}
    search = call.text("search") or plain_text(as_text(query.get("search")) or "")
    return Which(chosen=chosen_of(search, query.get("inline_filters")), after=call.id("last_id"))


def _done(ids: list[int], call: Call) -> HttpResponse:
    if not ids and not call.items("company_ids"):
        return answer({"is_completed": True, "completed_companies": 0, "message": "All companies are done."})
    last = ids[-1] if ids else 0
    return answer({"last_company_id": last, "completed_companies": len(ids), "message": "The action is done."})
