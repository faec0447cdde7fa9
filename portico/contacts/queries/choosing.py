"""Which contacts: what was asked for, as parts of a statement and the values for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.db.models import Exists, F, OuterRef, QuerySet

from portico.access import Actor
from portico.contacts.filtering.conditions import Filter, Groups, Operator
from portico.contacts.filtering.preparing import Form, checked, form_of, values_of
from portico.contacts.filtering.searching import search_test, search_values
from portico.contacts.models import (
    Consent,
    Contact,
    ContactGroupMember,
    ContactList,
    ContactOrganization,
    ContactTag,
    List,
    Tag,
)
from portico.contacts.queries.labels import Label, find_label_ids
from portico.lib.statements import any_number, any_text, later_number, later_text

# The names of conditions, and the form of a filter.
Parts: TypeAlias = frozenset["str | Form"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """The contacts that match all that is given. None and "" mean: not asked for; an empty tuple matches nobody.

    Tags and lists are ids, titles or slugs, organizations are ids, and any of them will do; `not_at` is an organization
    where they do not work. `group` is one of the actor's own. `search` finds
    substrings in the searched columns
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
    discarded: bool | None = None
    group: int | None = None
    filter: Filter | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A Chosen for one actor: `parts` name the conditions, one statement for each set of them; `values` fill them."""

    parts: Parts
    values: dict[str, Any] = field(hash=False)

    @property
    def is_search(self) -> bool:
        return not self.parts.isdisjoint({"search", "person"})


def choice(actor: Actor, chosen: Chosen, kinds: Mapping[str, str] | None = None) -> Choice:
    """Raises Invalid for a filter that cannot be. `kinds` as in preparing.checked."""
    values: dict[str, Any] = {"company": actor.company_id}
    parts: set[str | Form] = {"company"}

    def add(part: str | Form, **more: Any) -> None:
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
    _add_consents(chosen, add)
    for name in ("stages", "ids"):
        if getattr(chosen, name) is not None:
            add(name, **{name: list(getattr(chosen, name))})
    _add_organizations(chosen, add)
    _add_standing(actor, chosen, add)
    _add_search(chosen, add)
    if chosen.filter is not None:
        _add_filter(checked(actor, chosen.filter, kinds), parts, add)
    return Choice(frozenset(parts), values)


def _label_ids(actor: Actor, label: Label, items: Sequence[int | str] | None) -> list[int] | None:
    """Asks the database only where somebody named a tag or list instead of giving its id."""
    if items is None or all(isinstance(item, int) for item in items):
        return None if items is None else [item for item in items if isinstance(item, int) and 0 < item < 2**63]
    return find_label_ids(actor, label, items)


def _add_consents(chosen: Chosen, add: Any) -> None:
    if chosen.consents is not None and len(chosen.consents) == 1:
        add("consent", consent=chosen.consents[0])
    elif chosen.consents is not None:
        add("consents", consents=list(chosen.consents))


def _add_organizations(chosen: Chosen, add: Any) -> None:
    if chosen.organizations is not None and len(chosen.organizations) == 1:
        add("organization", organization=chosen.organizations[0])
    elif chosen.organizations is not None:
        add("organizations", organizations=list(chosen.organizations))
    if chosen.not_at is not None:
        add("not_at", not_at=chosen.not_at)


def _add_standing(actor: Actor, chosen: Chosen, add: Any) -> None:
    """What its rep has made of a contact."""
    if chosen.discarded:
        add("discarded")
    elif chosen.archived is not None:
        add("archived" if chosen.archived else "current")
    if chosen.group is not None:
        add("group", group=chosen.group, keeper=actor.membership_id)


def _add_search(chosen: Chosen, add: Any) -> None:
    term = (chosen.search or chosen.person).strip()
    if term:
        parts, values = search_values(term, everywhere=bool(chosen.search))
        add("search" if chosen.search else "person", **values)
        for part in parts:
            add(part)


def _add_filter(groups: Groups, parts: Collection[str | Form], add: Any) -> None:
    plain = _plain(groups) if len(groups) == 1 else None
    # A part that is there already stays as it is: above all whose contacts a rep may see.
    if plain is not None and plain.keys().isdisjoint(parts):
        for part, value in plain.items():
            add(part, **{part: value})
    elif groups:
        add(form_of(groups), **values_of(groups))


def _plain(groups: Groups) -> dict[str, Any] | None:
    """A group of nothing but what the fast statements know, as parts of these; None for any other."""
    found: dict[str, Any] = {}
    for one in groups[0]:
        what = (one.subject, one.name if one.subject == "own" else "", one.operator)
        if what in {("tags", "", Operator.ANY_OF), ("lists", "", Operator.ANY_OF)}:
            alone = len(one.value) == 1
            part, value = (one.subject.removesuffix("s"), one.value[0]) if alone else (one.subject, list(one.value))
        elif what == ("own", "consent", Operator.ANY_OF) and set(one.value) <= set(Consent.values):
            alone = len(one.value) == 1
            part, value = ("consent", one.value[0]) if alone else ("consents", list(one.value))
        elif what == ("own", "owner_id", Operator.IS):
            part, value = "owner", one.value
        else:
            return None
        if part in found:
            return None
        found[part] = value
    return found


def in_id_order(parts: Parts, *, descending: bool = True) -> "QuerySet[Contact]":
    """Those that match by id, from an index of the company.

    The key of the table has the order too, and behind it the contacts of all companies: where those that match are
    rare in this one, a plan may walk through the others'. It does not have this order of nulls, of which there is none.
    """
    id = F("id").desc(nulls_last=True) if descending else F("id").asc(nulls_first=True)
    if not parts.isdisjoint({"owner", "tag", "list"}) or parts == {"company", "consent"}:
        id = F("id").desc() if descending else F("id").asc()  # as the indexes of these have it
    return matching(parts).order_by(id)


def matching(parts: Parts) -> "QuerySet[Contact]":
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
    if "consent" in parts:
        # An equality, so that the newest with this consent come straight from the index on (company, consent, id).
        rows = rows.filter(consent=later_text("consent"))
    if "consents" in parts:
        rows = rows.filter(any_text("consent", "consents"))
    if "stages" in parts:
        rows = rows.filter(any_text("stage", "stages"))
    if "ids" in parts:
        rows = rows.filter(any_number("id", "ids"))
    return _narrowed(_working(_standing(rows, parts), parts), parts)


def _standing(rows: "QuerySet[Contact]", parts: Parts) -> "QuerySet[Contact]":
    if "current" in parts:
        rows = rows.filter(archived_at__isnull=True, discarded_at__isnull=True)
    if "archived" in parts:
        rows = rows.filter(archived_at__isnull=False, discarded_at__isnull=True)
    if "discarded" in parts:
        rows = rows.filter(discarded_at__isnull=False)
    if "group" in parts:
        together = ContactGroupMember.objects.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id"))
        of_group = {"group_id": later_number("group"), "group__owner_id": later_number("keeper")}
        rows = rows.filter(Exists(together.filter(**of_group)))
    return rows


def _working(rows: "QuerySet[Contact]", parts: Parts) -> "QuerySet[Contact]":
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


def _narrowed(rows: "QuerySet[Contact]", parts: Parts) -> "QuerySet[Contact]":
    """By search and filter."""
    if not parts.isdisjoint({"search", "person"}):
        rows = rows.filter(search_test(parts))
    forms = [part for part in parts if isinstance(part, Form)]
    return rows.filter(forms[0].test()) if forms else rows
