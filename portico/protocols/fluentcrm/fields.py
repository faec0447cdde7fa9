"""Custom fields of contacts and of organizations (wire notes 12, 13)."""

from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.actions.fields import Definition, rename_field_group, replace_custom_fields
from portico.contacts.models import CustomField, OrganizationField
from portico.contacts.queries.fields import FieldKind, list_field_documents
from portico.errors import Invalid, NotFound
from portico.protocols.fluentcrm import sanitizing, shapes
from portico.protocols.fluentcrm.intake import NO_FIELDS, OTHERS, TEXTS
from portico.protocols.fluentcrm.organization_intake import COLUMNS, NO_COLUMNS
from portico.protocols.fluentcrm.wire import Call, as_text, message, raw_answer

# field_key: type, label, value_type.
TYPES = {
    "text": ("text", "Single line of text", "string"),
    "textarea": ("textarea", "Several lines of text", "string"),
    "number": ("number", "Number", "numeric"),
    "single-select": ("select-one", "One of a list", "string"),
    "multi-select": ("select-multi", "Several of a list", "array"),
    "radio": ("radio", "One of some buttons", "string"),
    "checkbox": ("checkbox", "Several of some boxes", "array"),
    "date": ("date", "Date", "date"),
    "date_time": ("date_time", "Date and time", "datetime"),
}
_KEYS_BY_TYPE = {type: key for key, (type, _, _) in TYPES.items()}
_GROUPS = [{"slug": "default", "title": "Custom Profile Data"}]


def index(call: Call) -> HttpResponse:
    return _index(call, CustomField)


def index_of_organizations(call: Call) -> HttpResponse:
    return _index(call, OrganizationField)


def _index(call: Call, kind: FieldKind) -> HttpResponse:
    rows = list_field_documents(call.actor, shapes.FIELD, kind)
    extras = {item for item in call.items("with") if isinstance(item, str)}
    more: dict[str, Any] = {}
    if "field_types" in extras:
        names = ("type", "label", "value_type")
        more["field_types"] = {key: dict(zip(names, what, strict=True)) for key, what in TYPES.items()}
    if "field_groups" in extras:
        more["field_groups"] = _GROUPS + _groups_in(rows)
    tail = "," + orjson.dumps(more).decode()[1:-1] if more else ""
    return raw_answer(f'{{"fields":[{rows}]{tail}}}')


def _groups_in(rows: str) -> list[dict[str, str]]:
    known = {group["slug"] for group in _GROUPS}
    found = {field.get("group") for field in orjson.loads(f"[{rows}]")}
    return [{"slug": name, "title": name} for name in sorted(found - known - {None})]


def replace(call: Call) -> HttpResponse:
    return _replace(call, CustomField, {*TEXTS, *OTHERS, *NO_FIELDS})


def replace_of_organizations(call: Call) -> HttpResponse:
    return _replace(call, OrganizationField, {*COLUMNS, *NO_COLUMNS})


def _replace(call: Call, kind: FieldKind, reserved: set[str]) -> HttpResponse:
    rows = call.structure("fields")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid.one("fields", "required", "The fields are needed, as a list.")
    wanted = [_definition(row) for row in rows]
    saved = replace_custom_fields(call.actor, wanted, shapes.FIELD, kind=kind, reserved=reserved)
    return raw_answer(f'{{"fields":[{saved}],"message":"The fields are saved."}}')


def rename_group(call: Call) -> HttpResponse:
    names = {"old": call.text("old_name"), "new": call.text("new_name")}
    try:
        rows = rename_field_group(call.actor, **names, shape=shapes.FIELD)
    except NotFound:
        return message("There is no group of this name.", 422)
    return raw_answer(f'{{"fields":[{rows}],"message":"The group is renamed."}}')


def _definition(row: dict[str, Any]) -> Definition:
    kind, type = as_text(row.get("field_key")) or "", as_text(row.get("type")) or ""
    options = row.get("options")
    text = {name: sanitizing.plain_text(as_text(row.get(name)) or "") for name in ("label", "slug", "group")}
    return Definition(
        kind if kind in CustomField.Kind.values else _KEYS_BY_TYPE.get(type, type),
        text["label"],
        text["slug"],
        tuple(sanitizing.plain_text(as_text(one) or "") for one in options) if isinstance(options, list) else None,
        text["group"] or None,
    )
