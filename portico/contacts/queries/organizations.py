"""Organizations: lists, one, and what is offered to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import BigIntegerField, Count, Exists, Expression, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Lower

from portico.access import Actor, Permission
from portico.contacts.filtering.searching import SHORTEST_INDEXED
from portico.contacts.functions import Trigrams
from portico.contacts.models import ContactOrganization, Organization
from portico.contacts.queries.contacts import Page
from portico.errors import NotFound
from portico.lib.statements import (
    Shape,
    Statement,
    any_number,
    any_text,
    as_documents,
    compiled,
    compiled_page,
    later_number,
    later_text,
)

SORTABLE_TEXTS = (
    "name", "industry", "kind", "email", "phone", "time_zone", "address_line_1", "address_line_2", "postal_code",
    "city", "state", "country", "description", "logo", "website", "linkedin_url", "facebook_url", "twitter_url",
)  # fmt: skip
SORTABLE = (*SORTABLE_TEXTS, "id", "employees_number", "started_on", "created_at", "updated_at")
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class ChosenOrganizations:
    """Those that match all that is given; None and "" mean: not asked for.

    `search` is within name, phone, e-mail and description.
    """

    search: str = ""
    industries: tuple[str, ...] | None = None
    kinds: tuple[str, ...] | None = None

    def parts(self) -> frozenset[str]:
        """What is asked for: one statement for each set of these."""
        found = {name for name in ("industries", "kinds") if getattr(self, name) is not None}
        if self.search.strip():
            found.add("search" if len(self.search.strip()) >= SHORTEST_INDEXED else "short")
        return frozenset(found)

    def values(self) -> dict[str, Any]:
        return {
            "term": self.search.strip(),
            "industries": list(self.industries or ()),
            "kinds": list(self.kinds or ()),
        }


@dataclass(frozen=True, slots=True)
class Found:
    """Organizations as JSON objects joined by commas, and whether more of them match."""

    rows: str
    has_more: bool


def count_of_contacts() -> Expression:
    """How many contacts work there: for shapes, from the index on (company, organization, contact)."""
    working = ContactOrganization.objects.filter(company_id=OuterRef("company_id"), organization_id=OuterRef("id"))
    total = working.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("*")).values("n")
    return Cast(Coalesce(Subquery(total), Value(0)), BigIntegerField())


def list_organization_documents(
    actor: Actor,
    shape: Shape,
    chosen: ChosenOrganizations = ChosenOrganizations(),
    *,
    order: str = "id",
    descending: bool = True,
    page: int = 1,
    per_page: int = 15,
) -> Page:
    """One page, newest first unless ordered otherwise by a field of SORTABLE; rows and total from one snapshot."""
    actor.require(Permission.TAGS_READ)
    statement = _page(shape, chosen.parts(), order, descending, per_page)
    values = {"company": actor.company_id, "offset": (page - 1) * per_page, **chosen.values()}
    ((total, rows),) = statement.fetch(values)
    return Page(int(total), rows, page, per_page)


@lru_cache(maxsize=256)
def _page(
    shape: Shape,
    parts: frozenset[str],
    order: str,
    descending: bool,  # noqa: FBT001 -- part of the cache key
    per_page: int,
) -> Statement:
    rows = matching_organizations(parts)
    # Counted as they are: a company has some hundred times fewer organizations than contacts.
    total = rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    keys = [] if order == "id" else [Lower(order) if order in SORTABLE_TEXTS else F(order)]
    ordered = rows.order_by(*(key.desc() if descending else key.asc() for key in (*keys, F("id"))))
    # The planner has to see a term, how rare a kind is, and how far an offset goes.
    return compiled_page(total, as_documents(ordered, shape), limit=per_page, offset=True, prepared=not parts)


def matching_organizations(parts: frozenset[str]) -> "QuerySet[Organization]":
    """The organizations with these conditions, values to come: a ChosenOrganizations' parts and values."""
    rows = Organization.objects.filter(company_id=later_number("company"))
    if "industries" in parts:
        rows = rows.filter(any_text("industry", "industries"))
    if "kinds" in parts:
        rows = rows.filter(any_text("kind", "kinds"))
    term = Lower(later_text("term"))
    if "search" in parts:
        # The index finds, LIKE proves.
        rows = rows.alias(pieces=Trigrams("company_id", "search")).filter(
            pieces__contains=Trigrams(later_number("company"), term)
        )
    if parts & {"search", "short"}:
        rows = rows.filter(search__contains=term)
    return rows


def get_organization_document(actor: Actor, shape: Shape, id: int) -> str:
    """One organization as JSON. Raises NotFound."""
    actor.require(Permission.TAGS_READ)
    return read_back_organization(actor, shape, id)


def read_back_organization(actor: Actor, shape: Shape, id: int) -> str:
    """What an action has just written, as JSON: for answers, which need no permission to read. Raises NotFound."""
    rows = list_read_back_organizations(actor, shape, [id])
    if not rows:
        raise NotFound("organization")
    return rows[0]


def list_read_back_organizations(actor: Actor, shape: Shape, ids: Sequence[int]) -> list[str]:
    """Like read_back_organization, for several, by id; unknown ones are left out."""
    wanted = [id for id in ids if 0 < id < 2**63]
    return [row[0] for row in _several(shape).fetch({"company": actor.company_id, "ids": wanted})]


@lru_cache(maxsize=32)
def _several(shape: Shape) -> Statement:
    rows = Organization.objects.filter(any_number("id", "ids"), company_id=later_number("company"))
    return compiled(as_documents(rows.order_by("id"), shape))


def find_organization_documents(
    actor: Actor, shape: Shape, *, search: str = "", always: Sequence[int] = (), not_of_contact: int = 0
) -> Found:
    """At most MOST_FOUND organizations to choose from, newest first, and before them those whose ids are in `always`.

    Those where the contact `not_of_contact` works are left out.
    """
    actor.require(Permission.TAGS_READ)
    chosen = ChosenOrganizations(search)
    first = list_read_back_organizations(actor, shape, list(always)[:MOST_FOUND])
    values = {"company": actor.company_id, "contact": not_of_contact, "always": list(always), **chosen.values()}
    rows = [row[0] for row in _found(shape, chosen.parts()).fetch(values)]
    return Found(",".join([*first, *rows[:MOST_FOUND]]), has_more=len(rows) > MOST_FOUND)


@lru_cache(maxsize=16)
def _found(shape: Shape, parts: frozenset[str]) -> Statement:
    joined = ContactOrganization.objects.filter(
        company_id=OuterRef("company_id"), organization_id=OuterRef("id"), contact_id=later_number("contact")
    )
    rows = matching_organizations(parts).filter(~Exists(joined), ~Q(any_number("id", "always"))).order_by("-id")
    return compiled(as_documents(rows[: MOST_FOUND + 1], shape), prepared=not parts)
