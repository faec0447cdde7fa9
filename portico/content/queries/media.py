from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Lower

from portico.access import Actor, Permission
from portico.contacts.queries.contacts import Page
from portico.content.files.addresses import PREFIX, signature_for_company
from portico.content.models import Medium, MediumComment, MediumReaction, MediumWatch, ShownTotal
from portico.content.queries.listing import list_documents
from portico.errors import NotFound
from portico.lib.statements import Later, Literal, Shape, Statement, as_documents, compiled, later_number, later_text


def visible_media(actor: Actor) -> "QuerySet[Medium]":
    """The company's and the actor's own; for an administrator all of the company's people."""
    rows = Medium.objects.filter(company_id=actor.company_id, discarded_at=None)
    if actor.may(Permission.ADMINISTRATION):
        return rows
    return rows.filter(Q(owner=None) | Q(owner_id=actor.membership_id))


def own_media(actor: Actor) -> "QuerySet[Medium]":
    """The actor's own uploads: what it may change."""
    return Medium.objects.filter(
        company_id=actor.company_id, owner_id=actor.membership_id, owner__isnull=False, discarded_at=None
    )


def company_media(actor: Actor) -> "QuerySet[Medium]":
    """The company's media, for who keeps them. Raises Denied."""
    actor.require(Permission.MEDIA_WRITE)
    return Medium.objects.filter(company_id=actor.company_id, owner=None, discarded_at=None)


def require_medium(actor: Actor, medium_id: int) -> None:
    """Raises NotFound where the actor sees none."""
    if not visible_media(actor).filter(pk=medium_id).exists():
        raise NotFound("medium")


def file_address(path: str) -> Expression:
    """The address of the file behind this reference, signed where it is private; null where there is none."""
    signature = Case(When(**{f"{path}__is_private": True}, then=later_text("signature")), default=Literal(""))
    address = Concat(Literal(f"{settings.PUBLIC_URL}{PREFIX}"), f"{path}__token", signature, output_field=TextField())
    return Case(When(**{f"{path}_id__isnull": False}, then=address), default=None, output_field=TextField())


def times(what: str, medium: str = "pk") -> Expression:
    """How often (a column of ShownTotal) for this medium: the actor's own, for an administrator the company's."""
    rows = ShownTotal.objects.filter(
        company_id=OuterRef("company_id"), member_id=later_number("counted"), medium_id=OuterRef(medium)
    )
    total = rows.order_by().values("medium_id").annotate(total=Sum(what, output_field=BigIntegerField()))
    return Coalesce(Subquery(total.values("total")), Literal("0", BigIntegerField()))


def shape_values(actor: Actor) -> dict[str, Any]:
    """What shapes with file_address, times and own columns ask for at run time."""
    return {
        "company": actor.company_id,
        "member": actor.membership_id or 0,
        "counted": 0 if actor.may(Permission.ADMINISTRATION) else actor.membership_id or 0,
        "signature": signature_for_company(actor.company_id),
    }


def own_id() -> Later:
    """The actor's membership, for a shape."""
    return later_number("member")


def _media(names: frozenset[str]) -> "QuerySet[Medium]":
    """Conditions: "search", "category", "kind", "mine", "of_company"; "all" for who sees everybody's."""
    rows: QuerySet[Medium] = Medium.objects.filter(company_id=later_number("company"), discarded_at=None)
    if "mine" in names:
        rows = rows.filter(owner_id=own_id())
    elif "of_company" in names:
        rows = rows.filter(owner=None)
    elif "all" not in names:
        rows = rows.filter(Q(owner=None) | Q(owner_id=own_id()))
    if "search" in names:
        text = Lower(Concat("title", Value(" "), "description", output_field=TextField()))
        rows = rows.alias(text=text).filter(text__contains=Lower(later_text("search")))
    if "category" in names:
        rows = rows.alias(lower=Lower("category")).filter(lower=Lower(later_text("category")))
    if "kind" in names:
        rows = rows.filter(kind=later_text("kind"))
    return rows


