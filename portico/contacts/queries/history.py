"""What became of one contact: each change with who, when, from where, old and new value."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portico.access import Actor, Permission
from portico.audit.queries import NEWEST, Entry, Place, list_entries
from portico.contacts.models import ContactMerge, List, Organization, Tag
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import NotFound
from portico.identity.queries.members import emails_of_members

MOST_PER_PAGE = 200
# How each is called in the history.
_LABELS = {"tag": (Tag, "title"), "list": (List, "title"), "organization": (Organization, "name")}


@dataclass(frozen=True, slots=True)
class Change:
    """One value that became another. `field` is a contact's field, custom_values.SLUG, tag or list."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a contact, or to one that became part of it (`contact_id`).

    `by` is the actor's name at that time, `wire` the door it came through; `details` is what is no change of a value.
    """

    id: int
    contact_id: int
    at: datetime
    action: str
    by: str
    wire: str
    request_id: str
    changes: list[Change]
    details: dict[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """Newest first; `next` is where the following page begins, None at the end."""

    events: list[Event]
    next: Place | None


def list_history(actor: Actor, contact_id: int, *, after: Place | None = None, limit: int = 50) -> History:
    """A page of what happened to this contact, also to one that was deleted, and to those merged into it.

    Sign-ins are no change and not in it. A rep sees the history of its own contacts. Raises NotFound.
    """
    actor.require(Permission.CONTACTS_READ)
    limit = max(1, min(limit, MOST_PER_PAGE))
    is_there = visible_contacts(actor).filter(pk=contact_id).exists()
    if not is_there and actor.owns_only:
        raise NotFound("contact")
    ids = [contact_id, *absorbed_by(actor, contact_id)]
    found = read_history(actor, ids, after=after, limit=limit)
    if not is_there and not found.events and after is None:
        raise NotFound("contact")
    return found


def list_readable_history(actor: Actor, contact_id: int, *, after: Place | None = None, limit: int = 50) -> History:
    """As list_history, for people: see with_owners_named."""
    return with_owners_named(actor, list_history(actor, contact_id, after=after, limit=limit))


def with_owners_named(actor: Actor, history: History) -> History:
    """Owners by their addresses instead of their numbers; who is gone keeps the number."""
    changes = [one for event in history.events for one in event.changes if one.field == "owner_id"]
    emails = emails_of_members(actor, {id for one in changes for id in (one.old, one.new) if id}) if changes else {}
    return replace(history, events=[replace(event, changes=_named(event, emails)) for event in history.events])


def _named(event: Event, emails: dict[int, str]) -> list[Change]:
    return [
        Change(one.field, emails.get(one.old, one.old), emails.get(one.new, one.new))
        if one.field == "owner_id"
        else one
        for one in event.changes
    ]


def read_history(actor: Actor, contact_ids: Sequence[int], *, after: Place | None = None, limit: int) -> History:
    """The same of contacts of which the caller knows that the actor may see them."""
    entries = list_entries(actor.company_id, contact_ids, after=after or NEWEST, limit=limit + 1)
    shown = entries[:limit]
    titles = _titles(actor, shown)
    return History([_event(entry, titles) for entry in shown], shown[-1].place if len(entries) > limit else None)


def absorbed_by(actor: Actor, contact_id: int) -> list[int]:
    """The contacts that became part of this one."""
    rows = ContactMerge.objects.filter(company_id=actor.company_id, winner_id=contact_id, undone_at=None)
    return list(rows.order_by("id").values_list("loser_id", flat=True))


def _titles(actor: Actor, entries: Sequence[Entry]) -> dict[tuple[str, int], str]:
    """Of the tags and lists that are named; what is gone keeps its number."""
    wanted: dict[str, set[int]] = {kind: set() for kind in _LABELS}
    for kind, id, _ in (one for entry in entries for one in _labels(entry)):
        wanted[kind].add(id)
    found = {}
    for kind, (label, title) in _LABELS.items():
        if wanted[kind]:
            rows = label._default_manager.filter(company_id=actor.company_id, pk__in=wanted[kind])
            found.update({(kind, id): name for id, name in rows.values_list("pk", title)})
    return found


def _labels(entry: Entry) -> Iterator[tuple[str, int, bool]]:
    """Kind, id, and whether it came (or went)."""
    for kind in _LABELS:
        if entry.action in (f"contact.{kind}_added", f"contact.{kind}_removed"):
            came = entry.action.endswith("added")
            yield from ((kind, id, came) for id in entry.details.get("labels", ()))
        if entry.action == "contact.added":
            yield from ((kind, id, True) for id in entry.details.get(f"{kind}s") or ())  # null: none was there


def _event(entry: Entry, titles: dict[tuple[str, int], str]) -> Event:
    changes = list(_field_changes(entry.details.get("before") or {}, entry.details.get("after") or {}))
    for kind, id, came in _labels(entry):
        title = titles.get((kind, id), f"{kind} {id}")
        changes.append(Change(kind, None if came else title, title if came else None))
    told = {"before", "after", "labels", "tags", "lists"}
    rest = {name: value for name, value in entry.details.items() if name not in told}
    return Event(
        entry.id, entry.contact_id, entry.at, entry.action, entry.actor, entry.wire, entry.request_id, changes, rest
    )


def _field_changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for name in _in_order(before, after):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) or isinstance(new, dict):
            inner = _field_changes(old if isinstance(old, dict) else {}, new if isinstance(new, dict) else {})
            yield from (Change(f"{name}.{one.field}", one.old, one.new) for one in inner)
        elif old != new:
            yield Change(name, old, new)


def _in_order(*mappings: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for one in mappings for name in one))
