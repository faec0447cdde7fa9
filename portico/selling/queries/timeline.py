"""What has happened with a contact: what it did, what was written down about it, what somebody set out to do."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db.models import F
from django.db.models.expressions import CombinedExpression

from portico.access import Actor, Permission
from portico.contacts.queries.contacts import require_contact
from portico.errors import NotFound
from portico.lib.statements import Statement, later_number

# Four tables make one timeline. An entry's number says which, so that it can be asked for again.
_SOURCES = ("activity", "note", "task", "event")
_PARTS = {
    "activity": "SELECT id, kind, subject, subject_id, details::jsonb AS details, at FROM activity",
    "note": "SELECT id, 'note.added', 'note', id, jsonb_build_object('title', title), created_at FROM contact_note",
    "task": "SELECT id, 'task.added', 'task', id, jsonb_build_object('title', title), created_at FROM task",
    "event": "SELECT id, 'event.tracked', 'event', id,"
    " jsonb_build_object('title', title, 'key', key, 'value', value, 'counter', counter), updated_at"
    " FROM tracked_event",
}
_ORDERS = {"activity": "at DESC, id DESC", "note": "created_at DESC", "task": "id DESC", "event": "updated_at DESC"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline; `kind`, `subject` and `details` as Activity has them."""

    id: int
    kind: str
    subject: str
    subject_id: int | None
    details: dict[str, Any]
    at: datetime
    is_read: bool
    contact_id: int
    contact_name: str


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """Some entries, newest first, and how many there are in all."""

    total: int
    rows: list[Entry]


def list_timeline(actor: Actor, *, contact_id: int | None = None, page: int = 1, per_page: int = 25) -> TimelinePage:
    """Of one contact; without, of all contacts that are the actor's own. Raises NotFound for the contact."""
    actor.require(Permission.CONTACTS_READ)
    if contact_id is not None:
        require_contact(actor, contact_id)
    rows = _page(of_one=contact_id is not None).fetch(
        {**_asking(actor), "contact": contact_id, "limit": per_page, "offset": (page - 1) * per_page}
    )
    return TimelinePage(rows[0][0], [_entry(row[1:]) for row in rows if row[1] is not None])


def get_timeline_entry(actor: Actor, entry_id: int) -> Entry:
    """One line. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    number, source = divmod(entry_id, len(_SOURCES))
    row = _one(_SOURCES[source], owned=actor.owns_only).fetch_one({**_asking(actor), "id": number})
    if row is None:
        raise NotFound("activity")
    return _entry(row)


def line_of_activity() -> CombinedExpression:
    """For a shape of Activity: the id of its line."""
    return F("id") * len(_SOURCES) + _SOURCES.index("activity")


def activity_of(entry_id: int) -> int:
    """The id of the Activity that is this line. Raises NotFound where it is another table's."""
    number, source = divmod(entry_id, len(_SOURCES))
    if _SOURCES[source] != "activity":
        raise NotFound("activity")
    return number


def _asking(actor: Actor) -> dict[str, Any]:
    return {
        "company": actor.company_id,
        "member": actor.membership_id,
        "sees_all_tasks": int(actor.may(Permission.ADMINISTRATION)),
    }


def _entry(row: tuple[Any, ...]) -> Entry:
    id, kind, subject, subject_id, details, at, is_read, contact_id, name = row
    return Entry(id, kind, subject, subject_id, orjson.loads(details), at, bool(is_read), contact_id, name)


# A contact's rows lie together in each table, so of each as many are taken as the page could need; of a rep, that is
# a thousand short look-ups instead of a sort of everything.
_NAME = "trim(concat(seen.first_name, ' ', seen.last_name)) AS name"
_IS_READ = "one.at <= (SELECT activities_read_at FROM membership WHERE id = %s) AS is_read"
_COLUMNS = f"one.id, one.kind, one.subject, one.subject_id, one.details::text, one.at, {_IS_READ}, seen.id, {_NAME}"
_ONE_SEEN = "SELECT id, first_name, last_name FROM contact WHERE company_id = %s AND id = %s"
_OWN_SEEN = (
    "SELECT id, first_name, last_name FROM contact WHERE company_id = %s AND owner_id = %s AND discarded_at IS NULL"
)
_MINE = " AND (%s = 1 OR owner_id = %s)"  # tasks, beside whom they are about


@lru_cache(maxsize=2)
def _page(*, of_one: bool) -> Statement:
    parts, counts = [], []
    values: list[str] = ["company", "contact" if of_one else "member"]
    counted: list[str] = []
    for number, source in enumerate(_SOURCES):
        where = "WHERE company_id = %s AND contact_id = seen.id"
        names = ["company"]
        if source == "task":
            where, names = where + _MINE, [*names, "sees_all_tasks", "member"]
        rows = f"{_PARTS[source]} {where} ORDER BY {_ORDERS[source]} LIMIT %s::bigint + %s::bigint"
        parts.append(
            f"SELECT found.id * {len(_SOURCES)} + {number}, kind, subject, subject_id, details, at"  # noqa: S608 -- our own words
            f" FROM ({rows}) AS found (id, kind, subject, subject_id, details, at)"
        )
        counts.append(f"(SELECT count(*) FROM seen, LATERAL (SELECT FROM {_table(source)} {where}) AS rows)")  # noqa: S608 -- same
        values += [*names, "limit", "offset"]
        counted += names
    union = " UNION ALL ".join(parts)
    sql = (
        f"WITH seen AS ({_ONE_SEEN if of_one else _OWN_SEEN}), page AS (SELECT {_COLUMNS} FROM seen CROSS JOIN LATERAL"  # noqa: S608 -- same
        f" ({union}) AS one (id, kind, subject, subject_id, details, at)"
        f" ORDER BY one.at DESC, one.id DESC LIMIT %s OFFSET %s)"
        f" SELECT {' + '.join(counts)}, page.* FROM (SELECT 1) AS always LEFT JOIN page ON true"
    )
    # In the order of the text: what is seen, whether it is read, the parts, the page, the counts.
    names = [*values[:2], "member", *values[2:], "limit", "offset", *counted]
    return Statement(sql, [later_number(name) for name in names])


@lru_cache(maxsize=8)
def _one(source: str, *, owned: bool) -> Statement:
    number = _SOURCES.index(source)
    mine = _MINE if source == "task" else ""
    sql = (
        f"SELECT {_COLUMNS} FROM (SELECT found.id * {len(_SOURCES)} + {number}, kind, subject, subject_id, details, at"  # noqa: S608 -- our own words
        f" FROM ({_PARTS[source]} WHERE company_id = %s AND id = %s{mine})"
        f" AS found (id, kind, subject, subject_id, details, at)) AS one (id, kind, subject, subject_id, details, at)"
        f" JOIN {_table(source)} AS whose ON whose.id = (one.id - {number}) / {len(_SOURCES)}"
        f" JOIN contact AS seen ON seen.company_id = whose.company_id AND seen.id = whose.contact_id"
        f"{' AND seen.owner_id = %s' if owned else ''}"
    )
    names = ["member", "company", "id", *(["sees_all_tasks", "member"] if mine else []), *(["member"] if owned else [])]
    return Statement(sql, [later_number(name) for name in names])


def _table(source: str) -> str:
    return {"note": "contact_note", "event": "tracked_event"}.get(source, source)
