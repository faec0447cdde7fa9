"""Contacts for a form to choose from."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from portico.access import Actor, Permission
from portico.contacts.queries.choosing import Chosen, choice, in_id_order
from portico.lib.statements import Shape, Statement, paged


def list_pickable_documents(
    actor: Actor, shape: Shape, *, search: str = "", limit: int = 20, also: Sequence[int] = ()
) -> dict[int, str]:
    """The newest contacts that match, and those of `also` whatever they match; documents by id."""
    actor.require(Permission.CONTACTS_READ)
    found = choice(actor, Chosen(search=search))
    rows = dict(_newest(shape, found.parts, limit).fetch(found.values))
    if also:
        named = choice(actor, Chosen(ids=tuple(also)))
        rows |= dict(_newest(shape, named.parts, len(also)).fetch(named.values))
    return rows


@lru_cache(maxsize=128)
def _newest(shape: Shape, parts: frozenset[Any], limit: int) -> Statement:
    sql, values = in_id_order(parts).values_list("id", shape.document()).query.sql_with_params()
    # The planner must see how rare what is searched for is.
    return Statement(*paged(sql, values, limit=limit, offset=False), prepared=parts == {"company"})
