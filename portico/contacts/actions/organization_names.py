from collections.abc import Iterable

from django.db import connection, transaction

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.organization_fields import checked_organization

_FIND = """
SELECT given.name, o.id FROM unnest(%s::text[]) AS given (name)
JOIN organization o ON o.company_id = %s AND lower(o.name) = lower(given.name)
"""
# In one order, so that two who make the same ones never wait for each other in a circle.
_MAKE = """
INSERT INTO organization (company_id, name)
SELECT DISTINCT ON (lower(name)) %s::bigint, name
FROM unnest(%s::text[]) WITH ORDINALITY AS given (name, place) ORDER BY lower(name), place
ON CONFLICT (company_id, lower(name)) DO NOTHING RETURNING id
"""


@transaction.atomic
def ids_of_organization_names(actor: Actor, names: Iterable[str]) -> dict[str, int]:
    """The company's organizations with these names, whatever their case, by the names as given; unknown ones are made.

    Of several spellings of a new one the first counts. Call it before locking contacts. Raises Invalid for what is no
    name, and Denied where one has to be made and the actor may not.
    """
    checked = [checked_organization({"name": name})["name"] for name in names]
    found = find_ids_of_organization_names(actor, checked)
    missing = [name for name in checked if name not in found]
    if not missing:
        return found
    actor.require(Permission.TAGS_WRITE)
    with connection.cursor() as cursor:
        cursor.execute(_MAKE, [actor.company_id, missing])
        ids = sorted(id for (id,) in cursor.fetchall())
    if ids:
        record(actor, "organization.added", "organization", ids[0] if len(ids) == 1 else None, organizations=ids)
    return {**found, **find_ids_of_organization_names(actor, missing)}


def find_ids_of_organization_names(actor: Actor, names: Iterable[str]) -> dict[str, int]:
    """The same, but none is made: unknown names are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [list(names), actor.company_id])
        return dict(cursor.fetchall())
