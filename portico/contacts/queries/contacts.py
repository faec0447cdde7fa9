from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, QuerySet, Sum, TextField, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast, Lower

from portico.access import Actor, Permission
from portico.contacts.filtering.preparing import kinds_in
from portico.contacts.models import Contact, ContactCount, ContactList, ContactOrganization, ContactTag, Stage
from portico.contacts.queries.choosing import Choice, Chosen, Parts, choice, in_id_order, matching
from portico.errors import NotFound
from portico.lib.statements import (
    Later,
    Shape,
    Statement,
    any_text,
    as_documents,
    as_two_documents,
    compiled,
    compiled_page,
    compiled_together,
    later_number,
    later_text,
    paged,
)

MOST_PER_PAGE = 1000
# Text columns are sorted without regard to case.
SORTABLE_TEXTS = (
    "prefix", "first_name", "last_name", "email", "phone", "address_line_1", "address_line_2", "postal_code", "city",
    "state", "country", "time_zone", "ip", "latitude", "longitude", "source", "avatar", "consent", "stage",
)  # fmt: skip
SORTABLE = (
    *SORTABLE_TEXTS,
    "id",
    "date_of_birth",
    "total_points",
    "life_time_value",
    "created_at",
    "updated_at",
    "last_activity_at",
)


@dataclass(frozen=True, slots=True)
class Order:
    """By which field of SORTABLE; ties go by id, in the same direction."""

    field: str = "id"
    descending: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of rows as JSON objects joined by commas, and how many there are in all.

    `brief` has the same rows in a second, shorter shape where one was asked for.
    """

    total: int
    rows: str
    number: int
    size: int
    brief: str = ""

    @property
    def last(self) -> int:
        return -(-self.total // self.size)

    @property
    def first_index(self) -> int:
        """The 0-based index of the page's first row."""
        return (self.number - 1) * self.size

    @property
    def count(self) -> int:
        """How many rows this page has."""
        return max(0, min(self.size, self.total - self.first_index))


def visible_contacts(actor: Actor) -> "QuerySet[Contact]":
    """What this actor may see: the company's, or for a rep its own."""
    rows = Contact.objects.filter(company_id=actor.company_id)
    return rows.filter(owner_id=actor.membership_id) if actor.owns_only else rows


def get_contact(actor: Actor, contact_id: int) -> Contact:
    """The contact, if the actor may see it. Raises NotFound, also for another company's or another rep's contact."""
    actor.require(Permission.CONTACTS_READ)
    return _got(visible_contacts(actor).filter(pk=contact_id).first())


def get_contact_by_email(actor: Actor, email: str) -> Contact:
    """The contact with this address, ignoring case. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    return _got(visible_contacts(actor).alias(lower=Lower("email")).filter(lower=Lower(Value(email))).first())


def find_contact_id(company_id: int, email: str) -> int | None:
    """The contact with this address, ignoring case, whoever owns it: for what strangers write down about themselves."""
    rows = Contact.objects.alias(lower=Lower("email")).filter(company_id=company_id, lower=Lower(Value(email)))
    return rows.values_list("pk", flat=True).first()


def _got(contact: Contact | None) -> Contact:
    if contact is None:
        raise NotFound("contact")
    return contact


def get_contact_document(actor: Actor, shape: Shape, *, id: int | None = None, email: str | None = None) -> str:
    """One contact as JSON, by id or by e-mail (ignoring case). Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    return _document(actor, shape, id=id, email=email)


def read_back(actor: Actor, shape: Shape, id: int) -> str:
    """What an action has just written, as JSON: for answers, which need no permission to read."""
    return _document(actor, shape, id=id, email=None)


def require_contact(actor: Actor, contact_id: int) -> None:
    """For what stands beside a contact and has a permission of its own. Raises NotFound where the actor sees none."""
    _document(actor, _ID, id=contact_id, email=None)


_ID = Shape({"id": "id"})


def _document(actor: Actor, shape: Shape, *, id: int | None, email: str | None) -> str:
    values = {"company": actor.company_id, "owner": actor.membership_id, "id": id, "email": email}
    row = _one_statement(shape, by_email=email is not None, owned=actor.owns_only).fetch_one(values)
    if row is None:
        raise NotFound("contact")
    return str(row[0])


@lru_cache(maxsize=64)
def _one_statement(shape: Shape, *, by_email: bool, owned: bool) -> Statement:
    rows = matching(frozenset({"company", "owner"} if owned else {"company"}))
    if by_email:
        rows = rows.alias(lower=Lower("email")).filter(lower=Lower(later_text("email")))
    else:
        rows = rows.filter(id=later_number("id"))
    return compiled(as_documents(rows, shape))


