"""Many contacts in one transaction."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.contacts.actions.contacts import refusals
from portico.contacts.actions.custom_values import typed_custom_values
from portico.contacts.actions.locking import locked
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.actions.tagging import label_contacts as label
from portico.contacts.actions.tagging import label_contacts_by_slug
from portico.contacts.fields import checked
from portico.contacts.models import Contact, CustomField, Stage, Tag
from portico.contacts.queries.contacts import list_read_back
from portico.contacts.queries.labels import Label
from portico.errors import Denied, Invalid
from portico.lib.statements import Shape
from portico.lib.texts import is_storable


@transaction.atomic
def set_field_of_contacts(actor: Actor, contact_ids: Sequence[int], *, field: str, value: Any) -> list[int]:
    """Write one value into one field of these contacts; answers those that the actor may change. Raises Invalid.

    The field is one of consent, avatar and is_customer.
    """
    actor.require(Permission.CONTACTS_WRITE)
    if field not in {"consent", "avatar", "is_customer"}:
        raise KeyError(field)
    (value,) = checked({field: value}).values()
    ids = locked(actor, contact_ids)
    rows = Contact.objects.filter(company_id=actor.company_id, pk__in=ids)
    written = "stage" if field == "is_customer" else field
    before = dict(rows.order_by("pk").values_list("pk", written))
    if field == "consent":
        rows.exclude(consent=value).update(consent=value, consent_changed_at=Now(), updated_at=Now())
    elif field == "avatar":
        rows.update(avatar=value, updated_at=Now())
    else:
        rows.update(stage=Stage.CUSTOMER if value else _LESS_THAN_CUSTOMER, updated_at=Now())
    _record(actor, written, before, dict(rows.values_list("pk", written)))
    return ids


@transaction.atomic
def set_custom_value_of_contacts(actor: Actor, contact_ids: Sequence[int], *, slug: str, value: Any) -> list[int]:
    """Write one value into one custom field of these contacts, "" and None empty it; answers those that may be changed.

    Raises Invalid, also for a field that the company does not have.
    """
    actor.require(Permission.CONTACTS_WRITE)
    field = CustomField.objects.filter(company_id=actor.company_id, slug=slug).first() if is_storable(slug) else None
    if field is None:
        raise Invalid.one("custom_values", "exists", "There is no such custom field.")
    (held,) = typed_custom_values(actor, {slug: value}).values()
    ids = locked(actor, contact_ids)
    with connection.cursor() as cursor:
        cursor.execute(_SET_CUSTOM, {"company": actor.company_id, "ids": ids, "slug": slug, "value": _held(held)})
        was = {id: json.loads(old) if old else None for id, old in cursor.fetchall()}
    changes = {
        id: {"before": {"custom_values": {slug: old}}, "after": {"custom_values": {slug: held}}}
        for id, old in was.items()
    }
    record_of_contacts(actor, "contact.changed", changes)
    return ids


@transaction.atomic
def set_owner_of_contacts(actor: Actor, contact_ids: Sequence[int], *, owner_id: int | None) -> list[int]:
    """Give these contacts to a member of the company, or to nobody; answers those that the actor may change.

    Call it with the owner kept (keep_owners). Raises Invalid where that person is not there; Denied, also for a rep,
    who could not see its contacts any more.
    """
    actor.require(Permission.CONTACTS_WRITE)
    if actor.owns_only:
        raise Denied
    ids = locked(actor, contact_ids)
    rows = Contact.objects.filter(company_id=actor.company_id, pk__in=ids)
    before = dict(rows.order_by("pk").values_list("pk", "owner_id"))
    others = [id for id, owner in before.items() if owner != owner_id]
    with refusals():
        rows.filter(pk__in=others).update(owner_id=owner_id, updated_at=Now())
    _record(actor, "owner_id", before, dict.fromkeys(before, owner_id))
    return ids


def _held(value: Any) -> str | None:
    return None if value in ("", None) else json.dumps(value)


# Only what becomes different is written.
_SET_CUSTOM = """
UPDATE contact SET custom_values = new.held, updated_at = statement_timestamp()
FROM (
    SELECT id, (custom_values -> %(slug)s::text)::text AS old,
        CASE WHEN %(value)s::jsonb IS NULL THEN custom_values - %(slug)s::text
        ELSE custom_values || jsonb_build_object(%(slug)s::text, %(value)s::jsonb) END AS held
    FROM contact WHERE company_id = %(company)s AND id = ANY(%(ids)s)
) AS new
WHERE contact.company_id = %(company)s AND contact.id = new.id AND contact.custom_values <> new.held
RETURNING contact.id, new.old
"""


def _record(actor: Actor, field: str, before: Mapping[int, Any], after: Mapping[int, Any]) -> None:
    changes = {
        id: {"before": {field: old}, "after": {field: after[id]}} for id, old in before.items() if after[id] != old
    }
    record_of_contacts(actor, "contact.changed", changes)


_LESS_THAN_CUSTOMER = Case(
    When(stage=Stage.CUSTOMER, then=Value(Stage.LEAD.value)), default=F("stage"), output_field=TextField()
)


@transaction.atomic
def sync_labels(
    actor: Actor,
    kind: Label,
    contact_ids: Sequence[int],
    shape: Shape,
    *,
    attach: Sequence[int] | Sequence[str] = (),
    detach: Sequence[int] | Sequence[str] = (),
) -> list[str]:
    """Attach and detach known tags or lists, by ids or by slugs; answers the contacts' documents in order of id."""
    if any(isinstance(item, str) for item in (*attach, *detach)):
        ids = label_contacts_by_slug(
            actor, kind, contact_ids, attach=[str(item) for item in attach], detach=[str(item) for item in detach]
        )
    elif kind is Tag:
        ids = label(actor, contact_ids, attach_tags=attach, detach_tags=detach)
    else:
        ids = label(actor, contact_ids, attach_lists=attach, detach_lists=detach)
    return list_read_back(actor, shape, ids)
