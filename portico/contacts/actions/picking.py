from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction

from portico.access import Actor
from portico.contacts.actions.locking import keep_owning
from portico.contacts.queries.choosing import Chosen, choice, in_id_order
from portico.lib.statements import Statement, later_number, paged

AT_ONCE = 400  # of those that match a filter (FluentCRM wire notes 8.9)


@dataclass(frozen=True, slots=True)
class Picked:
    """Contacts by their ids, or the next AT_ONCE that match, behind the id `after` where the last call ended.

    Whose id is above `until` is not meant.
    """

    ids: Sequence[int] = ()
    matching: Chosen | None = None
    after: int = 0
    until: int = 2**63 - 1


@transaction.atomic
def change_picked(actor: Actor, picked: Picked, change: Callable[[Actor, Sequence[int]], object]) -> list[int]:
    """Do one change to these contacts, all of them or none; answers the ids it was done for, also unknown ones.

    `change` is an action that takes contacts' ids and knows what the actor may.
    """
    ids = list(dict.fromkeys(picked.ids))
    if picked.matching is not None:
        ids = _lock_next(actor, picked.matching, picked.after, picked.until)
    if ids:
        change(actor, ids)
    return ids


def _lock_next(actor: Actor, chosen: Chosen, after: int, until: int) -> list[int]:
    """Locked as they are found, in order of their ids: who no longer matches by then is left out."""
    keep_owning(actor)  # the change may be to delete them
    found = choice(actor, chosen)
    return [row[0] for row in _next(found.parts).fetch({**found.values, "after": after, "until": until})]


@lru_cache(maxsize=64)
def _next(parts: frozenset[Any]) -> Statement:
    rows = in_id_order(parts, descending=False).filter(id__gt=later_number("after"), id__lte=later_number("until"))
    sql, values = paged(*rows.values_list("id").query.sql_with_params(), limit=AT_ONCE, offset=False)
    return Statement(f"{sql} FOR NO KEY UPDATE OF contact", values, prepared=False)
