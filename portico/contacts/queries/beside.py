"""What stands beside a contact, as expressions for shapes of Contact."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, Count, Expression, Func, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from portico.contacts.models import ContactGroup, ContactNote, ContactTag
from portico.lib.statements import BuildObject, JsonField, Shape, later_number


def number_of(rows: "QuerySet[Any, Any]") -> Expression:
    """How many of these rows there are, 0 for none, inside another query."""
    number = rows.annotate(none=Value(1)).values("none").annotate(n=Count("id")).values("n")
    return Cast(Coalesce(Subquery(number), Value(0)), BigIntegerField())


def notes_of_contact() -> Expression:
    """How many notes there are about the contact."""
    return number_of(ContactNote.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id")))


def groups_of_contact(shape: Shape) -> Expression:
    """Those groups of the asking member (`owner` among the statement's values) in which the contact is."""
    rows = ContactGroup.objects.filter(
        company_id=OuterRef("company_id"),
        owner_id=later_number("owner"),
        contactgroupmember__company_id=OuterRef("company_id"),
        contactgroupmember__contact_id=OuterRef("id"),
    )
    return _as_array(rows.order_by("id").annotate(row=BuildObject(shape)).values("row"))


def tag_titles_of_contact() -> Expression:
    """The titles of the contact's tags."""
    rows = ContactTag.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id"))
    return _as_array(rows.order_by("tag_id").values("tag__title"))


def _as_array(rows: "QuerySet[Any, Any]") -> Expression:
    return Func(ArraySubquery(rows), function="to_json", output_field=JsonField())
