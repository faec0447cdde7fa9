"""Rows that a company's own software names: made or changed by one statement, however often told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.models import Model

from portico.access import Actor


class Outcome(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Saved:
    """The row's id, and what became of it."""

    id: int
    outcome: Outcome


def save_named(actor: Actor, model: type[Model], external_id: str, values: Mapping[str, Any]) -> Saved:
    """The row with this name in the actor's company holds these values, by their columns. What is not said stays.

    `values` hold every column that has no default. A row that holds them already is left alone: telling the same twice
    changes nothing, nor does telling it twice at once.
    """
    fields = {field.column: field for field in model._meta.concrete_fields}
    row = {"company_id": actor.company_id, "external_id": external_id, **values}
    stored = [fields[column].get_db_prep_save(value, connection) for column, value in row.items()]
    with connection.cursor() as cursor:
        cursor.execute(_upsert(model._meta.db_table, list(row), list(values)), stored)
        saved = cursor.fetchone()
        if saved is not None:
            return Saved(saved[0], Outcome.ADDED if saved[1] else Outcome.CHANGED)
        # Locked, so that what the caller writes beside it stands beside a row that is there.
        cursor.execute(
            f"SELECT id FROM {model._meta.db_table} WHERE company_id = %s AND external_id = %s FOR NO KEY UPDATE",  # noqa: S608 -- our own names
            [actor.company_id, external_id],
        )
        found = cursor.fetchone()
    # Deleted in this very moment: then it is new after all.
    return Saved(found[0], Outcome.SAME) if found else save_named(actor, model, external_id, values)


def _upsert(table: str, columns: list[str], changing: list[str]) -> str:
    old, new = (", ".join(f"{place}.{column}" for column in changing) for place in ("old", "excluded"))
    changes = ", ".join(f"{column} = excluded.{column}" for column in changing)
    return (
        f"INSERT INTO {table} AS old ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) "  # noqa: S608 -- our own names
        f"ON CONFLICT (company_id, external_id) DO UPDATE SET {changes}, updated_at = statement_timestamp() "
        f"WHERE ROW({old}) IS DISTINCT FROM ROW({new}) RETURNING id, xmax = 0"
    )
