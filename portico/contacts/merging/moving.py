"""Rows of one contact made another's, and put back. What it takes to put them back is text: JSON made by PostgreSQL.

Read into Python, a number would not come back as it was.
"""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, connection, transaction
from psycopg.sql import SQL, Composed, Identifier, Literal

from portico.contacts.merging.references import LEFT_BEHIND, Reference

_NONE = "[]"


def run(statement: Composed, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement.as_string(None), list(values))
        return cursor.fetchall() if cursor.description else []


def keep_others(one: Reference, company_id: int, contact_ids: Sequence[int]) -> None:
    """Nobody deletes what these rows lead to, until the transaction ends. Before the contacts themselves are locked."""
    for column, target in one.others:
        statement = SQL(
            "SELECT FROM {target} WHERE company_id = %s AND id IN"
            " (SELECT {column} FROM {table} WHERE company_id = %s AND {contact} = ANY(%s)) ORDER BY id FOR KEY SHARE"
        ).format(
            target=Identifier(target),
            column=Identifier(column),
            table=Identifier(one.table),
            contact=Identifier(one.column),
        )
        run(statement, [company_id, company_id, list(contact_ids)])


def move(one: Reference, company_id: int, loser: int, winner: int) -> str:
    """Give the loser's rows to the winner; where the winner has such a row already, that one stays.

    Answers as JSON `moved`, which the winner got (ids, or whole rows where the contact is part of the key), and `rows`,
    those that the loser had and that are no more.
    """
    if one.table in LEFT_BEHIND:
        return f'{{"moved": [], "rows": {_taken(one, company_id, loser)}}}'
    if one.key:
        return _join_rows(one, company_id, loser, winner)
    ids, left = _own_rows(one, company_id, loser, winner)
    return f'{{"moved": {ids}, "rows": {left}}}'


def _join_rows(one: Reference, company_id: int, loser: int, winner: int) -> str:
    """Taken away and given anew, because the counts are kept by what comes and goes (migration 0002)."""
    rows = _taken(one, company_id, loser)
    others = [name for name in one.columns if name != one.column]
    statement = SQL(
        "WITH given AS (INSERT INTO {table} ({column}, {others}) SELECT %s, {others}"
        " FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) ON CONFLICT DO NOTHING RETURNING *)"
        " SELECT coalesce(jsonb_agg(to_jsonb(given)), '[]')::text FROM given"
    ).format(table=Identifier(one.table), column=Identifier(one.column), others=_names(others))
    ((given,),) = run(statement, [winner, rows])
    return f'{{"moved": {given}, "rows": {rows}}}'


def _own_rows(one: Reference, company_id: int, loser: int, winner: int) -> tuple[str, str]:
    """All at once; one by one only where the winner has one already that a constraint allows once."""
    try:
        with transaction.atomic():
            return _updated(one, company_id, loser, winner), _NONE
    except IntegrityError:
        statement = SQL("SELECT id FROM {} WHERE company_id = %s AND {} = %s ORDER BY id")
        ids = run(statement.format(Identifier(one.table), Identifier(one.column)), [company_id, loser])
    moved = [id for (id,) in ids if _may_move(one, company_id, loser, winner, id)]
    return str(moved), _taken(one, company_id, loser)


def _may_move(one: Reference, company_id: int, loser: int, winner: int, id: int) -> bool:
    try:
        with transaction.atomic():
            _updated(one, company_id, loser, winner, [id])
    except IntegrityError:
        return False
    return True


def _updated(
    one: Reference, company_id: int, before: int, after: int, ids: "Sequence[int] | Composed | None" = None
) -> str:
    """Rows with these ids, or all, become another contact's; answers the ids of those that did."""
    only = SQL("true") if ids is None else SQL("id = ANY({})").format(ids if isinstance(ids, Composed) else list(ids))
    statement = SQL(
        "WITH moved AS (UPDATE {table} SET {column} = %s WHERE company_id = %s AND {column} = %s AND {only}"
        " RETURNING id) SELECT coalesce(jsonb_agg(id), '[]')::text FROM moved"
    ).format(table=Identifier(one.table), column=Identifier(one.column), only=only)
    ((moved,),) = run(statement, [after, company_id, before])
    return str(moved)


def _taken(one: Reference, company_id: int, contact: int) -> str:
    """The contact's rows, as JSON, which are then no more."""
    statement = SQL(
        "WITH gone AS (DELETE FROM {} WHERE company_id = %s AND {} = %s RETURNING *)"
        " SELECT coalesce(jsonb_agg(to_jsonb(gone)), '[]')::text FROM gone"
    ).format(Identifier(one.table), Identifier(one.column))
    ((rows,),) = run(statement, [company_id, contact])
    return str(rows)


def put_back(one: Reference, company_id: int, merge: int, loser: int, winner: int) -> None:
    """Undo `move`, from what the merge keeps. What has gone since stays gone; what has come stays the winner's."""
    kept = _kept(company_id, merge, one.table)
    if one.key:
        same = SQL(" AND ").join(SQL("t.{0} = given.{0}").format(Identifier(name)) for name in one.key)
        statement = SQL(
            "DELETE FROM {table} t USING jsonb_populate_recordset(NULL::{table}, {kept} -> 'moved') given WHERE {same}"
        )
        run(statement.format(table=Identifier(one.table), kept=kept, same=same))
    else:
        ids = SQL("ARRAY(SELECT jsonb_array_elements_text({} -> 'moved')::bigint)").format(kept)
        _updated(one, company_id, winner, loser, ids)
    _insert_rows(one, kept)


def _insert_rows(one: Reference, kept: Composed) -> None:
    """Those that were no more. A row that leads to something which is gone stays away too."""
    known = {name for (name,) in run(SQL("SELECT jsonb_object_keys({} -> 'rows' -> 0)").format(kept))}
    columns = [name for name in one.columns if name in known]  # a column may be younger than the merge
    if not columns:
        return
    statement = SQL(
        "INSERT INTO {table} ({columns}) SELECT {columns}"
        " FROM jsonb_populate_recordset(NULL::{table}, {kept} -> 'rows') AS t WHERE {there} ON CONFLICT DO NOTHING"
    )
    there = [SQL("(t.{} IS NULL OR {})").format(Identifier(column), is_there(column, to)) for column, to in one.others]
    run(
        statement.format(
            table=Identifier(one.table),
            columns=_names(columns),
            kept=kept,
            there=SQL(" AND ").join(there) if there else SQL("true"),
        )
    )


def is_there(column: str, target: str) -> Composed:
    """Whether what t's column leads to exists."""
    return SQL("EXISTS (SELECT FROM {} o WHERE o.company_id = t.company_id AND o.id = t.{})").format(
        Identifier(target), Identifier(column)
    )


def _kept(company_id: int, merge: int, table: str) -> Composed:
    return SQL("(SELECT kept -> 'tables' -> {} FROM contact_merge WHERE company_id = {} AND id = {})").format(
        Literal(table), Literal(company_id), Literal(merge)
    )


def _names(columns: Sequence[str]) -> Composed:
    return SQL(", ").join(Identifier(name) for name in columns)
