"""Tags and lists themselves: made, changed, removed. Who has them is in tagging.py."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.fields import LONGEST_TEXT
from portico.contacts.models import List, Tag
from portico.contacts.queries.labels import LONGEST_TITLE, Label, kind_of, slug_of
from portico.errors import Conflict, Invalid, NotFound
from portico.lib.texts import is_storable

_MOST_AT_ONCE = 5000
_TRIES = 1000


@dataclass(frozen=True, slots=True)
class Titled:
    """A tag or list as somebody wants it to be; an empty slug is made from the title."""

    title: str
    slug: str = ""
    description: str | None = None

    @property
    def own_slug(self) -> str:
        return slug_of(self.slug or self.title)


@transaction.atomic
def add_label(actor: Actor, label: Label, wanted: Titled) -> Tag | List:
    """A new tag or list. Raises Invalid; with rule "unique" for a slug that is taken."""
    return _added(actor, label, wanted, lambda slug: (slug,))


@transaction.atomic
def add_label_beside(actor: Actor, label: Label, wanted: Titled) -> Tag | List:
    """Like add_label, but a slug that is taken gets a number: news-2, news-3. Raises Invalid."""
    return _added(actor, label, wanted, lambda slug: (slug, *(f"{slug}-{number}" for number in range(2, _TRIES))))


def _added(actor: Actor, label: Label, wanted: Titled, slugs: Callable[[str], Sequence[str]]) -> Tag | List:
    actor.require(Permission.TAGS_WRITE)
    _check(wanted)
    for slug in slugs(wanted.own_slug):
        # Not asked first whether it is free: somebody else may take it in between.
        try:
            with transaction.atomic():
                made = label._default_manager.create(
                    company_id=actor.company_id, title=wanted.title, slug=slug, description=wanted.description
                )
        except IntegrityError:
            continue
        made.refresh_from_db()
        record(actor, f"{kind_of(label)}.added", kind_of(label), made.pk, title=made.title)
        return made
    raise Invalid.one("slug", "unique", f"There is a {kind_of(label)} with this slug already.")


@transaction.atomic
def change_label(
    actor: Actor, label: Label, wanted: Titled, *, id: int = 0, with_slug: str = "", keep_slug: bool = False
) -> Tag | List:
    """Change a tag or list, found by id or, where that is 0, by its slug.

    Raises NotFound, Invalid, or Conflict for a slug that another one has.
    """
    actor.require(Permission.TAGS_WRITE)
    _check(wanted)
    which = Q(slug=with_slug) if not id and is_storable(with_slug) else Q(pk=min(id, 2**63 - 1))
    found = label._default_manager.filter(which, company_id=actor.company_id).select_for_update(no_key=True).first()
    if found is None:
        raise NotFound(kind_of(label).value)
    found.title, found.description = wanted.title, wanted.description
    found.slug = found.slug if keep_slug else wanted.own_slug
    found.updated_at = Now()
    try:
        with transaction.atomic():
            found.save(update_fields=["title", "slug", "description", "updated_at"])
    except IntegrityError:
        raise Conflict(f"Another {kind_of(label)} has this slug.") from None
    record(actor, f"{kind_of(label)}.changed", kind_of(label), found.pk, title=wanted.title)
    return found


@transaction.atomic
def upsert_labels(actor: Actor, label: Label, wanted: Sequence[Titled]) -> list[int]:
    """Make these tags or lists, or give those that have such a slug these titles; answers their ids in order.

    The last of several with one slug wins. Raises Invalid.
    """
    actor.require(Permission.TAGS_WRITE)
    if len(wanted) > _MOST_AT_ONCE:
        raise Invalid.one("items", "many", f"At most {_MOST_AT_ONCE} at once.")
    for one in wanted:
        _check(one)
    by_slug = {one.own_slug: one for one in wanted}
    rows = [label(company_id=actor.company_id, title=by_slug[slug].title, slug=slug) for slug in sorted(by_slug)]
    label._default_manager.bulk_create(
        rows,  # type: ignore[arg-type]  # a union of two models
        update_conflicts=True,
        unique_fields=["company", "slug"],
        update_fields=["title"],
    )
    ids = dict(label._default_manager.filter(company_id=actor.company_id, slug__in=by_slug).values_list("slug", "pk"))
    if ids:
        record(actor, f"{kind_of(label)}.added", kind_of(label), None, labels=sorted(ids.values()))
    return [ids[slug] for slug in by_slug]


@transaction.atomic
def delete_labels(actor: Actor, label: Label, ids: Sequence[int]) -> list[int]:
    """Remove these tags or lists, from the contacts that have them too; answers the ids that were there."""
    actor.require(Permission.TAGS_DELETE)
    rows = label._default_manager.filter(company_id=actor.company_id, pk__in=[id for id in ids if 0 < id < 2**63])
    # In one order, so that two who delete the same ones never wait for each other in a circle.
    found = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    if found:
        label._default_manager.filter(company_id=actor.company_id, pk__in=found).delete()
        record(actor, f"{kind_of(label)}.deleted", kind_of(label), found[0] if len(found) == 1 else None, labels=found)
    return found


def _check(wanted: Titled) -> None:
    if not wanted.title:
        raise Invalid.one("title", "required", "A title is needed.")
    for name, text, longest in (
        ("title", wanted.title, LONGEST_TITLE),
        ("slug", wanted.slug, LONGEST_TITLE),
        ("description", wanted.description or "", LONGEST_TEXT),
    ):
        if len(text) > longest or not is_storable(text):
            raise Invalid.one(name, "text", f"This is no text of at most {longest} characters.")
