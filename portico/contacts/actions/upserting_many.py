"""Many contacts added or merged by their addresses, in as many statements as a few take.

The rules for each are those of upsert_contact; here is how they are brought into the tables together.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from portico.access import Actor, Permission
from portico.contacts.actions.adding import beginning
from portico.contacts.actions.contacts import TAKEN, differing, no_such_owner
from portico.contacts.actions.custom_values import kinds_of, typed_by
from portico.contacts.actions.locking import keep_organizations, keep_owners, take_turns
from portico.contacts.actions.opt_ins import keep_opt_in_requests
from portico.contacts.actions.recording import plain, record_of_contacts
from portico.contacts.actions.tagging import (
    attach_pairs,
    by_contact,
    detach_pairs,
    keep_labels,
    make_missing_labels,
    record_labels,
)
from portico.contacts.actions.upserting import TRIES, Upserted, Wanted, filled, merging
from portico.contacts.actions.working import attach_pairs_of_organizations
from portico.contacts.actions.writing_many import insert_contacts, lock_by_address, write_changes
from portico.contacts.fields import checked
from portico.contacts.models import Consent, List, Tag
from portico.contacts.queries.contacts import list_read_back
from portico.contacts.queries.labels import Label, find_each_label_ids
from portico.errors import Invalid, NotFound
from portico.lib.addresses import lowered
from portico.lib.statements import Shape

_LABELS: tuple[Label, ...] = (Tag, List)


@dataclass(frozen=True, slots=True)
class Row:
    """What became of one row of a bulk call: `done`, or why not."""

    done: Upserted | None
    refused: Invalid | None


@dataclass(slots=True)
class _Given:
    """A row as it can be stored, with what it names by id; then what became of it."""

    wanted: Wanted
    values: dict[str, Any]
    custom: dict[str, Any]
    attach: dict[Label, list[int]]
    detach: dict[Label, list[int]]
    organizations: list[int]
    after: dict[str, Any] = field(default_factory=dict)
    id: int = 0
    document: str = ""
    is_new: bool = False
    is_asked: bool = False
    refused: Invalid | None = None

    @property
    def key(self) -> str:
        return lowered(self.values.get("email") or "")


@transaction.atomic
def upsert_contacts(actor: Actor, wanted: Sequence[Wanted | Invalid], shape: Shape) -> list[Row]:
    """Upsert each of these by e-mail, as upsert_contact does; what became of each, in order. A row may come refused.

    All new tags and lists come first, with the organizations and owners held, then the existing contacts locked in
    order of their ids, so that two who write to many never wait for each other in a circle. Of several rows with one
    address each is merged into what those before it made.
    """
    actor.require(Permission.CONTACTS_WRITE)
    given = _read(actor, wanted)
    rows = [one for one in given if isinstance(one, _Given)]
    owners = keep_owners(actor, [row.values.get("owner_id") for row in rows])
    take_turns(actor)
    for wave in _waves(rows):
        _upsert(actor, wave, owners)
        _read_back(actor, wave, shape)
    return [_told(one) for one in given]


def _told(one: _Given | Invalid) -> Row:
    if isinstance(one, Invalid):
        return Row(None, one)
    return Row(Upserted(one.id, one.document, one.is_new) if one.id else None, one.refused)


def _read(actor: Actor, wanted: Sequence[Wanted | Invalid]) -> list[_Given | Invalid]:
    """Checked and typed, and what they name made and held, also for those that are refused."""
    rows = [one for one in wanted if isinstance(one, Wanted)]
    for label, several in ((Tag, [one.tags for one in rows]), (List, [one.lists for one in rows])):
        items = [item for some in several for item in some]
        if items:
            make_missing_labels(actor, label, items)
    attach = _named(actor, rows, lambda one: (one.tags, one.lists))
    for label in _LABELS:
        if ids := sorted({id for some in attach for id in some[label]}):
            keep_labels(actor, label, ids)
    detach = _named(actor, rows, lambda one: (one.detach_tags, one.detach_lists))
    kept = set(keep_organizations(actor, [id for one in rows for id in one.organizations]))
    kinds = kinds_of(actor, {slug for one in rows for slug in (*one.loose, *one.custom_values)})
    labels = iter(zip(attach, detach, strict=True))
    return [one if isinstance(one, Invalid) else _checked(one, kinds, kept, *next(labels)) for one in wanted]


def _named(
    actor: Actor, rows: Sequence[Wanted], items: Callable[[Wanted], Sequence[Sequence[int | str]]]
) -> list[dict[Label, list[int]]]:
    """Of each row, the ids of tags and of lists that it names."""
    several = zip(*map(items, rows), strict=True) if rows else ()
    found = [find_each_label_ids(actor, label, some) for label, some in zip(_LABELS, several, strict=False)]
    return [dict(zip(_LABELS, ids, strict=True)) for ids in zip(*found, strict=True)]


def _checked(
    one: Wanted,
    kinds: Mapping[str, str],
    kept: Collection[int],
    attach: dict[Label, list[int]],
    detach: dict[Label, list[int]],
) -> _Given | Invalid:
    organizations = [id for id in dict.fromkeys(one.organizations) if id in kept]
    try:
        values = checked(one.fields)
        custom = filled(typed_by(kinds, one.custom_values, one.loose))
    except Invalid as no:
        return no
    return _Given(one, values, custom, attach, detach, organizations)


def _waves(rows: Iterable[_Given]) -> Iterable[list[_Given]]:
    """In the order of the addresses; of rows with one address the second is in the second wave, and so on."""
    waves: defaultdict[int, list[_Given]] = defaultdict(list)
    seen: Counter[str] = Counter()
    for row in sorted(rows, key=lambda row: row.key):
        waves[seen[row.key]].append(row)
        seen[row.key] += 1
    return waves.values()


def _upsert(actor: Actor, wave: Sequence[_Given], owners: Collection[int]) -> None:
    _place(actor, wave, owners)
    new, old = [row for row in wave if row.is_new], [row for row in wave if row.id and not row.is_new]
    added = {label: _attached(actor, label, [*new, *old]) for label in _LABELS}
    working = _working(actor, [*new, *old])
    _record_new(actor, new, added)
    for label, has in added.items():
        kind = label._meta.db_table
        record_labels(actor, f"contact.{kind}_added", {row.id: has[row.id] for row in old if row.id in has})
        pairs = [(row.id, id) for row in old for id in row.detach[label]]
        if pairs:
            record_labels(actor, f"contact.{kind}_removed", by_contact(detach_pairs(actor, label, pairs)))
    own = {row.id: {"labels": row.organizations} for row in old if row.id in working}
    record_of_contacts(actor, "contact.organization_added", own)
    if asked := [row.id for row in wave if row.is_asked]:
        keep_opt_in_requests(actor, asked)


def _place(actor: Actor, wave: Sequence[_Given], owners: Collection[int]) -> None:
    """Find or make the contact of each row, and write its fields."""
    left = list(wave)
    for _ in range(TRIES):
        there = lock_by_address(actor, [row.key for row in left])
        _merge(actor, [(row, there[row.key]) for row in left if row.key in there], owners)
        _add(actor, [row for row in left if row.key not in there], owners)
        left = [row for row in left if not (row.id or row.refused)]
        if not left:
            return
    for row in left:  # it is there but not to be seen, or somebody keeps adding and deleting it
        row.refused = Invalid.one("email", "unique", TAKEN)


def _merge(actor: Actor, pairs: Iterable[tuple[_Given, Mapping[str, Any]]], owners: Collection[int]) -> None:
    changed = {}
    for row, there in pairs:
        fields, custom = merging(row.wanted, row.values, row.custom, there["consent"])
        new = differing(there, fields, custom)
        if new.get("owner_id") and new["owner_id"] not in owners:
            row.refused = no_such_owner()
            continue
        row.id = there["id"]
        row.is_asked = row.wanted.asks_pending and new.get("consent", there["consent"]) == Consent.PENDING
        if new:
            changed[row.id] = (there, new)
    write_changes(actor, changed)
    details = {
        id: {
            "before": {name: plain(there[name]) for name in new},
            "after": {name: plain(value) for name, value in new.items()},
        }
        for id, (there, new) in changed.items()
    }
    record_of_contacts(actor, "contact.changed", details)


def _add(actor: Actor, rows: Iterable[_Given], owners: Collection[int]) -> None:
    begun = []
    for row in rows:
        row.after = beginning(actor, row.values) | ({"custom_values": row.custom} if row.custom else {})
        if row.after.get("owner_id") and row.after["owner_id"] not in owners:
            row.refused = no_such_owner()
        else:
            begun.append(row)
    ids = insert_contacts(
        actor, [{**row.after, "organization_id": next(iter(row.organizations), None)} for row in begun]
    )
    for row in begun:
        row.id = ids.get(row.after.get("email"), 0)  # none where somebody else was quicker
        row.is_new = bool(row.id)
        row.is_asked = row.is_new and row.wanted.asks_new


def _attached(actor: Actor, label: Label, rows: Iterable[_Given]) -> dict[int, list[int]]:
    pairs = [(row.id, id) for row in rows for id in row.attach[label]]
    return by_contact(attach_pairs(actor, label, pairs)) if pairs else {}


def _working(actor: Actor, rows: Iterable[_Given]) -> set[int]:
    """Those that work at an organization where they did not."""
    pairs = [(row.id, id) for row in rows for id in row.organizations]
    return set(attach_pairs_of_organizations(actor, pairs)) if pairs else set()


def _record_new(actor: Actor, new: Iterable[_Given], added: Mapping[Label, Mapping[int, list[int]]]) -> None:
    own: dict[int, dict[str, Any]] = {}
    for row in new:
        has = {f"{label._meta.db_table}s": ids[row.id] for label, ids in added.items() if row.id in ids}
        if row.organizations:
            has["organizations"] = row.organizations
        own[row.id] = {"after": {name: plain(value) for name, value in row.after.items()}, **has}
    record_of_contacts(actor, "contact.added", own)


def _read_back(actor: Actor, rows: Iterable[_Given], shape: Shape) -> None:
    placed = sorted((row for row in rows if row.id), key=lambda row: row.id)
    documents = list_read_back(actor, shape, [row.id for row in placed])
    if len(documents) != len(placed):
        raise NotFound("contact")  # a rep has given one away
    for row, document in zip(placed, documents, strict=True):
        row.document = document
