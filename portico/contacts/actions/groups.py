from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import locked
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.models import ContactGroup, ContactGroupMember
from portico.contacts.queries.groups import get_group_document, own_groups
from portico.errors import Invalid, NotFound, Problem
from portico.lib.statements import Shape

LONGEST_NAME = 100
MOST_GROUPS = 500  # of one rep
MOST_AT_ONCE = 1000  # contacts in one call
_COLOR_LENGTH = len("#rrggbb")


@transaction.atomic
def add_group(actor: Actor, values: Mapping[str, Any], shape: Shape) -> str:
    """A group of the actor's own, from `name` and `color`; answers its document. Raises Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    checked = _checked({"name": None, **values})
    if own_groups(actor).count() >= MOST_GROUPS:
        raise Invalid.one("name", "many", f"There can be {MOST_GROUPS} groups.")
    try:
        with transaction.atomic():
            group = ContactGroup.objects.create(
                company_id=actor.company_id, owner_id=actor.membership_id or 0, **checked
            )
    except IntegrityError:
        raise _taken() from None
    record(actor, "group.added", "group", group.pk, **checked)
    return get_group_document(actor, shape, group.pk)


@transaction.atomic
def change_group(actor: Actor, group_id: int, values: Mapping[str, Any], shape: Shape) -> str:
    """Change `name` or `color`; answers the group's document. Raises NotFound, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    checked = _checked(values)
    try:
        with transaction.atomic():
            changed = own_groups(actor).filter(pk=group_id).update(**checked, updated_at=Now())
    except IntegrityError:
        raise _taken() from None
    if not changed:
        raise NotFound("group")
    record(actor, "group.changed", "group", group_id, **checked)
    return get_group_document(actor, shape, group_id)


@transaction.atomic
def delete_group(actor: Actor, group_id: int) -> None:
    """The contacts stay. Raises NotFound."""
    actor.require(Permission.CONTACTS_WRITE)
    if not own_groups(actor).filter(pk=group_id)._raw_delete("default"):  # noqa: SLF001 -- the database takes its rows along
        raise NotFound("group")
    record(actor, "group.deleted", "group", group_id)


@transaction.atomic
def add_to_group(actor: Actor, group_id: int, contact_ids: Sequence[int], shape: Shape) -> str:
    """Put contacts into a group; answers the group's document.

    Raises NotFound for the group, Invalid where one is no contact that the actor sees: then none was added.
    """
    actor.require(Permission.CONTACTS_WRITE)
    _keep(actor, group_id)
    _require_few(contact_ids)
    ids = locked(actor, contact_ids)
    if len(ids) < len(set(contact_ids)):
        raise Invalid.one("contact_ids", "exists", "One of these is no contact of yours.")
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [actor.company_id, group_id, ids])
        added = sorted(id for (id,) in cursor.fetchall())
    record_of_contacts(actor, "contact.grouped", {id: {} for id in added}, group=group_id)
    return get_group_document(actor, shape, group_id)


_ADD = """
INSERT INTO contact_group_member (company_id, group_id, contact_id)
SELECT %s, %s, id FROM unnest(%s::bigint[]) AS id ON CONFLICT DO NOTHING RETURNING contact_id
"""


@transaction.atomic
def remove_from_group(actor: Actor, group_id: int, contact_ids: Sequence[int], shape: Shape) -> str:
    """Take contacts out of a group, if they are in it; answers its document. Raises NotFound for the group, Invalid."""
    actor.require(Permission.CONTACTS_WRITE)
    _keep(actor, group_id)
    _require_few(contact_ids)
    ids = locked(actor, contact_ids)
    rows = ContactGroupMember.objects.filter(company_id=actor.company_id, group_id=group_id, contact_id__in=ids)
    removed = sorted(rows.values_list("contact_id", flat=True))
    rows._raw_delete("default")  # noqa: SLF001 -- nothing refers to these rows
    record_of_contacts(actor, "contact.ungrouped", {id: {} for id in removed}, group=group_id)
    return get_group_document(actor, shape, group_id)


def _keep(actor: Actor, group_id: int) -> None:
    """The group is there until the transaction ends: before contacts, as whatever else they belong to."""
    if not own_groups(actor).filter(pk=group_id).select_for_update(no_key=True).exists():
        raise NotFound("group")


def _require_few(contact_ids: Sequence[int]) -> None:
    if len(contact_ids) > MOST_AT_ONCE:
        raise Invalid.one("contact_ids", "many", f"At most {MOST_AT_ONCE} contacts at once.")


def _taken() -> Invalid:
    return Invalid.one("name", "unique", "You have a group of this name already.")


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    problems = []
    checked = dict(values)
    if "name" in checked:
        checked["name"] = (checked["name"] or "").strip()
        if not 0 < len(checked["name"]) <= LONGEST_NAME:
            problems.append(Problem("name", "length", f"A group's name has 1 to {LONGEST_NAME} characters."))
    color = checked.get("color")
    if color and not (len(color) == _COLOR_LENGTH and color[0] == "#" and color[1:].isalnum() and color.isascii()):
        problems.append(Problem("color", "color", "A colour is written like #2f5d8a."))
    if problems:
        raise Invalid(*problems)
    return checked
