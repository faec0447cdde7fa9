"""Two contacts that are one person: found, compared field by field, merged, and taken apart again."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.contacts.merging.actions import merge_contacts, unmerge_contacts
from portico.contacts.merging.duplicates import Group, Reason, list_next_duplicates
from portico.contacts.merging.preview import Outcome, Preview, names_beside, preview_merge
from portico.contacts.merging.rules import CHOOSABLE, Side
from portico.contacts.merging.undoable import Made, get_merge
from portico.contacts.models import Contact
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import get_contact, list_contact_documents
from portico.errors import Conflict, Invalid
from portico.lib.texts import is_storable
from portico.web.console import person_rows
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, Pages, show_list
from portico.web.console.words import field_label, shown
from portico.web.figures import day
from portico.web.forms import Choice, Field, alert_of
from portico.web.visits import Visit, go

PATH = "/duplicates"
_SHOWN_FOUND = 25


def show(visit: Visit) -> HttpResponse:
    found = list_next_duplicates(visit.actor, after=_after(visit))
    reasons = {
        Reason.EMAIL: _("The same mailbox, written differently"),
        Reason.PHONE: _("The same phone number"),
        Reason.NAME: _("The same name and birthday"),
    }
    listing = Listing(
        title=_("Duplicates"),
        text=_("Contacts that are likely one person. Open a line to compare the first two and make them one."),
        columns=(
            Column(_("People"), lambda group: ", ".join(_named(one) for one in group.contacts[:5])),
            Column(_("What is the same"), lambda group: reasons[group.reason]),
            Column(_("Contacts"), lambda group: group.count, is_number=True),
        ),
        path=_path_of,
        empty=_("None so far. Look at the next ones.") if found.next else _("No contact looks like another one."),
    )
    after = f"?{urlencode({'reason': found.next[0], 'key': found.next[1]})}" if found.next else ""
    return show_list(visit, listing, found.groups, pages=Pages(after=after))


def _after(visit: Visit) -> tuple[Reason, str] | None:
    reason = visit.asked("reason")
    key = str(visit.request.GET.get("key", ""))  # blanks at its ends count
    return (Reason(reason), key) if reason in set(Reason) and is_storable(key) else None


def _named(contact: Contact) -> str:
    return person_rows.name_of(vars(contact))


def _path_of(group: Group) -> str:
    if len(group.contacts) < 2:  # noqa: PLR2004 -- two are merged
        return ""
    return f"/contacts/{group.contacts[0].pk}/merge?other={group.contacts[1].pk}"


def show_merge(visit: Visit, id: int) -> HttpResponse:
    """Which other one, and then what becomes of the two."""
    contact, other = get_contact(visit.actor, id), visit.number_asked("other")
    if not other:
        return _candidates(visit, contact)
    return _compared(visit, contact, get_contact(visit.actor, other))


def _candidates(visit: Visit, contact: Contact) -> HttpResponse:
    search = visit.asked("search")
    chosen = Chosen(search=search or contact.last_name or contact.email or "")
    page = list_contact_documents(visit.actor, person_rows.PERSON, chosen, per_page=_SHOWN_FOUND)
    listing = Listing(
        title=_("Merge {name}").format(name=_named(contact)),
        text=_("Which other contact is the same person? Nothing happens before you have seen what becomes of the two."),
        columns=person_rows.columns(),
        path=lambda row: f"/contacts/{contact.pk}/merge?other={row['id']}",
        empty=_("Nobody else is like that. Look for another name or address."),
        crumbs=_above(contact),
    )
    rows = [row for row in person_rows.rows_of(page) if row["id"] != contact.pk]
    return show_list(visit, listing, rows, narrowing=Narrowing((SEARCH.holding(search),)))


def _above(contact: Contact) -> tuple[Crumb, ...]:
    return (Crumb("/contacts", _("Contacts")), Crumb(f"/contacts/{contact.pk}", _named(contact)))


def _compared(visit: Visit, winner: Contact, loser: Contact, no: Invalid | Conflict | None = None) -> HttpResponse:
    choices = _choices(visit)
    try:
        preview = preview_merge(visit.actor, winner_id=winner.pk, loser_id=loser.pk, choices=choices)
    except Invalid as wrong:
        no, preview = wrong, Preview([], {})
    names, called = (_named(winner), _named(loser)), names_beside(visit.actor, winner.pk, loser.pk)
    return show_screen(
        visit,
        "merge.html",
        title=_("Merge {name}").format(name=names[0]),
        crumbs=_above(winner),
        no=no,
        alert=alert_of((), no),
        winner=winner,
        loser=loser,
        names=names,
        rows=[_line(one, names, choices, called) for one in preview.fields],
        brought=sum(preview.rows.values()),
        is_possible=winner.pk != loser.pk,
    )


def _line(
    one: Outcome, names: tuple[str, str], choices: Mapping[str, str], called: Mapping[tuple[str, int], str]
) -> dict[str, Any]:
    """One field as a row; who wins can be chosen but for what goes with another field. `called` is names_beside's."""
    label = field_label(one.field)
    options = (("", _("As usual")), (Side.WINNER, names[0]), (Side.LOSER, names[1]))
    chosen = choices.get(one.field, "")
    field = Field(
        f"wins-{one.field}",
        _("Who wins: {field}").format(field=label),
        kind="select",
        choices=[Choice(value, text, is_chosen=value == chosen) for value, text in options],
        is_required=False,
        is_plain=True,
    )
    values = [_value(one.field, value, called) for value in (one.winner, one.loser, one.result)]
    return {"label": label, "values": values, "field": field if one.field in CHOOSABLE else None}


