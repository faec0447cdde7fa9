"""Duplicates: found, previewed, merged, taken apart."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse

from portico.contacts.merging.actions import Merged, merge_contacts, unmerge_contacts
from portico.contacts.merging.duplicates import MOST_PER_PAGE, Group, Reason, list_duplicates
from portico.contacts.merging.preview import preview_merge
from portico.contacts.models import Contact
from portico.errors import Invalid
from portico.protocols.native.wire import Request, answer, page


def list_groups(request: Request) -> HttpResponse:
    place = request.cursor(str, str)
    if place is not None and place[0] not in set(Reason):
        raise Invalid.one("cursor", "cursor", "This is no cursor of ours.")
    after = (Reason(place[0]), place[1]) if place else None
    found = list_duplicates(request.actor, after=after, limit=request.limit(20, most=MOST_PER_PAGE))
    return page([_as_group(group) for group in found.groups], found.next)


def _as_group(group: Group) -> dict[str, Any]:
    return {"reason": group.reason, "count": group.count, "contacts": [_as_contact(one) for one in group.contacts]}


def _as_contact(contact: Contact) -> dict[str, Any]:
    names = ("id", "email", "first_name", "last_name", "phone", "date_of_birth")
    return {name: getattr(contact, name) for name in names}


def preview(request: Request) -> HttpResponse:
    made = preview_merge(
        request.actor,
        winner_id=request.id("winner"),
        loser_id=request.id("loser"),
        choices=request.texts("fields"),
    )
    return answer({"fields": [asdict(one) for one in made.fields], "rows": made.rows})


def merge(request: Request) -> HttpResponse:
    made = merge_contacts(
        request.actor,
        winner_id=request.id("winner"),
        loser_id=request.id("loser"),
        choices=request.texts("fields"),
    )
    return answer(_as_merge(made))


def unmerge(request: Request) -> HttpResponse:
    return answer(_as_merge(unmerge_contacts(request.actor, request.id("merge"))))


def _as_merge(merged: Merged) -> dict[str, int]:
    return {"merge": merged.id, "winner": merged.winner_id, "loser": merged.loser_id}
