"""What a merge would make, before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from psycopg.sql import SQL, Identifier, Literal

from portico.access import Actor, Permission
from portico.contacts.actions.recording import plain
from portico.contacts.merging.moving import run
from portico.contacts.merging.references import references
from portico.contacts.merging.rules import FIELDS, checked_choices, merged_values
from portico.contacts.models import Contact
from portico.contacts.queries.contacts import get_contact, visible_contacts
from portico.errors import Invalid


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field of both contacts, and what becomes of it. A password is only ever told as there or not."""

    field: str
    winner: Any
    loser: Any
    result: Any


@dataclass(frozen=True, slots=True)
class Preview:
    """Fields in which the two differ, and how many rows of each table the loser brings along."""

    fields: list[Outcome]
    rows: dict[str, int]


def preview_merge(actor: Actor, *, winner_id: int, loser_id: int, choices: Mapping[str, str] | None = None) -> Preview:
    """What merge_contacts would make of these, changing nothing. Raises NotFound, Invalid."""
    actor.require(Permission.CONTACTS_READ)
    sides = checked_choices(choices or {})
    if winner_id == loser_id:
        raise Invalid.one("loser", "same", "A contact cannot be merged with itself.")
    winner, loser = get_contact(actor, winner_id), get_contact(actor, loser_id)
    values = merged_values(winner, loser, sides)
    different = [name for name in FIELDS if getattr(winner, name) != getattr(loser, name)]
    return Preview(
        [Outcome(name, _told(winner, name), _told(loser, name), _told(values, name)) for name in different],
        _counts(actor, loser_id),
    )


def names_beside(actor: Actor, *contact_ids: int) -> dict[tuple[str, int], str]:
    """What owners and organizations of these contacts are called, by field and number as they stand in a preview."""
    rows = visible_contacts(actor).filter(pk__in=contact_ids)
    names: dict[tuple[str, int], str] = {}
    for field, name in (("owner_id", "owner__user__email"), ("organization_id", "organization__name")):
        names.update({(field, id): text for id, text in rows.values_list(field, name) if id is not None})
    return names


def _told(of: Contact | Mapping[str, Any], name: str) -> Any:
    value = of[name] if isinstance(of, Mapping) else getattr(of, name)
    return bool(value) if name == "password_hash" else plain(value)


def _counts(actor: Actor, contact_id: int) -> dict[str, int]:
    """Of each table that has any, in one statement."""
    one = SQL("SELECT {name}, count(*) FROM {table} WHERE company_id = %s AND {column} = %s")
    each = [
        one.format(name=Literal(to.table), table=Identifier(to.table), column=Identifier(to.column))
        for to in references()
    ]
    counts = run(SQL(" UNION ALL ").join(each), [actor.company_id, contact_id] * len(each))
    return {str(table): int(count) for table, count in counts if count}