def _value(field: str, value: Any, called: Mapping[tuple[str, int], str]) -> str:
    if isinstance(value, int) and (field, value) in called:
        return called[field, value]
    return shown(value, of=field)


def _choices(visit: Visit) -> dict[str, str]:
    """Which side wins where somebody has said so, in the address or in the form."""
    sent = visit.request.POST if visit.request.method == "POST" else visit.request.GET
    named = {name: str(sent.get(f"wins-{name}", "")) for name in CHOOSABLE}
    return {name: side for name, side in named.items() if side in set(Side)}


def merge(visit: Visit, id: int) -> HttpResponse:
    """See what the choices make of the two, or make it so: which of the buttons was pressed says so."""
    winner, loser = get_contact(visit.actor, id), get_contact(visit.actor, visit.number("other"))
    if visit.text("press") != "merge":
        return _compared(visit, winner, loser)
    try:
        merge_contacts(visit.actor, winner_id=winner.pk, loser_id=loser.pk, choices=_choices(visit))
    except (Invalid, Conflict) as no:
        return _compared(visit, winner, loser, no)
    return go(f"/contacts/{id}", done="merged")


def show_undo(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _undoing(get_merge(visit.actor, id)))


def undo(visit: Visit, id: int) -> HttpResponse:
    made = get_merge(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("is_sure") != "yes":
            raise Invalid.one("is_sure", "required", _("Open the page of the contact and undo it there."))
        undone = unmerge_contacts(visit.actor, id)
        return go(f"/contacts/{undone.winner_id}", done="unmerged")

    return tried(visit, _undoing(made), act)


def _undoing(made: Made) -> Sheet:
    back = f"/contacts/{made.winner_id}"
    text = _(
        "Contact {number} comes back with all that it had. What was changed since the merge stays changed, and what has"
        " come since stays here. This is possible until {day}."
    )
    return Sheet(
        title=_("Undo a merge"),
        button=_("Undo the merge"),
        text=text.format(number=made.loser_id, day=day(made.ends_at)),
        back=back,
        crumbs=(Crumb("/contacts", _("Contacts")), Crumb(back, _("Contact {id}").format(id=made.winner_id))),
        fields=(),
        hidden={"is_sure": "yes"},
    )
