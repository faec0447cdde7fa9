"""Custom fields of contacts changed one at a time, by people; a wire that sends all of them at once is in fields.py."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import Company
from portico.contacts.actions.fields import LONGEST_LABEL, MOST_FIELDS, Definition, check_definitions, free_slug
from portico.contacts.models import CustomField
from portico.contacts.queries.fields import fingerprint_of_field
from portico.errors import Invalid, NotFound, Outdated
from portico.lib.texts import is_storable

_CHOSEN_FROM = {
    CustomField.Kind.SINGLE_SELECT,
    CustomField.Kind.MULTI_SELECT,
    CustomField.Kind.RADIO,
    CustomField.Kind.CHECKBOX,
}


@transaction.atomic
def add_custom_field(actor: Actor, wanted: Definition) -> CustomField:
    """A new field after all others; its slug is made from the label. Raises Invalid."""
    actor.require(Permission.SETTINGS_WRITE)
    _check(wanted)
    _take_turns(actor)
    rows = CustomField.objects.filter(company_id=actor.company_id)
    slugs = set(rows.values_list("slug", flat=True))
    if len(slugs) >= MOST_FIELDS:
        raise Invalid.one("label", "many", f"A company has at most {MOST_FIELDS} custom fields.")
    last = rows.aggregate(last=Max("position"))["last"]
    made = CustomField.objects.create(
        company_id=actor.company_id,
        slug=free_slug(wanted.label, slugs),
        label=wanted.label,
        kind=wanted.kind,
        options=_options(wanted),
        group=wanted.group,
        position=0 if last is None else last + 1,
    )
    record(actor, "custom_field.added", "company", actor.company_id, field=made.slug, kind=made.kind)
    return made


@transaction.atomic
def change_custom_field(actor: Actor, field_id: int, wanted: Definition, *, seen: str = "") -> CustomField:
    """Another label, other options, another group; the slug and the kind stay, so that no value becomes unreadable.

    Values that are no longer among the options stay. `seen` is the field's fingerprint_of_field when it was read.
    Raises NotFound, Invalid; Outdated where somebody has changed it since.
    """
    actor.require(Permission.SETTINGS_WRITE)
    field = _locked(actor, field_id)
    if seen and seen != fingerprint_of_field(field):
        raise Outdated
    wanted = Definition(field.kind, wanted.label, field.slug, wanted.options, wanted.group)
    _check(wanted)
    field.label, field.options, field.group = wanted.label, _options(wanted), wanted.group
    field.save(update_fields=["label", "options", "group"])
    record(actor, "custom_field.changed", "company", actor.company_id, field=field.slug, label=field.label)
    return field


@transaction.atomic
def move_custom_field(actor: Actor, field_id: int, *, earlier: bool) -> None:
    """Change places with the field before it in its group, or the one behind; at the end of a group it stays.

    Raises NotFound.
    """
    actor.require(Permission.SETTINGS_WRITE)
    field = _locked(actor, field_id)
    fields = list(CustomField.objects.filter(company_id=actor.company_id).order_by("position", "id"))
    place = next(place for place, one in enumerate(fields) if one.pk == field.pk)
    others = fields[:place][::-1] if earlier else fields[place + 1 :]
    other = next((one for one in others if (one.group or "") == (field.group or "")), None)
    if other is None:
        return
    there = fields.index(other)
    fields[place], fields[there] = fields[there], fields[place]
    _place(fields)
    record(actor, "custom_field.moved", "company", actor.company_id, field=field.slug)


def _place(fields: Sequence[CustomField]) -> None:
    """Several may have had one position: a wire that sent them said nothing about their order."""
    moved = [field for position, field in enumerate(fields) if field.position != position]
    for position, field in enumerate(fields):
        field.position = position
    CustomField.objects.bulk_update(moved, ["position"])  # any company: rows of one, locked


@transaction.atomic
def delete_custom_field(actor: Actor, field_id: int) -> None:
    """What contacts hold in it stays where it is, unseen, until a field has its slug again. Raises NotFound."""
    actor.require(Permission.SETTINGS_WRITE)
    field = _locked(actor, field_id)
    CustomField.objects.filter(company_id=actor.company_id, pk=field.pk).delete()
    record(actor, "custom_field.deleted", "company", actor.company_id, field=field.slug, label=field.label)


def _locked(actor: Actor, field_id: int) -> CustomField:
    _take_turns(actor)
    field = CustomField.objects.filter(company_id=actor.company_id, pk=min(field_id, 2**63 - 1)).first()
    if field is None:
        raise NotFound("custom field")
    return field


def _take_turns(actor: Actor) -> None:
    """As in replace_custom_fields: whoever changes any of the company's fields waits here."""
    Company.objects.select_for_update(no_key=True).get(pk=actor.company_id)


def _check(wanted: Definition) -> None:
    for name, text in (("label", wanted.label), ("group", wanted.group or "")):
        if len(text) > LONGEST_LABEL or not is_storable(text):
            raise Invalid.one(name, "long", f"This is no text of at most {LONGEST_LABEL} characters.")
    if not wanted.label:
        raise Invalid.one("label", "required", "A label is needed.")
    check_definitions([wanted])
    if wanted.kind in _CHOSEN_FROM and not _options(wanted):
        raise Invalid.one("options", "required", "Write at least one option to choose from.")


def _options(wanted: Definition) -> list[str] | None:
    """Each once; none for what is not chosen from a list."""
    if wanted.kind not in _CHOSEN_FROM:
        return None
    return list(dict.fromkeys(text for one in wanted.options or () if (text := one.strip())))
