from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.db.models import BigIntegerField, Exists, Expression, OuterRef, Q, QuerySet, Subquery, Sum, TextField
from django.db.models.functions import Coalesce, Concat, Lower

from portico.access import Actor
from portico.content.models import ShownTotal, Site
from portico.content.queries.sharing import SITE_PREFIX
from portico.errors import NotFound
from portico.lib.statements import Literal, Shape, Statement, as_documents, compiled, later_number, later_text

_OPEN = Q(is_published=True, member__is_active=True, member__user__is_active=True, company__is_active=True)


def site_address() -> Expression:
    """Where the site is, for a shape that sees Site's columns."""
    return Concat(
        Literal(f"{settings.PUBLIC_URL}{SITE_PREFIX}"), "company__slug", Literal("/"), "slug", output_field=TextField()
    )


def site_of_sharer(column: str) -> Any:
    """A column of the sharer's published site, for a shape that sees Share's columns; null where there is none."""
    rows = Site.objects.filter(company_id=OuterRef("company_id"), member_id=OuterRef("sharer_id"), is_published=True)
    return Subquery(rows.values(column)[:1])


def site_address_of_member() -> Any:
    """Where a member's site is, for a shape that sees Membership's columns; null where there is none yet."""
    rows = Site.objects.filter(company_id=OuterRef("company_id"), member_id=OuterRef("id"))
    return Subquery(rows.annotate(address=site_address()).values("address")[:1])


def own_site_times(what: str, member: str = "member_id") -> Expression:
    """How often (a column of ShownTotal), ever, for a shape whose rows lead to the member by this column."""
    rows = ShownTotal.objects.filter(company_id=OuterRef("company_id"), member_id=OuterRef(member), medium_id=0)
    total = rows.order_by().values("medium_id").annotate(total=Sum(what, output_field=BigIntegerField()))
    return Coalesce(Subquery(total.values("total")), Literal("0", BigIntegerField()))


def own_site(actor: Actor) -> "QuerySet[Site]":
    """The actor's own site, if it has one."""
    return Site.objects.filter(company_id=actor.company_id, member_id=actor.membership_id or 0)


def get_own_site_document(actor: Actor, shape: Shape) -> str:
    """The same as JSON. Raises NotFound."""
    row = _of_member(shape).fetch_one({"company": actor.company_id, "member": actor.membership_id or 0})
    if row is None:
        raise NotFound("site")
    return str(row[0])


@lru_cache(maxsize=16)
def _of_member(shape: Shape) -> Statement:
    rows = Site.objects.filter(company_id=later_number("company"), member_id=later_number("member"))
    return compiled(as_documents(rows, shape))


def get_open_site_document(shape: Shape, company: str, slug: str) -> str:
    """The published site at this address as JSON, for anybody. Raises NotFound."""
    values: dict[str, Any] = {"company": company.lower(), "slug": slug.lower()}
    row = None if "\0" in company + slug else _opened(shape).fetch_one(values)
    if row is None:
        raise NotFound("page")
    return str(row[0])


@cache
def _opened(shape: Shape) -> Statement:
    rows = Site.objects.filter(_OPEN, company__slug=later_text("company"))  # any company: named by the address
    return compiled(as_documents(rows.alias(lower=Lower("slug")).filter(lower=later_text("slug")), shape))


def has_open_site(company_column: str) -> Exists:
    """For a query: whether somebody of the company that this column names has published a page of its own."""
    rows = Site.objects.filter(company_id=OuterRef(company_column), is_published=True, member__is_active=True)
    return Exists(rows)
