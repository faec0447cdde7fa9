"""Contacts that are likely one person, found by index."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from portico.access import Actor, Permission
from portico.contacts.models import Contact
from portico.errors import Denied

MOST_PER_PAGE = 100
# How many entries of an index one call looks at, whether duplicates are among them or not: at a million contacts
# without any, no call may take a second.
_LOOKED_AT = 20_000
_MOST_CALLS = 6
_MOST_MEMBERS = 50  # shown of one group; a switchboard's number may be that of thousands


class Reason(StrEnum):
    """What is the same."""

    EMAIL = "email"  # one mailbox, differently written
    PHONE = "phone"
    NAME = "name_and_birthday"


@dataclass(frozen=True, slots=True)
class Group:
    """Contacts of which all have the same key; `count` is how many there are, `contacts` the first of them by id."""

    reason: Reason
    key: str
    count: int
    contacts: list[Contact]


@dataclass(frozen=True, slots=True)
class Groups:
    """A page. `next` is where the following one begins, None at the end. A page may be empty and not the last."""

    groups: list[Group]
    next: tuple[Reason, str] | None


_KEYS = {
    Reason.EMAIL: ("contact_mail_key(email)", "NOT (contact_mail_key(email) = lower(email))"),
    Reason.PHONE: ("contact_phone_key(phone)", "phone > ''"),
    Reason.NAME: ("contact_name_key(first_name, last_name, date_of_birth)", "date_of_birth IS NOT NULL"),
}
# The conditions are those of the indexes (models/contacts.py). Addresses that are their own key are not in theirs:
# each is found by its own index.
_SEEN = """
WITH seen AS (
    SELECT {key} AS key, id FROM contact WHERE company_id = %(company)s AND {there} AND {key} > %(after)s
    ORDER BY {key}, id LIMIT %(looked_at)s
)
SELECT key, ARRAY(SELECT unnest(array_agg(id)) UNION {plain} ORDER BY 1) AS ids, (SELECT count(*) FROM seen)
FROM seen GROUP BY key ORDER BY key
"""
_PLAIN = "SELECT c.id FROM contact c WHERE c.company_id = %(company)s AND lower(c.email) = seen.key"
_NO_PLAIN = "SELECT NULL::bigint WHERE false"


def list_duplicates(actor: Actor, *, after: tuple[Reason, str] | None = None, limit: int = 20) -> Groups:
    """Groups of contacts that are likely the same person: first by address, then by phone, then by name and birthday.

    A contact can be in several. Raises Denied for a rep, who does not see the other half.
    """
    actor.require(Permission.CONTACTS_READ)
    if actor.owns_only:
        raise Denied
    limit = max(1, min(limit, MOST_PER_PAGE))
    reason, key = after or (Reason.EMAIL, "")
    found, place = _window(actor, reason, key, limit)
    if place is None:
        following = list(Reason)[list(Reason).index(reason) + 1 :]
        return Groups(_groups(actor, reason, found), (following[0], "") if following else None)
    return Groups(_groups(actor, reason, found), (reason, place))


def list_next_duplicates(actor: Actor, *, after: tuple[Reason, str] | None = None, limit: int = 20) -> Groups:
    """The same for people, who should not turn empty pages: as many calls as it takes, but no more than _MOST_CALLS."""
    found = list_duplicates(actor, after=after, limit=limit)
    for _ in range(_MOST_CALLS - 1):
        if found.groups or found.next is None:
            break
        found = list_duplicates(actor, after=found.next, limit=limit)
    return found


def _window(actor: Actor, reason: Reason, after: str, limit: int) -> tuple[list[tuple[str, list[int]]], str | None]:
    """Keys with the ids of several contacts, and the key to go on after, None at the end."""
    key, there = _KEYS[reason]
    sql = _SEEN.format(key=key, there=there, plain=_PLAIN if reason is Reason.EMAIL else _NO_PLAIN)
    with connection.cursor() as cursor:
        cursor.execute(sql, {"company": actor.company_id, "after": after, "looked_at": _LOOKED_AT})
        rows = cursor.fetchall()
    several = [(row[0], row[1]) for row in rows if len(row[1]) > 1]
    is_cut = bool(rows) and rows[-1][2] == _LOOKED_AT
    if len(several) > limit:
        return several[:limit], several[limit - 1][0]
    if not is_cut:
        return several, None
    # The last key may have more contacts than were looked at.
    before_last = rows[-2][0] if len(rows) > 1 else rows[-1][0]
    return [one for one in several if len(rows) == 1 or one[0] != rows[-1][0]], before_last


def _groups(actor: Actor, reason: Reason, found: Sequence[tuple[str, list[int]]]) -> list[Group]:
    shown = {id for _, ids in found for id in ids[:_MOST_MEMBERS]}
    contacts = Contact.objects.filter(company_id=actor.company_id).in_bulk(list(shown))
    return [
        Group(reason, key, len(ids), [contacts[id] for id in ids[:_MOST_MEMBERS] if id in contacts])
        for key, ids in found
    ]
