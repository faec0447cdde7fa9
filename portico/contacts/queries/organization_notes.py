from functools import lru_cache

from django.db.models import Count, Value
from django.db.models.functions import Lower

from portico.access import Actor, Permission
from portico.contacts.models import Organization, OrganizationNote
from portico.contacts.queries.contacts import Page
from portico.errors import NotFound
from portico.lib.statements import Shape, Statement, as_documents, compiled, compiled_page, later_number, later_text


def list_note_documents(
    actor: Actor, organization_id: int, shape: Shape, *, search: str = "", page: int = 1, per_page: int = 15
) -> Page:
    """One page of an organization's notes, newest first; `search` is within titles. Raises NotFound."""
    actor.require(Permission.TAGS_READ)
    values = {"company": actor.company_id, "organization": organization_id, "term": search}
    if _there().fetch_one(values) is None:
        raise NotFound("organization")
    statement = _page(shape, per_page, searching=bool(search))
    ((total, rows),) = statement.fetch({**values, "offset": (page - 1) * per_page})
    return Page(int(total), rows, page, per_page)


@lru_cache(maxsize=1)
def _there() -> Statement:
    rows = Organization.objects.filter(company_id=later_number("company"), id=later_number("organization"))
    return compiled(rows.values_list("id"))


@lru_cache(maxsize=64)
def _page(shape: Shape, per_page: int, *, searching: bool) -> Statement:
    company, organization = later_number("company"), later_number("organization")
    rows = OrganizationNote.objects.filter(company_id=company, organization_id=organization)
    if searching:
        rows = rows.alias(lower_title=Lower("title")).filter(lower_title__contains=Lower(later_text("term")))
    total = rows.order_by().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    ordered = rows.order_by("-id")
    return compiled_page(total, as_documents(ordered, shape), limit=per_page, offset=True, prepared=not searching)


def read_back_note(actor: Actor, shape: Shape, id: int) -> str:
    """What an action has just written, as JSON. Raises NotFound."""
    row = _one(shape).fetch_one({"company": actor.company_id, "id": id})
    if row is None:
        raise NotFound("note")
    return str(row[0])


@lru_cache(maxsize=8)
def _one(shape: Shape) -> Statement:
    rows = OrganizationNote.objects.filter(company_id=later_number("company"), id=later_number("id"))
    return compiled(as_documents(rows, shape))
