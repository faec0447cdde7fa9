"""Go anywhere, find a contact, do a thing: a page of its own, which scripts show over any other."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portico.access import Permission
from portico.contacts.queries.finding import list_found_contacts
from portico.http.routes import Demand, SignedIn, meets
from portico.lib.statements import Shape
from portico.web.console.frame import GROUPS, show_screen
from portico.web.console.person_rows import name_of
from portico.web.forms import Link
from portico.web.visits import Visit

P = Permission
_MOST_CONTACTS = 8
_LONGEST, _SHORTEST = 200, 2  # of what is looked for among contacts: a single letter is in all of them
_CONTACT = Shape({"id": "id", "first_name": "first_name", "last_name": "last_name", "email": "email"})


@dataclass(frozen=True, slots=True)
class _Deed:
    """Something to do. `words` are others by which people look for it."""

    path: str
    text: str | Promise
    demand: Demand
    words: str | Promise = ""


_DEEDS = (
    _Deed("/contacts/add", gettext_lazy("Add contact"), P.CONTACTS_WRITE, gettext_lazy("new person")),
    _Deed("/imports/add", gettext_lazy("Import a file"), P.CONTACTS_WRITE, gettext_lazy("load upload CSV")),
    _Deed("/contacts/export", gettext_lazy("Export all contacts as CSV"), P.CONTACTS_EXPORT, gettext_lazy("download")),
    _Deed("/tags/add", gettext_lazy("Add tag"), P.TAGS_WRITE, gettext_lazy("new label")),
    _Deed("/lists/add", gettext_lazy("Add list"), P.TAGS_WRITE, gettext_lazy("new label")),
    _Deed(
        "/settings/managers/add", gettext_lazy("Add New Manager"), P.ADMINISTRATION, gettext_lazy("invite colleague")
    ),
    _Deed("/settings/rest-api/add", gettext_lazy("Create New API Key"), P.ADMINISTRATION, gettext_lazy("new key")),
    _Deed("/settings/security/add", gettext_lazy("Add a security code"), P.ADMINISTRATION, gettext_lazy("new code")),
    _Deed("/bulk-changes", gettext_lazy("Bulk changes"), P.CONTACTS_WRITE, gettext_lazy("progress")),
    _Deed("/saved-views", gettext_lazy("Saved views"), P.CONTACTS_READ, gettext_lazy("filters")),
    _Deed("/account", gettext_lazy("Your account"), SignedIn, gettext_lazy("password passkey sessions company switch")),
    _Deed("/sign-out", gettext_lazy("Sign out"), SignedIn, gettext_lazy("leave")),
)


@dataclass(frozen=True, slots=True)
class _Found:
    title: str
    links: list[Link]


def show(visit: Visit) -> HttpResponse:
    term = visit.asked("q")[:_LONGEST]
    groups = (
        _Found(_("Contacts"), _contacts(visit, term)),
        _Found(_("Go to"), list(_places(visit, term))),
        _Found(_("Do"), list(_deeds(visit, term))),
    )
    found = [group for group in groups if group.links]
    count = sum(len(group.links) for group in found)
    return show_screen(visit, "find.html", title=_("Find"), term=term, found=found, count=count)


def _contacts(visit: Visit, term: str) -> list[Link]:
    wanted = term if len(term) >= _SHORTEST else ""
    rows = json.loads(f"[{list_found_contacts(visit.actor, _CONTACT, wanted, most=_MOST_CONTACTS)}]")
    links = [Link(f"/contacts/{row['id']}", _line(row)) for row in rows]
    if len(links) == _MOST_CONTACTS:
        more = _("All contacts with “%(term)s”") % {"term": term}
        links.append(Link(f"/contacts?{urlencode({'search': term})}", more))
    return links


def _line(row: dict[str, Any]) -> str:
    name, email = name_of(row), row["email"] or ""
    return name if email in {"", name} else f"{name} · {email}"


def _places(visit: Visit, term: str) -> Iterator[Link]:
    for group in GROUPS:
        for place in group.places:
            text = f"{group.text} → {place.text}" if group.text else str(place.text)
            if meets(visit.actor, place.demand) and _matches(term, (text,)):
                yield Link(place.path, text)


def _deeds(visit: Visit, term: str) -> Iterator[Link]:
    for deed in _DEEDS:
        if meets(visit.actor, deed.demand) and _matches(term, (str(deed.text), str(deed.words))):
            yield Link(deed.path, str(deed.text))


def _matches(term: str, texts: Iterable[str]) -> bool:
    """Whether each word that was typed is in one of these."""
    whole = " ".join(texts).casefold()
    return all(word in whole for word in term.casefold().split())
