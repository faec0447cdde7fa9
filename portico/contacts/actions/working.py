"""At which organizations contacts work, and at which of them first.

A contact with organizations has one of them as its first. The one that it was given first becomes it, and when that
goes, the one that it has had longest. Organizations are locked before contacts (see keep_organizations).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.db import connection, transaction

from portico.access import Actor, Permission
from portico.contacts.actions.locking import keep_organizations, locked
from portico.contacts.actions.recording import record_of_contacts
from portico.contacts.models import Contact
from portico.contacts.queries.organizations import list_read_back_organizations
from portico.errors import Denied, Invalid, NotFound
from portico.lib.statements import Shape

MOST_PAIRS = 100_000


@dataclass(frozen=True, slots=True)
class Working:
    """Of what was named, what there is: contacts by id, organizations as given and, with a shape, as documents by id.

    `first` is where the last of the contacts works first, after the call.
    """

    contacts: list[int]
    organizations: list[int]
    documents: tuple[str, ...] = ()
    first: int | None = None


@transaction.atomic
def attach_organizations(
    actor: Actor, contact_ids: Sequence[int], organization_ids: Sequence[int], *, shape: Shape | None = None
) -> Working:
    """Have these contacts work at these organizations; unknown ones, or another company's, are left out.

    Whoever had none before has the first of them first. Raises Invalid for too many pairs.
    """
    found = _found(actor, contact_ids, organization_ids)
    if found.contacts and found.organizations:
        _attach(actor, found)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contact SET organization_id = %s, updated_at = now() "
                "WHERE company_id = %s AND id = ANY(%s) AND organization_id IS NULL",
                [found.organizations[0], actor.company_id, found.contacts],
            )
    return _told(actor, found, shape)


@transaction.atomic
def make_first_organization(actor: Actor, contact_ids: Sequence[int], organization_id: int) -> list[int]:
    """Have these contacts work at this organization, and there first; answers those there are.

    Raises NotFound for the organization.
    """
    found = _found(actor, contact_ids, [organization_id])
    if not found.organizations:
        raise NotFound("organization")
    if found.contacts:
        _attach(actor, found)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE contact SET organization_id = %s, updated_at = now() "
                "WHERE company_id = %s AND id = ANY(%s) AND organization_id IS DISTINCT FROM %s RETURNING id",
                [organization_id, actor.company_id, found.contacts, organization_id],
            )
            changed = sorted(row[0] for row in cursor.fetchall())
        if changed:
            _record(actor, "contact.organization_put_first", changed, [organization_id])
    return found.contacts


@transaction.atomic
def detach_organizations(
    actor: Actor, contact_ids: Sequence[int], organization_ids: Sequence[int], *, shape: Shape | None = None
) -> Working:
    """Have these contacts no longer work at these organizations; what is unknown is left out."""
    found = _found(actor, contact_ids, organization_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM contact_organization WHERE company_id = %s AND contact_id = ANY(%s) "
            "AND organization_id = ANY(%s) RETURNING contact_id",
            [actor.company_id, found.contacts, found.organizations],
        )
        contacts = sorted({row[0] for row in cursor.fetchall()})
    if contacts:
        promote_others(actor, contacts, found.organizations)
        _record(actor, "contact.organization_removed", contacts, found.organizations)
    return _told(actor, found, shape)


def add_to_organization(actor: Actor, contact_ids: Sequence[int], organization_id: int) -> None:
    """Have these contacts work at this organization. Raises Invalid where there is none."""
    _require_organization(attach_organizations(actor, contact_ids, [organization_id]))


def remove_from_organization(actor: Actor, contact_ids: Sequence[int], organization_id: int) -> None:
    """Have these contacts no longer work at this organization. Raises Invalid where there is none."""
    _require_organization(detach_organizations(actor, contact_ids, [organization_id]))


def _require_organization(found: Working) -> None:
    if not found.organizations:
        raise Invalid.one("organization", "exists", "There is no such organization.")


def promote_others(actor: Actor, contact_ids: Sequence[int], gone: Sequence[int]) -> None:
    """Give locked contacts whose first organization goes the one that they have had longest of the others, or none.

    One that is just being deleted is passed over, not waited for: its deleter waits for contacts.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contact SET updated_at = now(), organization_id = ("
            "  SELECT o.id FROM contact_organization j"
            "  JOIN organization o ON o.company_id = j.company_id AND o.id = j.organization_id"
            "  WHERE j.company_id = contact.company_id AND j.contact_id = contact.id AND o.id <> ALL(%s)"
            "  ORDER BY j.created_at, o.id LIMIT 1 FOR KEY SHARE OF o SKIP LOCKED"
            ") WHERE company_id = %s AND id = ANY(%s) AND organization_id = ANY(%s)",
            [list(gone), actor.company_id, list(contact_ids), list(gone)],
        )


