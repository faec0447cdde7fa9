"""What an import did to each contact, written into its history by the statements that do it."""

from collections.abc import Mapping
from typing import Any, LiteralString

from psycopg.sql import SQL, Composed, Identifier, Literal, Placeholder

from portico.access import Actor
from portico.audit.actions import ENTRY, entry_values

# That one entry is about: whoever reads the history of one of them has to unpack the values of all.
CONTACTS = 1_000
_TOLD = """
INSERT INTO audit_entry ({columns}, action, subject, details, contacts)
SELECT {values}, {action}, 'contact', jsonb_build_object('import', %(batch)s::bigint){own},
    array_agg(contact_id ORDER BY contact_id)
FROM (SELECT *, (row_number() OVER (ORDER BY contact_id) - 1) / {contacts} AS part FROM {source} AS one) AS several
GROUP BY part ORDER BY part
"""
_OWN = " || jsonb_build_object('of', jsonb_object_agg(contact_id::text, own))"
_CHANGES: LiteralString = """(
    SELECT contact_id, jsonb_build_object(
        'before', before - 'password_hash' || jsonb_build_object('custom_values', custom_before),
        'after', after - 'password_hash' || jsonb_build_object('custom_values', custom_after)
    ) AS own
    FROM source WHERE after - 'password_hash' <> '{}' OR custom_before <> custom_after
)"""
_PASSWORDS: LiteralString = "(SELECT contact_id FROM source WHERE after ? 'password_hash')"
_WHO = tuple(name for name in ENTRY if name not in {"action", "subject"})


def told(action: LiteralString, source: LiteralString, *, has_own: bool = True) -> Composed:
    """A statement that writes entries about the rows of `source`: `contact_id`, and `own` is what holds for it alone.

    To be run with who_and_batch.
    """
    return SQL(_TOLD).format(
        columns=SQL(", ").join(map(Identifier, _WHO)),
        values=SQL(", ").join(Placeholder(f"by_{name}") for name in _WHO),
        action=Literal(action),
        own=SQL(_OWN if has_own else ""),
        contacts=Literal(CONTACTS),
        source=SQL(source),
    )


def told_changes(source: LiteralString) -> Composed:
    """The same for rows with the fields and custom values before and after; of passwords only that there are new ones.

    Two parts of a WITH clause.
    """
    return SQL("told AS ({}), told_of_passwords AS ({})").format(
        told("contact.changed", _CHANGES.replace("source", source)),
        told("contact.password_set", _PASSWORDS.replace("source", source), has_own=False),
    )


def who_and_batch(actor: Actor, batch_id: int | None) -> Mapping[str, Any]:
    """Values for statements with `told` in them; they may name %(company)s and %(batch)s themselves."""
    by = dict(zip(ENTRY, entry_values(actor, "", ""), strict=True))
    return {"company": actor.company_id, "batch": batch_id, **{f"by_{name}": by[name] for name in _WHO}}
