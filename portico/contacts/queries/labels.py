"""Tags and lists: both are labels on contacts, told apart by their model."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BigIntegerField, Count, Expression, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Cast, Coalesce, Lower
from django.utils.text import slugify

from portico.access import Actor, Permission
from portico.contacts.models import Consent, ContactCount, List, Tag
from portico.errors import NotFound
from portico.lib.statements import Shape, Statement, as_documents, compiled, compiled_page, later_number, later_text
from portico.lib.texts import is_storable

Label = type[Tag] | type[List]
SHORTEST_NAME = 3  # as in the field: shorter words are taken for ids
LONGEST_TITLE = 255
SORTABLE = ("id", "title", "slug", "description", "created_at", "updated_at")
_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Counted:
    """A tag or list, and how many contacts have it."""

    id: int
    title: str
    slug: str
    contacts: int


@dataclass(frozen=True, slots=True)
class LabelPage:
    """One page of tags or lists as JSON objects joined by commas, how many match, and all of them where asked for."""

    total: int
    rows: str
    every: str = ""


def kind_of(label: Label) -> ContactCount.Kind:
    return ContactCount.Kind.TAG if label is Tag else ContactCount.Kind.LIST


def slug_of(title: str) -> str:
    """lower-case-with-hyphens; a title without a letter or digit of its own keeps what it has."""
    return slugify(title, allow_unicode=True) or title.strip().lower()


def count_of(label: Label, consent: Consent | None = None) -> Expression:
    """How many contacts have this tag or list, all or with this consent: for shapes, from the maintained counts."""
    kept = ContactCount.objects.filter(company_id=OuterRef("company_id"), kind=kind_of(label), ref=OuterRef("id"))
    if consent is not None:
        kept = kept.filter(value=consent)
    total = kept.annotate(none=Value(1)).values("none").annotate(total=Sum("n")).values("total")
    return Cast(Coalesce(Subquery(total), Value(0)), BigIntegerField())


def list_labels(actor: Actor, label: Label) -> list[Counted]:
    """All tags or lists of the company, by title."""
    actor.require(Permission.TAGS_READ)
    rows = label._default_manager.filter(company_id=actor.company_id).annotate(contacts=count_of(label))
    return [Counted(*row) for row in rows.order_by("title", "id").values_list("id", "title", "slug", "contacts")]


def list_label_documents(
    actor: Actor,
    label: Label,
    shape: Shape,
    *,
    every: Shape | None = None,
    search: str = "",
    order: str = "id",
    descending: bool = True,
    page: int = 1,
    per_page: int = 15,
) -> LabelPage:
    """One page of the company's tags or lists, and in the shape `every` all of them by title.

    `search` is within titles and at the start of slugs and descriptions.
    """
    actor.require(Permission.TAGS_READ)
    statement = _page(label, shape, order, descending, per_page, searching=bool(search))
    values = {"company": actor.company_id, "term": search, "offset": (page - 1) * per_page}
    ((total, rows),) = statement.fetch(values)
    all_rows = _every(label, every).fetch({"company": actor.company_id}) if every else ()
    return LabelPage(int(total), rows, ",".join(row[0] for row in all_rows))


@lru_cache(maxsize=16)
def _every(label: Label, shape: Shape) -> Statement:
    rows = label.objects.filter(company_id=later_number("company")).order_by("title", "id")
    return compiled(as_documents(rows, shape))


@lru_cache(maxsize=256)
def _page(
    label: Label,
    shape: Shape,
    order: str,
    descending: bool,  # noqa: FBT001 -- part of the cache key
    per_page: int,
    *,
    searching: bool,
) -> Statement:
    rows: QuerySet[Tag] | QuerySet[List] = label.objects.filter(company_id=later_number("company"))
    if searching:
        term = Lower(later_text("term"))
        rows = rows.alias(
            lower_title=Lower("title"), lower_slug=Lower("slug"), lower_description=Lower("description")
        ).filter(Q(lower_title__contains=term) | Q(lower_slug__startswith=term) | Q(lower_description__startswith=term))
    total = rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    keys = [F(order), F("id")] if order != "id" else [F("id")]
    ordered = rows.order_by(*(key.desc() if descending else key.asc() for key in keys))
    return compiled_page(total, as_documents(ordered, shape), limit=per_page, offset=True, prepared=not searching)


def get_label_document(actor: Actor, label: Label, shape: Shape, id: int) -> str:
    """One tag or list as JSON. Raises NotFound."""
    actor.require(Permission.TAGS_READ)
    row = _one(label, shape).fetch_one({"company": actor.company_id, "id": min(id, _LARGEST_ID)})
    if row is None:
        raise NotFound(kind_of(label).value)
    return str(row[0])


@lru_cache(maxsize=64)
def _one(label: Label, shape: Shape) -> Statement:
    rows = label.objects.filter(company_id=later_number("company"), id=later_number("id"))
    return compiled(as_documents(rows, shape))


def find_label_ids(actor: Actor, label: Label, items: Sequence[int | str]) -> list[int]:
    """The company's ids for these ids, titles and slugs, in order; unknown ones are left out.

    Text of digits is an id; other text shorter than SHORTEST_NAME or longer than LONGEST_TITLE is nothing.
    """
    return find_each_label_ids(actor, label, [items])[0]


def find_each_label_ids(actor: Actor, label: Label, several: Sequence[Sequence[int | str]]) -> list[list[int]]:
    """The same for each of these."""
    told = {items: told_apart(items) for items in set(map(tuple, several))}  # rows of one call mostly name the same
    ids: set[int] = set().union(*(ids for ids, _ in told.values()))
    slugs = {name: slug_of(name) for name in set[str]().union(*(names for _, names in told.values()))}
    if not ids and not slugs:
        return [[] for _ in several]
    matches = Q(pk__in=ids) | Q(slug__in=set(slugs.values())) | Q(title__in=slugs)
    rows = label.objects.filter(matches, company_id=actor.company_id)
    known, by_title, by_slug = set(), defaultdict[str, set[int]](set), defaultdict[str, set[int]](set)
    for id, title, slug in rows.values_list("pk", "title", "slug"):
        known.add(id)
        by_title[title].add(id)
        by_slug[slug].add(id)
    named = {name: by_title[name] | by_slug[slug] for name, slug in slugs.items()}
    found = {
        items: sorted((ids & known).union(*(named[name] for name in names))) for items, (ids, names) in told.items()
    }
    return [found[tuple(items)] for items in several]


def told_apart(items: Sequence[int | str]) -> tuple[set[int], set[str]]:
    """Ids, and names long enough to be one."""
    ids, names = set(), set()
    for item in items:
        text = item.strip() if isinstance(item, str) else str(item)
        if text.isascii() and text.isdigit():
            ids.add(int(text) if len(text) < len(str(_LARGEST_ID)) else 0)
        elif isinstance(item, str) and SHORTEST_NAME <= len(text) <= LONGEST_TITLE and is_storable(text):
            names.add(text)
    return ids, names


def tag_id_of(actor: Actor, title: str) -> int:
    """The tag with this title, ignoring case, or with this slug. Raises NotFound."""
    actor.require(Permission.TAGS_READ)
    named = Q(title__iexact=title.strip()) | Q(slug=slug_of(title))
    found = Tag.objects.filter(named, company_id=actor.company_id).order_by("id").values_list("id", flat=True).first()
    if found is None:
        raise NotFound(f"tag {title}")
    return found


def titles_of_tags(actor: Actor, ids: Collection[int]) -> dict[int, str]:
    """The titles of those of these tags that are there."""
    actor.require(Permission.TAGS_READ)
    return dict(Tag.objects.filter(company_id=actor.company_id, pk__in=ids).values_list("pk", "title"))
