from collections.abc import Iterable

from django.db import connection

from portico.access import Actor
from portico.contacts.models import Organization
from portico.contacts.queries.contacts import visible_contacts

# Numbers of ours among PostgreSQL's advisory locks, one for each company.
_WRITING_MANY = 7_263 << 40
_OWNING = 7_264 << 40


def locked(actor: Actor, contact_ids: Iterable[int]) -> list[int]:
    """Lock those of these contacts that the actor may see until the transaction ends, and answer their ids in order.

    In order, so that two who lock the same contacts never wait for each other in a circle. While a contact is locked
    its consent cannot change, which the counts of its tags and lists rely on.
    """
    wanted = {id for id in contact_ids if 0 < id < 2**63}
    rows = visible_contacts(actor).filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))


def keep_organizations(actor: Actor, organization_ids: Iterable[int]) -> list[int]:
    """Those of these that the company has, in the given order; nobody deletes them until the transaction ends.

    Organizations come before contacts: whoever deletes one holds it and then waits for the contacts that work there.
    """
    wanted = list(dict.fromkeys(id for id in organization_ids if 0 < id < 2**63))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM organization WHERE company_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [actor.company_id, wanted],
        )
        found = {row[0] for row in cursor.fetchall()}
    return [id for id in wanted if id in found]


def lock_owned_organizations(actor: Actor, contact_ids: Iterable[int]) -> None:
    """Those that these contacts own, which lose their owner with them: before the contacts, see keep_organizations.

    Nobody comes to own another one until the transaction ends: its loss would be waited for with the contacts in hand.
    """
    wanted = [id for id in contact_ids if 0 < id < 2**63]
    keep_owning(actor)
    rows = Organization.objects.filter(company_id=actor.company_id, owner_id__in=wanted).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk", flat=True))


def keep_owning(actor: Actor) -> None:
    """Nobody comes to own an organization until the transaction ends. Before anything else is locked."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_OWNING + actor.company_id])


def begin_owning(actor: Actor) -> None:
    """Whoever makes a contact the owner of an organization waits for those who keep_owning, before anything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_OWNING + actor.company_id])


def take_turns(actor: Actor) -> None:
    """Wait for whoever is writing to many contacts of the company by their addresses, until the transaction ends.

    One at a time: two who add new addresses have no common order for those that the other, or somebody in between, has
    just added.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITING_MANY + actor.company_id])


def keep_owners(actor: Actor, membership_ids: Iterable[int | None]) -> set[int]:
    """Those of these people, and of the actor, that the company has; nobody deletes them until the transaction ends.

    Before contacts: whoever deletes one waits for the contacts that it owns.
    """
    wanted = [id for id in {*membership_ids, actor.membership_id} if id]
    if not wanted:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM membership WHERE company_id = %s AND id = ANY(%s) ORDER BY id FOR KEY SHARE",
            [actor.company_id, wanted],
        )
        return {row[0] for row in cursor.fetchall()}
