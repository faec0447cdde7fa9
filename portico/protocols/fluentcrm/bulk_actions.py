"""One change to many contacts, named by their ids or by a filter (wire notes 8.9)."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

from django.http import HttpResponse

from portico.access import Actor, Permission
from portico.contacts.actions.bulk import set_custom_value_of_contacts, set_field_of_contacts
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.opt_ins import request_opt_in_of_pending
from portico.contacts.actions.picking import Picked, change_picked
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.actions.working import add_to_organization, remove_from_organization
from portico.contacts.models import Consent
from portico.errors import Conflict, Invalid
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.contacts import chosen_by
from portico.protocols.fluentcrm.intake import TYPES
from portico.protocols.fluentcrm.wire import Call, answer, as_items

Change: TypeAlias = Callable[[Actor, Sequence[int]], object]

_DONE = "The contacts are changed."


def do_bulk_action(call: Call) -> HttpResponse:
    """The route lets in who has signed in: which permission is demanded is the action's own.

    Refusals are Conflicts, because they are messages here and never bags of rules (wire notes 8.9).
    """
    name = call.text("action_name")
    call.actor.require(_DEMANDS.get(name, Permission.CONTACTS_WRITE))
    if name not in _CHANGES:
        raise Conflict("There is no such action.")
    change, picked = _CHANGES[name](call), _picked(call)
    ids = _changed(call.actor, picked, change)
    if not ids:
        return answer({"is_completed": True, "completed_contacts": 0, "message": "There are no more contacts."})
    # The two numbers change places where contacts are deleted (recording seq-contact-bulk-delete).
    numbers = {"last_contact_id": ids[-1], "completed_contacts": len(ids)}
    if name == "delete_contacts":
        return answer({**dict(reversed(numbers.items())), "message": "The contacts are deleted."})
    return answer({**numbers, "message": _DONE})


def _changed(actor: Actor, picked: Picked, change: Change) -> list[int]:
    try:
        return change_picked(actor, picked, change)
    except Invalid as no:
        raise Conflict(str(no)) from None


def _picked(call: Call) -> Picked:
    if call.text("is_all") != "yes":
        ids = call.ids("subscriber_ids")
        if not ids:
            raise Conflict("Choose at least one contact.")
        return Picked(ids)
    query = call.structure("contact_query")
    if query != [] and not isinstance(query, Mapping):
        raise Conflict("Say in contact_query which contacts; {} stands for every one.")
    given = dict(query)
    # A list passes over what is no text or no status, and the filter with it; here that would change everybody.
    if isinstance(given.get("search"), list | dict):
        raise Conflict("The search of contact_query must be a text.")
    if any(status not in Consent.values for status in as_items(given.get("statuses"))):
        raise Conflict("There is no such status to choose contacts by.")
    return Picked(matching=chosen_by(given), after=call.id("last_id"))


def _labelling(what: str) -> Callable[[Call], Change]:
    def read(call: Call) -> Change:
        ids = call.ids("action_options")
        if not ids:
            raise Conflict("Choose at least one tag or list.")
        labels: dict[str, Any] = {what: ids}
        return partial(label_contacts, **labels)

    return read


def _status(call: Call) -> Change:
    status = call.text("new_status")
    if status not in Consent.values:
        raise Conflict("Choose a status that there is." if status else "Choose a status.")
    return partial(set_field_of_contacts, field="consent", value=status)


def _type(call: Call) -> Change:
    type = call.text("new_status")
    if type not in TYPES:
        raise Conflict("Choose a type that there is." if type else "Choose a type.")
    return partial(set_field_of_contacts, field="is_customer", value=TYPES[type])


def _custom_field(call: Call) -> Change:
    field = call.structure("custom_field")
    given: Mapping[str, Any] = field if isinstance(field, dict) else {}
    key = sanitizing.anything(given.get("key"))
    if not isinstance(key, str) or not key:
        raise Conflict("Choose a custom field.")
    return partial(set_custom_value_of_contacts, slug=key, value=sanitizing.anything(given.get("value")))


def _company(change: Callable[..., object]) -> Callable[[Call], Change]:
    def read(call: Call) -> Change:
        if "organizations" not in call.actor.modules or not call.id("new_status"):
            raise Conflict("Choose a company that there is.")
        return partial(change, organization_id=call.id("new_status"))

    return read


def _later(call: Call) -> Change:
    raise Conflict(f"{call.text('action_name')} comes with the mail engine, which is not there yet.")


_CHANGES: dict[str, Callable[[Call], Change]] = {
    "add_to_tags": _labelling("attach_tags"),
    "add_to_lists": _labelling("attach_lists"),
    "remove_from_tags": _labelling("detach_tags"),
    "remove_from_lists": _labelling("detach_lists"),
    "delete_contacts": lambda _: delete_contacts,
    "send_double_optin": lambda _: request_opt_in_of_pending,
    "change_contact_status": _status,
    "change_contact_type": _type,
    "update_custom_fields": _custom_field,
    "add_to_company": _company(add_to_organization),
    "remove_from_company": _company(remove_from_organization),
    "add_to_email_sequence": _later,
    "add_to_automation": _later,
}
# The others demand the right to change contacts.
_DEMANDS = {
    "delete_contacts": Permission.CONTACTS_DELETE,
    "add_to_email_sequence": Permission.MAILS_WRITE,
    "add_to_automation": Permission.AUTOMATIONS_WRITE,
}