def list_contact_documents(
    actor: Actor,
    shape: Shape,
    chosen: Chosen,
    *,
    brief: Shape | None = None,
    order: Order = Order(),
    page: int = 1,
    per_page: int = 15,
    bound: int = 0,
) -> Page:
    """One page of the contacts that match, newest first unless ordered otherwise; rows and total from one snapshot.

    With a bound, nobody counts further than one above it where the total is not maintained: for who searches while
    typing, each letter would be a walk through all contacts.
    """
    actor.require(Permission.CONTACTS_READ)
    what = choice(actor, chosen)
    statement = _page_statement(shape, brief, what.parts, order, per_page, bound, offset=page > 1)
    ((total, *rows),) = statement.fetch({**what.values, "offset": (page - 1) * per_page, **count_values(what)})
    return Page(int(total), rows[0], page, per_page, brief=rows[-1] if brief else "")


def count_chosen(actor: Actor, chosen: Chosen) -> int:
    """How many contacts match, exactly; for queries that have asked for their own permission."""
    what = choice(actor, chosen)
    row = _count_statement(what.parts).fetch_one({**what.values, **count_values(what)})
    return int(row[0] or 0) if row else 0


def count_each(actor: Actor, several: Sequence[Chosen]) -> list[int]:
    """The same for each of these, in one statement."""
    if not several:
        return []
    kinds = kinds_in(actor, tuple(group for one in several if one.filter for group in one.filter.groups))
    parts: list[str] = []
    values: list[object] = []
    for what in (choice(actor, chosen, kinds) for chosen in several):
        given = {**what.values, **count_values(what)}
        sql, names = total_of(what.parts).query.sql_with_params()
        parts.append(f"(SELECT coalesce(({sql}), 0))")
        values += [given[one.name] if isinstance(one, Later) else one for one in names]
    ((*counts,),) = Statement(f"SELECT {', '.join(parts)}", values, prepared=False).fetch({})
    return [int(count) for count in counts]


@lru_cache(maxsize=256)
def _count_statement(parts: Parts) -> Statement:
    return compiled(total_of(parts), prepared=parts - {"company"} in PREPARED)


def list_neighbour_ids(
    actor: Actor, chosen: Chosen, contact_id: int, *, descending: bool = True, most: int = 10
) -> tuple[list[int], list[int]]:
    """Of the contacts that match, by id, those after this one and those before it, the nearest first."""
    actor.require(Permission.CONTACTS_READ)
    what = choice(actor, chosen)
    row = _neighbours_statement(what.parts, most).fetch_one({**what.values, "id": contact_id}) or ("", "")
    below, above = ([int(id) for id in text.split(",") if id] for text in row)
    return (below, above) if descending else (above, below)


@lru_cache(maxsize=64)
def _neighbours_statement(parts: Parts, most: int) -> Statement:
    id, text = later_number("id"), Cast("id", TextField())
    below = in_id_order(parts).filter(id__lt=id).values_list(text)[:most]
    above = in_id_order(parts, descending=False).filter(id__gt=id).values_list(text)[:most]
    return compiled_together(below, above, prepared=False)


def list_read_back(actor: Actor, shape: Shape, ids: Sequence[int]) -> list[str]:
    """Like read_back, for several contacts, by id."""
    what = choice(actor, Chosen(ids=tuple(ids)))
    return [row[0] for row in _several_statement(shape, what.parts).fetch(what.values)]


@lru_cache(maxsize=64)
def _several_statement(shape: Shape, parts: Parts) -> Statement:
    return compiled(as_documents(matching(parts).order_by("id"), shape))


@lru_cache(maxsize=512)
def _page_statement(
    shape: Shape, brief: Shape | None, parts: Parts, order: Order, per_page: int, bound: int = 0, *, offset: bool
) -> Statement:
    # A plan that is right with any values is prepared. Elsewhere the planner must see them: a search term, how rare a
    # value is, how far an offset goes.
    prepared = not offset and order.field == "id" and parts - {"company"} in PREPARED
    found = in_order(_page_of(parts, order, per_page, offset=offset), order)
    rows = as_two_documents(found, shape, brief) if brief else as_documents(found, shape)
    return compiled_page(total_of(parts, bound), rows, prepared=prepared, texts=2 if brief else 1)