def list_media_documents(
    actor: Actor,
    shape: Shape,
    *,
    search: str | None = None,
    category: str | None = None,
    kind: str | None = None,
    mine: bool = False,
    of_company: bool = False,
    page: int = 1,
    per_page: int = 25,
) -> Page:
    """One page of what the actor sees, newest first. `search` is in title or description; empty texts ask nothing."""
    values = {
        **shape_values(actor),
        "search": search or None,
        "category": category or None,
        "kind": kind or None,
        "mine": mine or None,
        "of_company": of_company or None,
        "all": actor.may(Permission.ADMINISTRATION) or None,
    }
    return list_documents(_media, shape, values, order=("-id",), page=page, per_page=per_page)


def get_medium_document(actor: Actor, shape: Shape, medium_id: int) -> str:
    """One medium as JSON. Raises NotFound."""
    statement = _one(shape, sees_all=actor.may(Permission.ADMINISTRATION))
    row = statement.fetch_one({**shape_values(actor), "id": medium_id})
    if row is None:
        raise NotFound("medium")
    return str(row[0])


@lru_cache(maxsize=64)
def _one(shape: Shape, *, sees_all: bool) -> Statement:
    rows = _media(frozenset({"all"} if sees_all else ())).filter(pk=later_number("id"))
    return compiled(as_documents(rows, shape))


def _of_medium(model: Any, who: str) -> Any:
    """Rows about one medium; with "only" those of the actor."""

    def rows(names: frozenset[str]) -> "QuerySet[Any]":
        found: QuerySet[Any] = model.objects.filter(company_id=later_number("company"), medium_id=later_number("id"))
        return found.filter(**{f"{who}_id": own_id()}) if "only" in names else found

    return rows


_COMMENTS, _WATCHES, _REACTIONS = (
    _of_medium(MediumComment, "author"),
    _of_medium(MediumWatch, "watcher"),
    _of_medium(MediumReaction, "member"),
)


def list_comment_documents(actor: Actor, shape: Shape, medium_id: int, *, page: int, per_page: int) -> Page:
    """What people of the company wrote under a medium, newest first. Raises NotFound."""
    return _listed(actor, _COMMENTS, shape, medium_id, order=("-id",), page=page, per_page=per_page)


def list_reaction_documents(actor: Actor, shape: Shape, medium_id: int, *, page: int, per_page: int) -> Page:
    """What people of the company think of a medium, newest first. Raises NotFound."""
    return _listed(actor, _REACTIONS, shape, medium_id, order=("-reacted_at",), page=page, per_page=per_page)


def list_watch_documents(actor: Actor, shape: Shape, medium_id: int, *, page: int, per_page: int) -> Page:
    """Who watched a medium, and how far, the latest first: a rep sees its own. Raises NotFound."""
    return _listed(
        actor, _WATCHES, shape, medium_id, order=("-watched_at",), page=page, per_page=per_page, only=actor.owns_only
    )


def get_own_watch_document(actor: Actor, shape: Shape, medium_id: int) -> str:
    """How far the actor itself has watched a medium. Raises NotFound, also where it has not begun."""
    own = _listed(actor, _WATCHES, shape, medium_id, order=("-watched_at",), page=1, per_page=1, only=True).rows
    if not own:
        raise NotFound("watch")
    return own


def _listed(actor: Actor, rows: Any, shape: Shape, medium_id: int, *, only: bool = False, **paging: Any) -> Page:
    require_medium(actor, medium_id)
    values = {"company": actor.company_id, "id": medium_id, "member": actor.membership_id or 0, "only": only or None}
    return list_documents(rows, shape, values, **paging)


def author_name(path: str) -> Expression:
    """The full name of the user behind a membership; "" when it has none."""
    return Concat(F(f"{path}__user__first_name"), Value(" "), F(f"{path}__user__last_name"), output_field=TextField())
