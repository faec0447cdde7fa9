"""Many contacts in one call (wire notes 8.8)."""

from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.actions.bulk import set_field_of_contacts, sync_labels
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.upserting import Wanted
from portico.contacts.actions.upserting_many import upsert_contacts
from portico.contacts.actions.working import make_first_organization
from portico.contacts.models import Consent, List, Tag
from portico.contacts.queries.labels import Label
from portico.errors import Invalid, NotFound, Problem
from portico.protocols.fluentcrm import sanitizing, shapes
from portico.protocols.fluentcrm.intake import TYPES, asks_opt_in, required_in_bulk, wanted, within_modules
from portico.protocols.fluentcrm.wire import Call, as_id, as_text, is_truthy, message, raw_answer

_LABELS_BY_TYPE: dict[str, Label] = {"tags": Tag, "lists": List}


def update_property(call: Call) -> HttpResponse:
    field, ids = call.text("property"), call.ids("subscribers")
    missing = [name for name, value in (("column", field), ("subscriber_ids", ids)) if not value]
    if missing:
        raise Invalid(*(Problem(name, "required", f"The {name} is needed.") for name in missing))
    if field not in {"status", "contact_type", "avatar", "company_id"}:
        return message("This property cannot be changed.", 422)
    value = call.text("value")
    if field == "company_id":
        return _work_first_at(call, ids)
    core: tuple[str, Any] | None = None
    if field == "status" and value in Consent.values:
        core = ("consent", value)
    elif field == "contact_type" and value in TYPES:
        core = ("is_customer", TYPES[value])
    elif field == "avatar":
        core = ("avatar", value)
    if core is None:
        return message("This value is not possible.", 422)
    set_field_of_contacts(call.actor, ids, field=core[0], value=core[1])
    return message("The contacts are changed.")


def _work_first_at(call: Call, ids: list[int]) -> HttpResponse:
    organization = as_id(call.value("value")) if "organizations" in call.actor.modules else None
    try:
        make_first_organization(call.actor, ids, organization or 0)
    except NotFound:
        return message("This value is not possible.", 422)
    return message("The contacts are changed.")


def delete_many(call: Call) -> HttpResponse:
    ids = call.ids("subscribers")
    if not ids:
        raise Invalid.one("subscriber_ids", "required", "Name at least one contact.")
    delete_contacts(call.actor, ids)
    return message("The contacts are deleted.")


def sync_segments(call: Call) -> HttpResponse:
    label = _LABELS_BY_TYPE.get(call.text("type"))
    if label is None:
        return message("The type must be tags or lists.", 422)
    ids = call.ids("subscribers")
    if not ids:
        raise Invalid.one("subscribers", "required", "Name at least one contact.")
    by_id = call.text("find_by") == "id"
    attach = call.ids("attach") if by_id else _slugs(call, "attach")
    detach = call.ids("detach") if by_id else _slugs(call, "detach")
    rows = sync_labels(call.actor, label, ids, shapes.LISTED, attach=attach, detach=detach)
    ending = "subscriber." if len(rows) == 1 else "subscribers."
    return raw_answer(f'{{"message":"Changed {len(rows)} {ending}","subscribers":[{",".join(rows)}]}}')


def _slugs(call: Call, name: str) -> list[str]:
    return [text for text in (sanitizing.plain_text(as_text(item) or "") for item in call.items(name)) if text]


def bulk_add_update(call: Call) -> HttpResponse:
    rows = call.structure("contacts")
    if not isinstance(rows, list) or not rows:
        raise Invalid.one("contacts", "required", "Name at least one contact.")
    keeps = not (is_truthy(call.value("force_update")) and call.value("force_update") not in ("no", "false"))
    asks = asks_opt_in(call.value("double_optin"))
    wants = [_row(call, row, keeps_consent=keeps, asks=asks) for row in rows]
    done = upsert_contacts(call.actor, wants, shapes.UPDATED)
    updated = ",".join(row.done.document for row in done if row.done)
    refused = [_refused(given) for given, row in zip(rows, done, strict=True) if row.done is None]
    # New contacts stand under updated too, and created stays empty (recording seq-contact-bulk-add-update).
    return raw_answer(
        f'{{"message":"The contacts are added or changed.","created":[],"updated":[{updated}],'
        f'"invalids":{orjson.dumps(refused).decode()}}}'
    )


def _row(call: Call, row: Any, *, keeps_consent: bool, asks: bool) -> Wanted | Invalid:
    given = row if isinstance(row, dict) else {}
    try:
        contact = wanted(given, required_in_bulk, keeps_consent=keeps_consent, asks_new=asks, asks_pending=asks)
        return within_modules(call.actor, contact)
    except Invalid as no:
        return no


def _refused(row: Any) -> dict[str, Any]:
    return sanitizing.anything(row) if isinstance(row, dict) else {"email": ""}