def _page_of(parts: Parts, order: Order, limit: int, *, offset: bool) -> "QuerySet[Contact]":
    """The page's contacts by their ids, found before anything is built of them.

    In one query, the cost of building hides from the planner which index is the right one, and it may walk through all
    companies.
    """
    sql, values = paged(*ids_in_order(parts, order).query.sql_with_params(), limit=limit, offset=offset)
    page = RawSQL(sql, values)  # noqa: S611 -- compiled by Django
    return Contact.objects.filter(company_id=later_number("company"), id__in=page)


def ids_in_order(parts: Parts, order: Order) -> "QuerySet[Any, Any]":
    """Those of one tag, list or organization alone come from its index.

    A join may be planned as a walk through all contacts.
    """
    for name, joined in (("tag", ContactTag), ("list", ContactList), ("organization", ContactOrganization)):
        if parts == {"company", name} and order.field == "id":
            # A range of one: with an equality the key (company, contact, label) has the order too, and a plan for any
            # values takes it where most companies are small; then a large one is read whole for a rare label.
            label, only = f"{name}_id", later_number(name)
            range_of_one = {f"{label}__gte": only, f"{label}__lte": only}
            rows = joined._default_manager.filter(company_id=later_number("company"), **range_of_one)
            way = "-" if order.descending else ""
            return rows.order_by(f"{way}{label}", f"{way}contact_id").values("contact_id")
    if order.field == "id":
        return in_id_order(parts, descending=order.descending).values("id")
    return in_order(matching(parts), order).values("id")


def in_order(rows: "QuerySet[Contact]", order: Order) -> "QuerySet[Contact]":
    """Sorted; PostgreSQL's own place for nulls: as if larger than everything."""
    keys = [] if order.field == "id" else [Lower(order.field) if order.field in SORTABLE_TEXTS else F(order.field)]
    return rows.order_by(*(key.desc() if order.descending else key.asc() for key in (*keys, F("id"))))


_MAINTAINED: dict[Parts, ContactCount.Kind] = {
    frozenset[str](): ContactCount.Kind.ALL,
    frozenset({"tag"}): ContactCount.Kind.TAG,
    frozenset({"list"}): ContactCount.Kind.LIST,
}
# Archived and discarded contacts are counted without their stage.
_MAINTAINED_OF_OWNER = (
    frozenset({"owner"}),
    frozenset({"owner", "archived"}),
    frozenset({"owner", "discarded"}),
    frozenset({"owner", "current"}),
    frozenset({"owner", "current", "stages"}),
)
PREPARED = (frozenset[str](), frozenset({"tag"}), frozenset({"list"}), *_MAINTAINED_OF_OWNER)


def total_of(parts: Parts, bound: int = 0) -> "QuerySet[Any, Any]":
    """How many match: from the counts that PostgreSQL maintains where they hold it, otherwise counted.

    With a bound, counted until one above it.
    """
    kept = ContactCount.objects.filter(company_id=later_number("company"))
    kind = _MAINTAINED.get(parts - {"company", "consent", "consents"})
    if kind is not None:
        kept = kept.filter(kind=Value(kind.value), ref=later_number("ref"))
        if "consent" in parts:
            kept = kept.filter(value=later_text("consent"))
        return _summed(kept.filter(any_text("value", "consents")) if "consents" in parts else kept)
    if parts - {"company"} in _MAINTAINED_OF_OWNER:
        kept = kept.filter(kind=Value("owner"), ref=later_number("owner"))
        return _summed(kept.filter(any_text("value", "owned")))
    rows = _some(parts, bound + 1) if bound else matching(parts)
    return rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")


def _some(parts: Parts, most: int) -> "QuerySet[Contact]":
    """So many of them at most, whichever are found first."""
    found = matching(parts).order_by().values("id").query.sql_with_params()
    some = RawSQL(*paged(*found, limit=most, offset=False))  # noqa: S611 -- compiled by Django
    return Contact.objects.filter(company_id=later_number("company"), id__in=some)


def _summed(kept: "QuerySet[ContactCount]") -> "QuerySet[Any, Any]":
    return kept.annotate(none=Value(1)).values("none").annotate(total=Sum("n")).values_list("total")


def count_values(what: Choice) -> dict[str, object]:
    """The values that total_of's statement takes beside the Choice's own."""
    apart = next((part for part in ("archived", "discarded") if part in what.parts), "")
    stages = [apart] if apart else what.values.get("stages", Stage.values)
    everything = not what.parts & {"archived", "current", "discarded"}
    return {
        "ref": what.values.get("tag", what.values.get("list", 0)),
        "owned": [*stages, "archived", "discarded"] if everything else list(stages),
    }
