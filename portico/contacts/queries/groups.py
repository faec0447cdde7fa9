"""Groups of contacts that a rep keeps for itself: each sees its own, whatever its role."""

from dataclasses import dataclass
from functools import lru_cache

from django.db.models import BigIntegerField, Count, Expression, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from portico.access import Actor, Permission
from portico.contacts.models import ContactGroup, ContactGroupMember
from portico.errors import NotFound
from portico.lib.statements import Shape, Statement, as_documents, compiled, compiled_page, later_number


@dataclass(frozen=True, slots=True)
class GroupPage:
    """One page of rows as JSON objects joined by commas, and how many there are in all."""

    total: int
    rows: str


def own_groups(actor: Actor) -> "QuerySet[ContactGroup]":
    return ContactGroup.objects.filter(company_id=actor.company_id, owner_id=actor.membership_id or 0)


def contacts_in_group() -> Expression:
    """How many contacts of the group its owner sees: for shapes of ContactGroup.

    Neither those that became another's, where the owner is a rep, nor those that were discarded.
    """
    rows = ContactGroupMember.objects.filter(
        Q(contact__owner_id=OuterRef("owner_id")) | ~Q(group__owner__role="rep"),
        company_id=OuterRef("company_id"),
        group_id=OuterRef("id"),
        contact__discarded_at=None,
    )
    number = rows.annotate(none=Value(1)).values("none").annotate(n=Count("contact_id")).values("n")
    return Cast(Coalesce(Subquery(number), Value(0)), BigIntegerField())


def get_group_document(actor: Actor, shape: Shape, group_id: int) -> str:
    """One of the actor's own groups as JSON. Raises NotFound."""
    actor.require(Permission.CONTACTS_READ)
    values = {"company": actor.company_id, "owner": actor.membership_id, "id": group_id}
    row = _one(shape).fetch_one(values)
    if row is None:
        raise NotFound("group")
    return str(row[0])


def list_group_documents(actor: Actor, shape: Shape, *, page: int, per_page: int) -> GroupPage:
    """The actor's own groups, oldest first."""
    actor.require(Permission.CONTACTS_READ)
    values = {"company": actor.company_id, "owner": actor.membership_id, "offset": (page - 1) * per_page}
    ((total, rows),) = _page(shape, per_page).fetch(values)
    return GroupPage(int(total), rows)


def _rows() -> "QuerySet[ContactGroup]":
    return ContactGroup.objects.filter(company_id=later_number("company"), owner_id=later_number("owner"))


@lru_cache(maxsize=16)
def _one(shape: Shape) -> Statement:
    return compiled(as_documents(_rows().filter(id=later_number("id")), shape))


@lru_cache(maxsize=128)
def _page(shape: Shape, per_page: int) -> Statement:
    total = _rows().annotate(none=Value(1)).values("none").annotate(n=Count("id")).values_list("n")
    found = as_documents(_rows().order_by("id"), shape)
    return compiled_page(total, found, prepared=True, limit=per_page, offset=True)
