"""Contacts and the organizations where they work."""

from functools import lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Expression, OuterRef, QuerySet, Subquery

from portico.access import Actor, Permission
from portico.contacts.models import Contact, Organization
from portico.contacts.queries.choosing import Chosen, choice, in_id_order
from portico.lib.statements import JsonField, Shape, Statement, as_documents, compiled


def owner_of_organization(shape: Shape) -> Expression:
    """The contact who owns an organization, or null: for shapes."""
    rows = Contact.objects.filter(company_id=OuterRef("company_id"), id=OuterRef("owner_id"))
    return _one_of(rows, shape)


def first_organization_of_contact(shape: Shape) -> Expression:
    """The organization where a contact works first, or null: for shapes."""
    rows = Organization.objects.filter(company_id=OuterRef("company_id"), id=OuterRef("organization_id"))
    return _one_of(rows, shape)


def _one_of(rows: "QuerySet[Any, Any]", shape: Shape) -> Expression:
    return Subquery(rows.values_list(shape.build()), output_field=JsonField())  # type: ignore[return-value]  # it is one; the stubs do not say so


def organizations_of_contact(shape: Shape) -> Expression:
    """All organizations where a contact works, by name: for shapes. The shape may use contactorganization__ too."""
    rows = Organization.objects.filter(
        company_id=OuterRef("company_id"),
        contactorganization__company_id=OuterRef("company_id"),
        contactorganization__contact_id=OuterRef("id"),
    )
    return ArraySubquery(rows.order_by("name", "id").values_list(shape.build(), flat=True))  # type: ignore[return-value]  # same


def find_candidate_documents(actor: Actor, shape: Shape, organization_id: int, *, search: str, limit: int) -> list[str]:
    """The newest contacts that do not work at this organization, as JSON; `search` as for a list of contacts."""
    actor.require(Permission.TAGS_READ)
    what = choice(actor, Chosen(search=search, not_at=organization_id))
    return [row[0] for row in _statement(shape, what.parts, limit).fetch(what.values)]


@lru_cache(maxsize=64)
def _statement(shape: Shape, parts: frozenset[str], limit: int) -> Statement:
    rows = as_documents(in_id_order(parts), shape)[:limit]
    return compiled(rows, prepared="search" not in parts)
