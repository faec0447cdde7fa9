from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    Expression,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    When,
)
from django.db.models.functions import Coalesce, Concat

from portico.access import Actor, Permission
from portico.contacts.queries.contacts import Page
from portico.content.models import Lead, PageView, Share, Site
from portico.content.queries.listing import list_documents
from portico.content.queries.media import own_id, require_medium
from portico.content.queries.numbers import get_own_total, get_total, sum_medium, sum_spans
from portico.content.queries.spans import whole
from portico.errors import NotFound
from portico.lib.statements import (
    Literal,
    Shape,
    Statement,
    as_documents,
    compiled,
    later_moment,
    later_number,
    later_text,
)

PREFIX = "/s/"
SITE_PREFIX = "/r/"


def share_address(code: str) -> str:
    return f"{settings.PUBLIC_URL}{PREFIX}{code}"


def link_of(code: str = "code") -> Expression:
    """The address of a share, for a shape."""
    return Concat(Literal(f"{settings.PUBLIC_URL}{PREFIX}"), code, output_field=TextField())


def leads_of_share() -> Expression:
    """How many left their address behind a share: each contact once, so there are never many."""
    rows = Lead.objects.filter(company_id=OuterRef("company_id"), share_id=OuterRef("pk")).order_by()
    total = rows.values("share_id").annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(total), Literal("0", BigIntegerField()))


def page_address() -> Expression:
    """Of a view: the address of the share's page, or of the site."""
    slug = Site.objects.filter(company_id=OuterRef("company_id"), member_id=OuterRef("member_id"))
    beginning = Literal(f"{settings.PUBLIC_URL}{SITE_PREFIX}")
    parts = ("member__company__slug", Literal("/"), Subquery(slug.values("slug")))
    site = Concat(beginning, *parts, output_field=TextField())
    return Case(When(share_id=None, then=site), default=link_of("share__code"))


class _Shortened(Func):
    template = "encode(substr(%(expressions)s, 1, 6), 'hex')"
    output_field = TextField()


def visitor_name() -> Expression:
    """Of a view: a word for its visitor that is the same for a day and says nothing of who it is."""
    return _Shortened("visitor")


def own_link(what: str) -> Any:
    """The address of the actor's first link to this medium or library that is for nobody in particular, or null."""
    rows = Share.objects.filter(
        company_id=OuterRef("company_id"),
        sharer_id=own_id(),
        contact=None,
        kind=Share.Kind.LINK,
        **{what: OuterRef("pk")},
    )
    return Subquery(rows.order_by("id").values_list(link_of())[:1])


def _dated(rows: "QuerySet[Any]", names: frozenset[str], field: str) -> "QuerySet[Any]":
    if "from" in names:
        rows = rows.filter(**{f"{field}__gte": later_moment("from")})
    if "until" in names:
        rows = rows.filter(**{f"{field}__lt": later_moment("until")})
    return rows


def _shares(names: frozenset[str]) -> "QuerySet[Share]":
    rows = Share.objects.filter(company_id=later_number("company"))
    if "member" in names:
        rows = rows.filter(sharer_id=own_id())
    return _dated(rows, names, "created_at")


def _views(names: frozenset[str]) -> "QuerySet[PageView]":
    """Conditions: "member", "medium", "site", "from" and "until"."""
    rows = PageView.objects.filter(company_id=later_number("company"))
    return _seen(_dated(rows, names, "at"), names)


def _leads(names: frozenset[str]) -> "QuerySet[Lead]":
    """The same, and "owner": of those only contacts that the actor sees."""
    rows = _seen(_dated(Lead.objects.filter(company_id=later_number("company")), names, "at"), names)
    return rows.filter(contact__owner_id=later_number("owner")) if "owner" in names else rows


def _seen(rows: "QuerySet[Any]", names: frozenset[str]) -> "QuerySet[Any]":
    if "member" in names:
        rows = rows.filter(member_id=own_id())
    if "medium" in names:
        rows = rows.filter(medium_id=later_number("medium"))
    return rows.filter(share=None) if "site" in names else rows


