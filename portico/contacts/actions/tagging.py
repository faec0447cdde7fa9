from collections.abc import Iterable, Mapping, Sequence
from itertools import product

from django.db import connection, transaction

from portico.access import Actor, Permission
from portico.contacts.actions.locking import locked
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.models import List, Tag
from portico.contacts.queries.labels import Label, find_label_ids, slug_of, told_apart

Pair = tuple[int, int]  # a contact, and what it has


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
    attach = {Tag: ids_to_attach(actor, Tag, attach_tags), List: ids_to_attach(actor, List, attach_lists)}
    detach = {Tag: find_label_ids(actor, Tag, detach_tags), List: find_label_ids(actor, List, detach_lists)}
    ids = locked(actor, contact_ids)
    for label in (Tag, List):
        if ids and attach[label]:
            _attach(actor, label, ids, attach[label])
        if ids and detach[label]:
            _detach(actor, label, ids, detach[label])
    return ids


@transaction.atomic
def label_contacts_by_slug(
    actor: Actor, label: Label, contact_ids: Sequence[int], *, attach: Sequence[str] = (), detach: Sequence[str] = ()
) -> list[int]:
    """Like label_contacts, where every item is a slug, also one of digits. Unknown slugs are left out, none is made."""
    rows = label.objects.filter(company_id=actor.company_id, slug__in=[*attach, *detach])
    known = dict(rows.values_list("slug", "pk"))
    ids_of = {"attach": attach, "detach": detach}
    name = "tags" if label is Tag else "lists"
    wanted = {f"{way}_{name}": [known[slug] for slug in slugs if slug in known] for way, slugs in ids_of.items()}
    return label_contacts(actor, contact_ids, **wanted)


def ids_to_attach(actor: Actor, label: Label, items: Sequence[int | str]) -> list[int]:
    """The company's ids for these ids, titles and slugs; an unknown title becomes a new tag or list.

    Call it before locking contacts: whoever makes a tag waits for another who is making the same one, and that one
    must not be waiting for a contact of ours.
    """
    make_missing_labels(actor, label, items)
    return find_label_ids(actor, label, items)


def make_missing_labels(actor: Actor, label: Label, items: Sequence[int | str]) -> None:
    """A new tag or list for each unknown title: before locking contacts, see ids_to_attach."""
    names = told_apart(items)[1]
    if names:
        titles = label.objects.filter(company_id=actor.company_id, title__in=names).values_list("title", flat=True)
        slugs = {slug_of(name): name for name in names - set(titles)}
        label._default_manager.bulk_create(
            [label(company_id=actor.company_id, title=name, slug=slug) for slug, name in sorted(slugs.items())],  # type: ignore[misc]  # a union of two models
            ignore_conflicts=True,
        )


def keep_labels(actor: Actor, label: Label, ids: Sequence[int]) -> None:
    """Nobody deletes these until the transaction ends. Taken in one order and before anything that uses them."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT FROM {label._meta.db_table} WHERE company_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [actor.company_id, list(ids)],
        )


def _attach(actor: Actor, label: Label, contact_ids: Sequence[int], label_ids: Sequence[int]) -> None:
    pairs = attach_pairs(actor, label, product(contact_ids, label_ids))
    record_labels(actor, f"contact.{label._meta.db_table}_added", by_contact(pairs))


def _detach(actor: Actor, label: Label, contact_ids: Sequence[int], label_ids: Sequence[int]) -> None:
    pairs = detach_pairs(actor, label, product(contact_ids, label_ids))
    record_labels(actor, f"contact.{label._meta.db_table}_removed", by_contact(pairs))


def attach_pairs(actor: Actor, label: Label, pairs: Iterable[Pair]) -> list[Pair]:
    """Give locked contacts tags or lists; answers what they did not have. The caller records it."""
    table = label._meta.db_table
    contacts, labels = _columns(pairs)
    with connection.cursor() as cursor:
        # A label that is being deleted is waited for and then left out; the foreign key would refuse it.
        cursor.execute(
            f"INSERT INTO contact_{table} (company_id, contact_id, {table}_id) "  # noqa: S608 -- our own table names
            f"SELECT %s, c, l.id FROM unnest(%s::bigint[], %s::bigint[]) AS given (c, label) "
            f"JOIN (SELECT id FROM {table} WHERE company_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE) AS l "
            "ON l.id = label ORDER BY c, l.id ON CONFLICT DO NOTHING "
            f"RETURNING contact_id, {table}_id",
            [actor.company_id, contacts, labels, actor.company_id, sorted(set(labels))],
        )
        return sorted(cursor.fetchall())


def detach_pairs(actor: Actor, label: Label, pairs: Iterable[Pair]) -> list[Pair]:
    """Take tags or lists away from locked contacts; answers what they had. The caller records it."""
    table = label._meta.db_table
    contacts, labels = _columns(pairs)
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM contact_{table} j USING unnest(%s::bigint[], %s::bigint[]) AS given (c, label) "  # noqa: S608 -- our own table names
            f"WHERE company_id = %s AND contact_id = c AND {table}_id = label "
            f"AND contact_id = ANY(%s) RETURNING contact_id, {table}_id",
            [contacts, labels, actor.company_id, sorted(set(contacts))],
        )
        return sorted(cursor.fetchall())


def _columns(pairs: Iterable[Pair]) -> tuple[list[int], list[int]]:
    given = list(pairs)
    return [contact for contact, _ in given], [label for _, label in given]


def record_labels(actor: Actor, action: str, own: Mapping[int, list[int]]) -> None:
    """One audit entry for what each of these contacts was given, or lost."""
    record_of_contacts(actor, action, {contact: {"labels": ids} for contact, ids in own.items()})


def by_contact(pairs: Iterable[Pair]) -> dict[int, list[int]]:
    """The second of each pair, by the first."""
    found: dict[int, list[int]] = {}
    for contact, other in pairs:
        found.setdefault(contact, []).append(other)
    return found
