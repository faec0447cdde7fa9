"""Which contacts: what was asked for, as parts of a statement and the values for it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat, Lower

from portico.access import Actor
from portico.contacts.functions import Trigrams
from portico.contacts.models import Consent, Contact, ContactList, ContactOrganization, ContactTag, List, Tag
from portico.contacts.queries.labels import Label, find_label_ids
from portico.lib.statements import any_number, any_text, later_number, later_text

SHORTEST_INDEXED = 3


@dataclass(frozen=True, slots=True)
class Chosen:
    """The contacts that match all that is given. None and "" mean: not asked for; an empty tuple matches nobody.

    Tags and lists are ids, titles or slugs, organizations are ids, and any of them will do; `not_at` is an organization
    where they do not work. `search` finds substrings in the searched columns
    and whole consents; `person` only in name, e-mail and phone.
    """

    search: str = ""
    person: str = ""
    tags: tuple[int | str, ...] | None = None
    lists: tuple[int | str, ...] | None = None
    consents: tuple[str, ...] | None = None
    stages: tuple[str, ...] | None = None
    ids: tuple[int, ...] | None = None
    organizations: tuple[int, ...] | None = None
    not_at: int | None = None
    archived: bool | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A Chosen for one actor: `parts` name the conditions, one statement for each set of them; `values` fill them."""

    parts: frozenset[str]
    values: dict[str, Any] = field(hash=False)

    @property
    def is_search(self) -> bool:
        return not self.parts.isdisjoint({"search", "person"})


def choice(actor: Actor, chosen: Chosen) -> Choice:
    values: dict[str, Any] = {"company": actor.company_id}
    parts = {"company"}

    def add(part: str, **more: Any) -> None:
        parts.add(part)
        values.update(more)

    if actor.owns_only:
        add("owner", owner=actor.membership_id)
    for name, label in (("tags", Tag), ("lists", List)):
        ids = _label_ids(actor, label, getattr(chosen, name))
        if ids is not None and len(ids) == 1:
            add(name.removesuffix("s"), **{name.removesuffix("s"): ids[0]})
        elif ids is not None:
            add(name, **{name: ids})
    for name in ("consents", "stages", "ids"):
        if getattr(chosen, name) is not None:
            add(name, **{name: list(getattr(chosen, name))})
    _add_organizations(chosen, add)
    if chosen.archived is not None:
        add("archived" if chosen.archived else "current")
    _add_search(chosen, add)
    return Choice(frozenset(parts), values)


def _label_ids(actor: Actor, label: Label, items: Sequence[int | str] | None) -> list[int] | None:
    """Asks the database only where somebody named a tag or list instead of giving its id."""
    if items is None or all(isinstance(item, int) for item in items):
        return None if items is None else [item for item in items if isinstance(item, int) and 0 < item < 2**63]
    return find_label_ids(actor, label, items)


def _add_organizations(chosen: Chosen, add: Any) -> None:
    if chosen.organizations is not None and len(chosen.organizations) == 1:
        add("organization", organization=chosen.organizations[0])
    elif chosen.organizations is not None:
        add("organizations", organizations=list(chosen.organizations))
    if chosen.not_at is not None:
        add("not_at", not_at=chosen.not_at)


def _add_search(chosen: Chosen, add: Any) -> None:
    term = (chosen.search or chosen.person).strip()
    if not term:
        return
    add("search" if chosen.search else "person", term=term)
    if len(term) < SHORTEST_INDEXED:
        add("short")
    named = [consent.value for consent in Consent if chosen.search and term.lower() in consent.value]
    if named:
        add("named", named=named)
    first, _, rest = term.partition(" ")
    # "Ann Lee" finds every Ann and every Lee (wire notes 8.3). Shorter words would read the whole company for it.
    if chosen.search and min(len(first), len(rest.strip())) >= SHORTEST_INDEXED:
        add("words", first=first, rest=rest.strip())


def matching(parts: frozenset[str]) -> "QuerySet[Contact]":
    """The contacts with these conditions, values to come: a statement made of it is run with a Choice's values."""
    rows = Contact.objects.filter(company_id=later_number("company"))
    if "owner" in parts:
        rows = rows.filter(owner_id=later_number("owner"))
    if "tag" in parts:
        # A join, so that the newest with this tag come straight from the index on (company, tag, contact).
        rows = rows.filter(contacttag__company_id=later_number("company"), contacttag__tag_id=later_number("tag"))
    if "list" in parts:
        rows = rows.filter(contactlist__company_id=later_number("company"), contactlist__list_id=later_number("list"))
    of_contact = {"contact_id": OuterRef("id")}
    if "tags" in parts:
        rows = rows.filter(
            Exists(
                ContactTag.objects.filter(any_number("tag_id", "tags"), company_id=OuterRef("company_id"), **of_contact)
            )
        )
    if "lists" in parts:
        rows = rows.filter(
            Exists(
                ContactList.objects.filter(
                    any_number("list_id", "lists"), company_id=OuterRef("company_id"), **of_contact
                )
            )
        )
    if "consents" in parts:
        rows = rows.filter(any_text("consent", "consents"))
    if "stages" in parts:
        rows = rows.filter(any_text("stage", "stages"))
    if "ids" in parts:
        rows = rows.filter(any_number("id", "ids"))
    if "archived" in parts or "current" in parts:
        rows = rows.filter(archived_at__isnull="current" in parts)
    return _searching(_working(rows, parts), parts)


def _working(rows: "QuerySet[Contact]", parts: frozenset[str]) -> "QuerySet[Contact]":
    working = ContactOrganization.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id"))
    if "organization" in parts:
        # A join, as for a tag.
        rows = rows.filter(
            contactorganization__company_id=later_number("company"),
            contactorganization__organization_id=later_number("organization"),
        )
    if "organizations" in parts:
        rows = rows.filter(Exists(working.filter(any_number("organization_id", "organizations"))))
    if "not_at" in parts:
        rows = rows.filter(~Exists(working.filter(organization_id=later_number("not_at"))))
    return rows


def _searching(rows: "QuerySet[Contact]", parts: frozenset[str]) -> "QuerySet[Contact]":
    if parts.isdisjoint({"search", "person"}):
        return rows
    rows = rows.alias(pieces=Trigrams("company_id", "search"))
    found = _holding("term", indexed="short" not in parts)
    if "person" in parts:
        term = Lower(later_text("term"))
        rows = rows.alias(full_name=Lower(Concat("first_name", Value(" ", TextField()), "last_name")))
        rows = rows.alias(lower_email=Lower("email"), lower_phone=Lower("phone"))
        found &= Q(full_name__contains=term) | Q(lower_email__contains=term) | Q(lower_phone__contains=term)
    if "named" in parts:
        found |= Q(any_text("consent", "named"))
    if "words" in parts:
        rows = rows.alias(lower_first=Lower("first_name"), lower_last=Lower("last_name"))
        found |= _holding("first", indexed=True) & Q(lower_first__contains=Lower(later_text("first")))
        found |= _holding("rest", indexed=True) & Q(lower_last__contains=Lower(later_text("rest")))
    return rows.filter(found)


def _holding(name: str, *, indexed: bool) -> Q:
    """The search text holds this term: the index finds, LIKE proves. Under three characters it has nothing to find."""
    term = Lower(later_text(name))
    proof = Q(search__contains=term)
    return proof & Q(pieces__contains=Trigrams(later_number("company"), term)) if indexed else proof