def _values(actor: Actor, span: "tuple[datetime | None, datetime | None]", *, everybody: bool) -> dict[str, Any]:
    sees_all = everybody and actor.may(Permission.ADMINISTRATION)
    return {
        "company": actor.company_id,
        "member": None if sees_all else actor.membership_id or 0,
        "from": span[0],
        "until": span[1],
    }


Span = tuple[datetime | None, datetime | None]
ANY_TIME: Span = (None, None)


def list_share_documents(actor: Actor, shape: Shape, *, span: Span = ANY_TIME, page: int, per_page: int) -> Page:
    """The actor's own shares, for an administrator the company's, newest first."""
    values = _values(actor, span, everybody=True)
    total = (get_total(actor) if span == ANY_TIME else sum_spans(actor, [whole(span)])[0]).shares
    order = ("-created_at", "-id")
    return list_documents(_shares, shape, values, order=order, page=page, per_page=per_page, total=total)


def list_medium_view_documents(
    actor: Actor, shape: Shape, medium_id: int, *, span: Span = ANY_TIME, page: int, per_page: int
) -> Page:
    """Who looked at a medium that the actor shared (an administrator: anybody), newest first. Raises NotFound."""
    require_medium(actor, medium_id)
    values = {**_values(actor, span, everybody=True), "medium": medium_id}
    total = sum_medium(actor, whole(span), medium_id).views
    return list_documents(_views, shape, values, order=("-at", "-id"), page=page, per_page=per_page, total=total)


def list_medium_lead_documents(
    actor: Actor, shape: Shape, medium_id: int, *, span: Span = ANY_TIME, page: int, per_page: int
) -> Page:
    """Contacts who left their address at such a page, newest first; only those the actor sees. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    require_medium(actor, medium_id)
    values = {**_values(actor, span, everybody=True), "medium": medium_id, **_owner(actor)}
    return list_documents(_leads, shape, values, order=("-at", "-id"), page=page, per_page=per_page)


def list_site_view_documents(actor: Actor, shape: Shape, *, span: Span = ANY_TIME, page: int, per_page: int) -> Page:
    """Who looked at the actor's own site, newest first."""
    values = {**_values(actor, span, everybody=False), "site": True}
    seen = get_own_total(actor) if span == ANY_TIME else sum_spans(actor, [whole(span)], own=True)[0]
    order = ("-at", "-id")
    return list_documents(_views, shape, values, order=order, page=page, per_page=per_page, total=seen.site_views)


def list_site_lead_documents(actor: Actor, shape: Shape, *, span: Span = ANY_TIME, page: int, per_page: int) -> Page:
    """Contacts who left their address on the actor's own site, newest first; only those the actor still sees."""
    actor.require(Permission.CONTACTS_READ)
    values = {**_values(actor, span, everybody=False), "site": True, **_owner(actor)}
    return list_documents(_leads, shape, values, order=("-at", "-id"), page=page, per_page=per_page)


def _owner(actor: Actor) -> dict[str, Any]:
    return {"owner": actor.membership_id or 0} if actor.owns_only else {}


def get_share_document(actor: Actor, shape: Shape, share_id: int) -> str:
    """One of the actor's own shares as JSON. Raises NotFound."""
    row = _one(shape).fetch_one({"company": actor.company_id, "member": actor.membership_id or 0, "id": share_id})
    if row is None:
        raise NotFound("share")
    return str(row[0])


@lru_cache(maxsize=16)
def _one(shape: Shape) -> Statement:
    return compiled(as_documents(_shares(frozenset({"member"})).filter(pk=later_number("id")), shape))


# Of a share whose page is to be shown: what it shares is still there, and so are sharer and company.
_OPEN = Q(sharer__is_active=True, sharer__user__is_active=True, company__is_active=True) & (
    Q(medium__isnull=False, medium__discarded_at=None) | Q(library__isnull=False, library__discarded_at=None)
)


def get_open_share_document(shape: Shape, code: str) -> str:
    """The share under this code as JSON, for whoever has the link. Raises NotFound."""
    row = None if "\0" in code else _opened(shape).fetch_one({"code": code})
    if row is None:
        raise NotFound("page")
    return str(row[0])


@cache
def _opened(shape: Shape) -> Statement:
    rows = Share.objects.filter(_OPEN, code=later_text("code"))  # any company: the code's
    return compiled(as_documents(rows, shape))