def _found(actor: Actor, contact_ids: Sequence[int], organization_ids: Sequence[int]) -> Working:
    """Locked. Two permissions lead here: to change contacts, and to change what they are sorted into."""
    if not (actor.may(Permission.CONTACTS_WRITE) or actor.may(Permission.TAGS_WRITE)):
        raise Denied
    if len(set(contact_ids)) * len(set(organization_ids)) > MOST_PAIRS:
        raise Invalid.one("organizations", "many", f"At most {MOST_PAIRS} pairs at once.")
    organizations = keep_organizations(actor, organization_ids)
    return Working(locked(actor, contact_ids), organizations)


def _told(actor: Actor, found: Working, shape: Shape | None) -> Working:
    """With what a wire shows of it."""
    if shape is None or not found.contacts:
        return found
    last = Contact.objects.filter(company_id=actor.company_id, pk=found.contacts[-1])
    documents = tuple(list_read_back_organizations(actor, shape, found.organizations))
    return replace(found, documents=documents, first=last.values_list("organization_id", flat=True).get())


def attach_pairs_of_organizations(actor: Actor, pairs: Sequence[tuple[int, int]]) -> list[int]:
    """Have locked contacts work at held organizations, by contact and in the order that they are given in.

    Whoever had none before has the first of its own first. Answers the contacts that got one; the caller records it.
    """
    first = dict(reversed(pairs))
    given = [[contact for contact, _ in pairs], [organization for _, organization in pairs]]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contact_organization (company_id, contact_id, organization_id) "
            "SELECT %s, c, o FROM unnest(%s::bigint[], %s::bigint[]) AS given (c, o) ORDER BY c, o "
            "ON CONFLICT DO NOTHING RETURNING contact_id",
            [actor.company_id, *given],
        )
        added = sorted({row[0] for row in cursor.fetchall()})
        cursor.execute(
            "UPDATE contact SET organization_id = o, updated_at = now() "
            "FROM unnest(%s::bigint[], %s::bigint[]) AS given (c, o) "
            "WHERE company_id = %s AND id = c AND id = ANY(%s) AND organization_id IS NULL",
            [list(first), list(first.values()), actor.company_id, list(first)],
        )
    return added


def _attach(actor: Actor, found: Working) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contact_organization (company_id, contact_id, organization_id) "
            "SELECT %s, c, o FROM unnest(%s::bigint[]) AS c, unnest(%s::bigint[]) AS o ORDER BY c, o "
            "ON CONFLICT DO NOTHING RETURNING contact_id",
            [actor.company_id, found.contacts, found.organizations],
        )
        added = sorted({row[0] for row in cursor.fetchall()})
    if added:
        _record(actor, "contact.organization_added", added, found.organizations)


def _record(actor: Actor, action: str, contacts: Sequence[int], organizations: Iterable[int]) -> None:
    record_of_contacts(actor, action, {id: {} for id in contacts}, labels=list(organizations))
