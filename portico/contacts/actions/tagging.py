from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils.text import slugify

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import locked
from portico.contacts.models import ContactList, ContactTag, List, Tag

SHORTEST_NAME = 3  # as in the field: shorter words are taken for ids
Label = type[Tag] | type[List]
_JOINS: dict[Label, type[ContactTag] | type[ContactList]] = {Tag: ContactTag, List: ContactList}


@transaction.atomic
def label_contacts(
    actor: Actor,
    contact_ids: Sequence[int],
    *,
    attach_tags: Sequence[int | str] = (),
    attach_lists: Sequence[int | str] = (),
    detach_tags: Sequence[int | str] = (),
    detach_lists: Sequence[int | str] = (),
) -> list[int]:
    """Give these contacts tags and lists and take others away; answers the contacts that the actor may change, by id.

    Tags and lists are ids, or titles or slugs; a title that is unknown is made when it is to be attached. Ids that are
    unknown, or another company's, are left out. Having a tag twice is having it once.
    """
    actor.require(Permission.CONTACTS_WRITE)
    ids = locked(actor, contact_ids)
    for label, attach, detach in ((Tag, attach_tags, detach_tags), (List, attach_lists, detach_lists)):
        _attach(actor, label, ids, attach)
        _detach(actor, label, ids, detach)
    return ids


def _attach(actor: Actor, label: Label, contact_ids: Sequence[int], items: Sequence[int | str]) -> None:
    label_ids = resolve(actor, label, items, make=True) if items and contact_ids else []
    if not label_ids:
        return
    column = f"{label._meta.db_table}_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contact_{label._meta.db_table} (company_id, contact_id, {column}) "  # noqa: S608 -- our own table names
            "SELECT %s, c, t FROM unnest(%s::bigint[]) AS c, unnest(%s::bigint[]) AS t "
            "ORDER BY c, t ON CONFLICT DO NOTHING "
            f"RETURNING contact_id, {column}",
            [actor.company_id, list(contact_ids), label_ids],
        )
        _record(actor, f"contact.{label._meta.db_table}_added", cursor.fetchall())


def _detach(actor: Actor, label: Label, contact_ids: Sequence[int], items: Sequence[int | str]) -> None:
    label_ids = resolve(actor, label, items, make=False) if items and contact_ids else []
    if not label_ids:
        return
    column = f"{label._meta.db_table}_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM contact_{label._meta.db_table} WHERE company_id = %s AND contact_id = ANY(%s) "  # noqa: S608 -- our own table names
            f"AND {column} = ANY(%s) RETURNING contact_id, {column}",
            [actor.company_id, list(contact_ids), label_ids],
        )
        _record(actor, f"contact.{label._meta.db_table}_removed", cursor.fetchall())


def _record(actor: Actor, action: str, pairs: list[tuple[int, int]]) -> None:
    if pairs:
        contacts = sorted({contact for contact, _ in pairs})
        one = contacts[0] if len(contacts) == 1 else None
        record(actor, action, "contact", one, labels=sorted({label for _, label in pairs}), contacts=contacts)


def resolve(actor: Actor, label: Label, items: Sequence[int | str], *, make: bool) -> list[int]:
    """The company's ids for these ids, titles and slugs; with `make`, an unknown title becomes a new tag or list."""
    ids = {int(item) for item in items if isinstance(item, int) or (item.isascii() and item.isdigit())}
    names = {item.strip() for item in items if isinstance(item, str) and not item.strip().isdigit()}
    names = {name for name in names if len(name) >= SHORTEST_NAME and "\0" not in name}
    rows = label.objects.filter(company_id=actor.company_id)
    found = set(rows.filter(pk__in=[id for id in ids if 0 < id < 2**63]).values_list("pk", flat=True))
    slugs = {slug_of(name): name for name in names}
    if make and slugs:
        fresh: list[Any] = [label(company_id=actor.company_id, title=slugs[slug], slug=slug) for slug in sorted(slugs)]
        label._default_manager.bulk_create(fresh, ignore_conflicts=True)
    if names:
        found |= set(rows.filter(slug__in=slugs).values_list("pk", flat=True))
        found |= set(rows.filter(title__in=names).values_list("pk", flat=True))
    return sorted(found)


def slug_of(title: str) -> str:
    """lower-case-with-hyphens; a title without a letter or digit of its own keeps what it has."""
    return slugify(title, allow_unicode=True) or title.strip().lower()
