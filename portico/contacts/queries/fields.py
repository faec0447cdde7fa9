"""The custom fields that a company has added to its contacts and organizations, and what those hold in them."""

from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    Aggregate,
    BooleanField,
    Expression,
    F,
    Func,
    JSONField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce

from portico.access import Actor, Permission
from portico.contacts.models import CustomField, OrganizationField
from portico.errors import Denied, NotFound
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import JsonField, Literal, Shape, Statement, as_documents, compiled_together, later_number

FieldKind = type[CustomField] | type[OrganizationField]
_PERMISSIONS: dict[FieldKind, Permission] = {
    CustomField: Permission.SETTINGS_WRITE,
    OrganizationField: Permission.TAGS_READ,
}


class _ValueAt(Func):
    template = "(%(expressions)s)"
    arg_joiner = " -> "
    output_field = JSONField()


class _Holds(Func):
    function = "jsonb_exists"
    output_field = BooleanField()


class _ObjectOf(Aggregate):
    function = "json_object_agg"
    output_field = JsonField()


def custom_values_of_contact(*, empty: str = "{}") -> Expression:
    """A contact's custom values as a JSON object, for shapes; `empty` is the JSON for none.

    Values whose field is no longer there are kept but not shown.
    """
    return custom_values_in(CustomField, empty=empty)


def custom_values_in(kind: FieldKind, *, empty: str) -> Expression:
    """The same for whatever has fields of this kind."""
    held = kind._default_manager.filter(_Holds(OuterRef("custom_values"), F("slug")), company_id=OuterRef("company_id"))
    pairs = _ObjectOf(F("slug"), _ValueAt(OuterRef("custom_values"), F("slug")))
    rows = held.order_by().values("company_id").annotate(pairs=pairs).values("pairs")
    return Coalesce(Subquery(rows, output_field=JsonField()), Literal(empty, JsonField()))


def fields_of(company: Expression | F, kind: FieldKind = CustomField) -> "QuerySet[Any, Any]":
    """A company's custom fields in their order."""
    return kind._default_manager.filter(company_id=company).order_by("position", "id")


def list_field_documents(actor: Actor, shape: Shape, kind: FieldKind = CustomField) -> str:
    """The company's custom fields as JSON objects joined by commas, in their order."""
    actor.require(_PERMISSIONS[kind])
    return read_back_fields(actor, shape, kind)


def read_back_fields(actor: Actor, shape: Shape, kind: FieldKind = CustomField) -> str:
    """What list_field_documents answers, for whoever may see a contact or has just changed the fields."""
    row = _statement(shape, kind).fetch_one({"company": actor.company_id})
    return str(row[0]) if row else ""


@lru_cache(maxsize=16)
def _statement(shape: Shape, kind: FieldKind) -> Statement:
    return compiled_together(as_documents(fields_of(later_number("company"), kind), shape))


def list_field_slugs(actor: Actor) -> list[str]:
    """The slugs of the company's custom fields, in their order: for whoever may export their values."""
    actor.require(Permission.CONTACTS_EXPORT)
    return list(fields_of(Value(actor.company_id), CustomField).values_list("slug", flat=True))


def list_custom_fields(actor: Actor) -> list[CustomField]:
    """The fields of the company's contacts in their order: for whoever may see or change contacts, or these fields."""
    _require_any(actor)
    return list(fields_of(Value(actor.company_id)))


def get_custom_field(actor: Actor, field_id: int) -> CustomField:
    """Raises NotFound."""
    _require_any(actor)
    field = CustomField.objects.filter(company_id=actor.company_id, pk=min(field_id, 2**63 - 1)).first()
    if field is None:
        raise NotFound("custom field")
    return field


def _require_any(actor: Actor) -> None:
    allowed = {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE, Permission.SETTINGS_WRITE}
    if allowed.isdisjoint(actor.permissions):
        raise Denied


def fingerprint_of_field(field: CustomField) -> str:
    """What tells a field from itself after a change."""
    return fingerprint(repr((field.label, field.kind, field.options, field.group)).encode())


def labelled_values_in(kind: FieldKind) -> Expression:
    """The custom values of whatever has fields of this kind, in their order, for shapes.

    Objects with slug, label, kind and value; without values whose field is no longer there.
    """
    held = fields_of(OuterRef("company_id"), kind).filter(_Holds(OuterRef("custom_values"), F("slug")))
    value = _ValueAt(OuterRef("custom_values"), F("slug"))
    shape = Shape({"slug": "slug", "label": "label", "kind": "kind", "value": value})
    return ArraySubquery(held.values_list(shape.build(), flat=True))  # type: ignore[return-value]  # it is one; the stubs do not say so
