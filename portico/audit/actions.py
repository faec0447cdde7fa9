import json
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, Field, TextField

from portico.access import Actor
from portico.audit.models import NO_CHANGES
from portico.lib.statements import Later, Statement


def record(
    actor: Actor,
    action: str,
    subject: str,
    subject_id: int | None = None,
    *,
    contacts: Sequence[int] = (),
    **details: Any,
) -> int:
    """Write down that this happened, in the transaction of what happened; answers the entry's id.

    `details` are JSON values, never secrets.

    `contacts` are the ids of all contacts that it is about, where the subject is not one of them alone: it is then in
    the history of each. What holds for one of them only goes into a detail `of`, by its id as text.
    """
    values = dict(zip(ENTRY, entry_values(actor, action, subject), strict=True))
    several = {"contacts": list(contacts) or None, "details": json.dumps(details)}
    ((entry_id,),) = _statement().fetch({**values, "subject_id": subject_id, **several})
    return int(entry_id)


@cache
def _statement() -> Statement:
    columns: dict[str, Field[Any, Any]] = dict.fromkeys((*ENTRY, "subject_id", "details"), TextField())
    columns["contacts"] = ArrayField(BigIntegerField())
    # Nearly every action ends here, and the ORM's way costs as much as a whole look-up.
    sql = f"INSERT INTO audit_entry ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id"  # noqa: S608 -- our own names
    return Statement(sql, [Later(name, type) for name, type in columns.items()])


# For actions whose one statement writes its own entry: the columns, and what fills them beside subject_id and details.
ENTRY = ("company_id", "actor", "membership_id", "action", "subject", "wire", "request_id", "address")


def entry_values(actor: Actor, action: str, subject: str) -> tuple[str | int | None, ...]:
    """The values for ENTRY."""
    who = (actor.company_id or None, actor.name, actor.membership_id)
    return (*who, action, subject, actor.wire, actor.request_id, actor.address)


Rewrite = Callable[[dict[str, Any]], dict[str, Any]]


def rewrite_entries(company_id: int, contact_ids: Sequence[int], rewrite: Rewrite) -> None:
    """Change the details of all entries about these contacts, for a person who is to be forgotten: the only way.

    Of an entry about many, only these contacts' own part; what it says of all of them at once, and would have to be
    changed, is given to each as its own part first.
    """
    ids = list(contact_ids)
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [company_id, ids, *NO_CHANGES])
        own = [(id, json.loads(details)) for id, details in cursor.fetchall()]
        cursor.executemany(
            "UPDATE audit_entry SET details = %s, erased_at = now() WHERE id = %s",
            [(json.dumps(new), id) for id, old in own if (new := rewrite(old)) != old],
        )
        cursor.execute(_COMMON, [company_id, ids])
        common = [(id, json.loads(details)) for id, details in cursor.fetchall()]
        cursor.execute(_GIVE_TO_EACH, [[id for id, old in common if rewrite(old) != old]])
        cursor.execute(_SHARED, [[str(id) for id in ids], company_id, ids])
        shared = [(id, one, json.loads(part)) for id, one, part in cursor.fetchall()]
        cursor.executemany(
            "UPDATE audit_entry SET details = jsonb_set(details, ARRAY['of', %s], %s::jsonb), erased_at = now()"
            " WHERE id = %s",
            [(one, json.dumps(new), id) for id, one, old in shared if (new := rewrite(old)) != old],
        )


_OWN = """
SELECT id, details FROM audit_entry WHERE company_id = %s AND subject = 'contact' AND subject_id = ANY(%s::bigint[])
    AND NOT (action IN (%s, %s)) ORDER BY id FOR UPDATE
"""
# What is about another thing, and of these contacts too, says in common what that thing is, not who they are.
_COMMON = """
SELECT id, details - 'of' FROM audit_entry
WHERE company_id = %s AND subject = 'contact' AND contacts && %s::bigint[] AND details - 'of' <> '{}'
ORDER BY id FOR UPDATE
"""
_GIVE_TO_EACH = """
UPDATE audit_entry SET erased_at = now(), details = jsonb_build_object('of', (
    SELECT jsonb_object_agg(one.id, (details - 'of') || coalesce(details -> 'of' -> one.id, '{}'))
    FROM unnest(contacts::text[]) AS one (id)
)) WHERE id = ANY(%s::bigint[])
"""
_SHARED = """
SELECT entry.id, one.id, entry.details -> 'of' -> one.id
FROM audit_entry AS entry JOIN unnest(%s::text[]) AS one (id) ON entry.details -> 'of' ? one.id
WHERE entry.company_id = %s AND entry.contacts && %s::bigint[] ORDER BY entry.id FOR UPDATE OF entry
"""
