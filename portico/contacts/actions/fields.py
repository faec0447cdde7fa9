"""A company's custom fields, of its contacts and of its organizations."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import Company
from portico.contacts.fields import LONGEST_TEXT
from portico.contacts.models import Contact, CustomField, OrganizationField
from portico.contacts.queries.fields import FieldKind, read_back_fields
from portico.errors import Invalid, NotFound, Problem
from portico.lib.statements import Shape
from portico.lib.texts import is_storable

MOST_FIELDS = 300
MOST_OPTIONS = 1000
LONGEST_LABEL = 255
LONGEST_SLUG = 25  # of one made from a label, as in the field; one that is given may have 100
LONGEST_GIVEN_SLUG = 100
# What stands beside custom fields wherever contacts go in and out: a field of such a name would be taken for it.
_STANDING = frozenset(
    {
        *(field.attname for field in Contact._meta.concrete_fields), "status", "timezone", "contact_type",
        "contact_owner", "last_activity", "user_id", "hash", "full_name", "photo", "tags", "lists", "companies",
        "attach_tags", "attach_lists", "detach_tags", "detach_lists", "double_optin", "subscriber", "rest_route",
        "query_timestamp",
    }
)  # fmt: skip
_PERMISSIONS: dict[FieldKind, Permission] = {
    CustomField: Permission.SETTINGS_WRITE,
    OrganizationField: Permission.TAGS_WRITE,
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A custom field as somebody wants it to be; an empty slug is made from the label."""

    kind: str
    label: str
    slug: str = ""
    options: tuple[str, ...] | None = None
    group: str | None = None


@transaction.atomic
def replace_custom_fields(
    actor: Actor,
    wanted: Sequence[Definition],
    shape: Shape,
    *,
    kind: FieldKind = CustomField,
    reserved: Collection[str] = (),
) -> str:
    """Make these the company's custom fields of this kind, in this order; answers their documents joined by commas.

    Of several with one slug the first stays. A made slug that is a number or one of `reserved` gets cf_ in front.
    Values of fields that are gone stay where they are, unseen. Raises Invalid.
    """
    actor.require(_PERMISSIONS[kind])
    check_definitions(wanted)
    # Whoever replaces them at the same time waits here: the two sets must not mix.
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)
    kind._default_manager.filter(company_id=actor.company_id).delete()
    kind._default_manager.bulk_create(
        kind(  # type: ignore[misc]  # a union of two models
            company_id=actor.company_id,
            slug=slug,
            label=one.label,
            kind=one.kind,
            options=None if one.options is None else list(one.options),
            group=one.group,
            position=position,
        )
        for position, (slug, one) in enumerate(_with_slugs(wanted, reserved).items())
    )
    action = "custom_fields.replaced" if kind is CustomField else "organization_fields.replaced"
    record(actor, action, "company", actor.company_id, fields=[one.label for one in wanted])
    return read_back_fields(actor, shape, kind)


@transaction.atomic
def rename_field_group(actor: Actor, *, old: str, new: str, shape: Shape) -> str:
    """Give the fields of a group another group's name; answers the documents of all fields, joined by commas.

    A name that another group has brings the two together. Raises NotFound, Invalid.
    """
    actor.require(Permission.SETTINGS_WRITE)
    problems = [
        Problem(name, "required", f"The name of the group is needed, at most {LONGEST_LABEL} characters.")
        for name, value in (("old_name", old), ("new_name", new))
        if not 0 < len(value) <= LONGEST_LABEL or not is_storable(value)
    ]
    if problems:
        raise Invalid(*problems)
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)  # as in replace_custom_fields
    if not CustomField.objects.filter(company_id=actor.company_id, group=old).update(group=new):
        raise NotFound("group")
    record(actor, "custom_fields.regrouped", "company", actor.company_id, before=old, after=new)
    return read_back_fields(actor, shape)


def _with_slugs(wanted: Sequence[Definition], reserved: Collection[str]) -> dict[str, Definition]:
    found: dict[str, Definition] = {}
    given = {one.slug for one in wanted if one.slug}
    for one in wanted:
        if one.slug:
            found.setdefault(one.slug, one)
            continue
        found[free_slug(one.label, {*given, *found}, reserved)] = one
    return found


def free_slug(label: str, taken: Collection[str], reserved: Collection[str] = _STANDING) -> str:
    """A slug for a field with this label; there are at most MOST_FIELDS that are `taken`."""
    stem = _slug_of(label, reserved)
    tries = [stem, *(f"{stem}_{number}" for number in range(1, MOST_FIELDS + 1))]
    return next(slug for slug in tries if slug not in taken)


def _slug_of(label: str, reserved: Collection[str]) -> str:
    slug = re.sub(r"[^a-z0-9_]+", "_", slugify(label.replace(" ", "_")))[:LONGEST_SLUG] or "field"
    return f"cf_{slug}" if slug.isdigit() or slug in reserved else slug


def check_definitions(wanted: Sequence[Definition]) -> None:
    """Raises Invalid."""
    if len(wanted) > MOST_FIELDS:
        raise Invalid.one("fields", "many", f"A company has at most {MOST_FIELDS} custom fields.")
    for one in wanted:
        if one.kind not in CustomField.Kind.values:
            raise Invalid.one("fields", "type", f"A custom field is one of {', '.join(CustomField.Kind.values)}.")
        if not one.label:
            raise Invalid.one("fields", "label", "A custom field needs a label.")
        options = one.options or ()
        texts = (one.label, one.group or "", one.slug, *options)
        lengths = (LONGEST_LABEL, LONGEST_LABEL, LONGEST_GIVEN_SLUG, *[LONGEST_TEXT] * len(options))
        fits = all(len(text) <= most and is_storable(text) for text, most in zip(texts, lengths, strict=True))
        if len(options) > MOST_OPTIONS or not fits:
            raise Invalid.one("fields", "long", f"The custom field {one.label[:40]} is too long.")
