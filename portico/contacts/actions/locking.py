from collections.abc import Iterable

from portico.access import Actor
from portico.contacts.queries.contacts import visible_contacts


def locked(actor: Actor, contact_ids: Iterable[int]) -> list[int]:
    """Lock those of these contacts that the actor may see until the transaction ends, and answer their ids in order.

    In order, so that two who lock the same contacts never wait for each other in a circle. While a contact is locked
    its consent cannot change, which the counts of its tags and lists rely on.
    """
    wanted = {id for id in contact_ids if 0 < id < 2**63}
    rows = visible_contacts(actor).filter(pk__in=wanted).order_by("pk").select_for_update(no_key=True)
    return list(rows.values_list("pk", flat=True))
