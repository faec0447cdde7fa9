from typing import Any

from django.db.models import QuerySet

from portico.access import Actor, Permission
from portico.contacts.queries.contacts import Page
from portico.contacts.queries.messages import messages_beside_shares
from portico.content.models import Lead, Share
from portico.content.queries.listing import list_documents
from portico.content.queries.media import own_id, require_medium
from portico.lib.statements import Shape, later_number


def list_visitor_messages(actor: Actor, shape: Shape, medium_id: int, *, page: int, per_page: int) -> Page:
    """What visitors wrote when they left their address on a page of this medium, newest first.

    Of the pages that the actor shared, and of contacts that are its own; for an administrator of all. `shape` sees the
    lines of contacts' timelines. Raises NotFound, Denied.
    """
    actor.require(Permission.CONTACTS_READ)
    require_medium(actor, medium_id)
    sees_all = actor.may(Permission.ADMINISTRATION)
    values = {
        "company": actor.company_id,
        "medium": medium_id,
        "member": None if sees_all else actor.membership_id or 0,
        "owner": actor.membership_id or 0 if actor.owns_only else None,
    }
    return list_documents(_messages, shape, values, order=("-at", "-id"), page=page, per_page=per_page)


def _messages(names: frozenset[str]) -> "QuerySet[Any]":
    """Found by the leads of the medium: of these there is an index, as of a contact's timeline."""
    shares = Share.objects.filter(company_id=later_number("company"), medium_id=later_number("medium"))
    leads = Lead.objects.filter(company_id=later_number("company"), medium_id=later_number("medium"))
    if "member" in names:
        shares, leads = shares.filter(sharer_id=own_id()), leads.filter(member_id=own_id())
    rows = messages_beside_shares().filter(
        contact_id__in=leads.values("contact_id"), subject_id__in=shares.values("pk")
    )
    return rows.filter(contact__owner_id=later_number("owner")) if "owner" in names else rows
