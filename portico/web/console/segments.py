"""Segments: filters under a name, put together in words; who is in one is asked anew each time."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.contacts.actions.segments import delete_segment
from portico.contacts.filtering.conditions import Filter
from portico.contacts.queries.contacts import list_contact_documents
from portico.contacts.queries.fields import list_custom_fields
from portico.contacts.queries.naming import titles_in
from portico.contacts.queries.segments import Known, get_segment, list_own_segments
from portico.errors import NotFound
from portico.web.console import person_rows
from portico.web.console.deletions import Deletion
from portico.web.console.filter_words import Subject, groups_in_words, subjects
from portico.web.console.frame import Crumb
from portico.web.console.lists import Column, Listing, pages_of, show_list
from portico.web.core_texts import from_core
from portico.web.forms import Link
from portico.web.visits import Visit, go

PATH = "/segments"
_PER_PAGE = 10  # each is counted
_P = Permission


def above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Segments")),)


def known_subjects(visit: Visit) -> list[Subject]:
    """What a filter can ask for in this company."""
    return subjects(list_custom_fields(visit.actor))


def show(visit: Visit) -> HttpResponse:
    page = list_own_segments(visit.actor, page=visit.page, per_page=_PER_PAGE)
    known = known_subjects(visit)
    titles = titles_in(visit.actor, [one.filter for one, _count in page.rows])
    listing = Listing(
        title=_("Segments"),
        text=_("Filters under a name. Whoever matches is in, from the moment on that they match."),
        columns=(
            Column(_("Title"), lambda row: row[0].title),
            Column(_("Contacts"), lambda row: row[1], is_number=True),
            Column(_("Who is in it"), lambda row: in_words(row[0].filter, known, titles)),
        ),
        path=lambda row: f"{PATH}/{row[0].id}",
        empty=_("No segment yet. Make one, such as everybody in a town who has a certain tag."),
        add=Link(f"{PATH}/add", _("Add segment")) if visit.actor.may(_P.TAGS_WRITE) else None,
    )
    return show_list(
        visit,
        listing,
        page.rows,
        said={"deleted": _("The segment is deleted. Its contacts stay.")}.get(visit.done, ""),
        pages=pages_of(visit, total=page.total, number=visit.page, size=_PER_PAGE),
    )


def in_words(wanted: Filter, known: Sequence[Subject], titles: Any) -> str:
    """All of it on one line."""
    groups = [_joined(_("{first} and {second}"), group) for group in groups_in_words(wanted, known, titles)]
    return _joined(_("{first}, or: {second}"), groups) or _("Everybody")


def _joined(how: str, parts: Sequence[str]) -> str:
    whole = ""
    for part in parts:
        whole = how.format(first=whole, second=part) if whole else part
    return whole


def show_one(visit: Visit, id: int) -> HttpResponse:
    known = _own(visit, id)
    page = list_contact_documents(
        visit.actor, person_rows.PERSON, known.chosen, page=visit.page, per_page=person_rows.PER_PAGE
    )
    words = in_words(known.filter, known_subjects(visit), titles_in(visit.actor, [known.filter]))
    links = []
    if visit.actor.may(_P.TAGS_WRITE):
        links.append(Link(f"{PATH}/{id}/edit", _("Change")))
    if visit.actor.may(_P.TAGS_DELETE):
        links.append(Link(f"{PATH}/{id}/delete", _("Delete")))
    listing = Listing(
        title=known.title,
        text=_("Who is in it: {words}. {description}").format(description=known.description, words=words).strip(),
        columns=person_rows.columns(),
        path=lambda row: f"/contacts/{row['id']}",
        empty=_lost(known) or _("Nobody is like that now."),
        crumbs=above(),
        links=links,
    )
    said = {"saved": _("The segment is saved.")}.get(visit.done, "")
    return show_list(visit, listing, person_rows.rows_of(page), said=said, pages=person_rows.people_pages(visit, page))


def _lost(known: Known) -> str:
    if not known.problem:
        return ""
    return _("This filter asks for something that is no longer there. {problem}").format(
        problem=from_core(known.problem)
    )


def _own(visit: Visit, id: int) -> Known:
    """Those that every company has have no number."""
    if not id:
        raise NotFound("segment")
    return get_segment(visit.actor, id=id)


def at(known: Known) -> tuple[Crumb, ...]:
    return (*above(), Crumb(f"{PATH}/{known.id}", known.title))


def _delete(visit: Visit, known: Known) -> HttpResponse:
    delete_segment(visit.actor, known.id)
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_own,
    at=at,
    lost=lambda *_one: _("Its contacts stay. The filter goes, and this cannot be undone."),
    delete=_delete,
).screens
