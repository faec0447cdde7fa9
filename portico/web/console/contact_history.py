"""All that became of a contact, and all that was written down about it, page by page."""

import json

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.contacts.queries.contacts import get_contact
from portico.contacts.queries.history import list_readable_history
from portico.contacts.queries.timeline import get_note_document, list_note_documents
from portico.web import figures
from portico.web.console.contact_shape import NOTE
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, Pages, pages_of, show_list
from portico.web.console.person_rows import name_of
from portico.web.console.timelines import beginning, change_line, note_links
from portico.web.console.words import moment
from portico.web.visits import Visit

WHOLE_NOTE = NOTE.plus({"contact_id": "contact_id", "type": "type", "updated_at": "updated_at"})
_PER_PAGE = 50
_NOTES_PER_PAGE = 25
_LONGEST_SEARCH = 200


def _above(visit: Visit, id: int) -> tuple[Crumb, ...]:
    name = name_of(vars(get_contact(visit.actor, id)))
    return (Crumb("/contacts", _("Contacts")), Crumb(f"/contacts/{id}", name))


def show(visit: Visit, id: int) -> HttpResponse:
    place = (visit.number_asked("entry"), visit.number_asked("of"))
    found = list_readable_history(visit.actor, id, after=place if all(place) else None, limit=_PER_PAGE)
    listing = Listing(
        title=_("What changed"),
        text=_("Every change of this contact, newest first: who made it, through which door, and what it was before."),
        columns=(
            Column(_("When (UTC)"), lambda line: figures.moment(line.at)),
            Column(_("What"), lambda line: line.title),
            Column(_("Who"), lambda line: line.by),
            Column(_("Changes"), lambda line: "; ".join(line.lines)),
        ),
        path=lambda _line: "",
        empty=_("Nothing more."),
        crumbs=_above(visit, id),
    )
    after = f"?entry={found.next[0]}&of={found.next[1]}" if found.next else ""
    return show_list(visit, listing, [change_line(event) for event in found.events], pages=Pages(after=after))


def show_notes(visit: Visit, id: int) -> HttpResponse:
    search, number = visit.asked("search")[:_LONGEST_SEARCH], visit.page
    page = list_note_documents(visit.actor, NOTE, id, search=search, page=number, per_page=_NOTES_PER_PAGE)
    listing = Listing(
        title=_("Notes"),
        text=_("What was written down about this contact, newest first. Search looks into the titles."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Text"), lambda row: beginning(row["description"])),
            Column(_("Written by"), lambda row: row["by"] or ""),
            Column(_("When (UTC)"), lambda row: moment(row["at"])),
        ),
        path=lambda row: f"/notes/{row['id']}",
        empty=_("There is no note like that.") if search else _("Nothing was written down yet."),
        crumbs=_above(visit, id),
    )
    return show_list(
        visit,
        listing,
        json.loads(f"[{page.rows}]"),
        narrowing=Narrowing((SEARCH.holding(search),)),
        pages=pages_of(visit, total=page.total, number=number, size=_NOTES_PER_PAGE),
    )


def show_note(visit: Visit, id: int) -> HttpResponse:
    """All of one note."""
    note = json.loads(get_note_document(visit.actor, WHOLE_NOTE, id))
    return show_screen(
        visit,
        "note.html",
        title=note["title"],
        crumbs=_above(visit, note["contact_id"]),
        note={**note, "at": moment(note["at"])},
        links=note_links(visit.actor, note),
    )
