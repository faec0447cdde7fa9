"""The rows of the two contacts themselves, as a merge keeps them and as undoing it restores them."""

from psycopg.sql import SQL, Composable, Identifier

from portico.contacts.merging.moving import is_there, run
from portico.contacts.merging.references import company_references, stored_columns
from portico.contacts.models import Contact


def contact(company_id: int, contact_id: int) -> str:
    """The contact's row as JSON."""
    statement = SQL("SELECT to_jsonb(contact)::text FROM contact WHERE company_id = %s AND id = %s")
    ((row,),) = run(statement.format(), [company_id, contact_id])
    return str(row)


def keep(company_id: int, winner_id: int, loser_id: int, kept: str) -> int:
    """A new merge's id."""
    statement = SQL(
        "INSERT INTO contact_merge (company_id, winner_id, loser_id, kept) VALUES (%s, %s, %s, %s::jsonb) RETURNING id"
    )
    ((id,),) = run(statement.format(), [company_id, winner_id, loser_id, kept])
    return int(id)


def restore_loser(company_id: int, merge_id: int) -> None:
    known = SQL("SELECT jsonb_object_keys(kept -> 'loser') FROM contact_merge WHERE company_id = %s AND id = %s")
    names = {name for (name,) in run(known.format(), [company_id, merge_id])}
    columns = [name for name in stored_columns(Contact) if name in names]  # one may be younger than the merge
    statement = SQL(
        "INSERT INTO contact ({columns}) SELECT {values} FROM contact_merge m,"
        " jsonb_populate_record(NULL::contact, m.kept -> 'loser') t WHERE m.company_id = %s AND m.id = %s"
    )
    values = SQL(", ").join(_value(name) for name in columns)
    named = SQL(", ").join(Identifier(name) for name in columns)
    run(statement.format(columns=named, values=values), [company_id, merge_id])


def restore_winner(company_id: int, merge_id: int, winner_id: int) -> None:
    """Fields that the merge changed become what they were, if they still are what it made of them."""
    changed = SQL(
        "SELECT b.key FROM contact_merge m, jsonb_each(m.kept -> 'winner_before') b"
        " JOIN jsonb_each(m.kept -> 'winner_after') a ON a.key = b.key AND a.value <> b.value"
        " WHERE m.company_id = %s AND m.id = %s"
    )
    names = {name for (name,) in run(changed.format(), [company_id, merge_id])} - {"updated_at"}
    columns = [name for name in stored_columns(Contact) if name in names]
    if not columns:
        return
    statement = SQL(
        "UPDATE contact c SET updated_at = now(), {changes} FROM contact_merge m,"
        " jsonb_populate_record(NULL::contact, m.kept -> 'winner_before') t"
        " WHERE m.company_id = %s AND m.id = %s AND c.company_id = m.company_id AND c.id = %s"
    )
    changes = SQL(", ").join(
        SQL("{0} = CASE WHEN to_jsonb(c) -> {1} = m.kept -> 'winner_after' -> {1} THEN {2} ELSE c.{0} END").format(
            Identifier(name), name, _value(name)
        )
        for name in columns
    )
    run(statement.format(changes=changes), [company_id, merge_id, winner_id])


def _value(name: str) -> Composable:
    """What t had; nothing where it leads to something that is gone, as if the two had never been one."""
    for column, target in company_references(Contact):
        if column == name:
            return SQL("CASE WHEN {} THEN t.{} END").format(is_there(column, target), Identifier(name))
    return SQL("t.{}").format(Identifier(name))
