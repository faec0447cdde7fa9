"""Contacts: found, shown, added, changed, deleted."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.contacts.actions.contacts import add_contact, change_contact, delete_contacts
from portico.contacts.actions.seeing import Outdated, Seen
from portico.contacts.models import Consent, Contact, ContactList, ContactTag, Stage
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import get_contact, get_contact_document, list_contact_documents
from portico.errors import Conflict, Invalid, NotFound
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import Shape
from portico.web.console.contact_page import show_contact
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, chips, pages_of, show_list
from portico.web.console.shapes import titles_of
from portico.web.forms import Choice, Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit, go
from portico.web.words import word

PATH = "/contacts"
_ABOVE = (Crumb(PATH, lazy("Contacts")),)
_PER_PAGE = 25
_SAID: dict[str, Text] = {"deleted": lazy("The contact is deleted.")}
_ROW = Shape(
    {
        "id": "id",
        "first_name": "first_name",
        "last_name": "last_name",
        "email": "email",
        "phone": "phone",
        "consent": "consent",
        "tags": titles_of(ContactTag, "tag"),
        "lists": titles_of(ContactList, "list"),
    }
)
# What a list is narrowed by, in the address: the field's name, its label, and the Chosen's name for it.
_NARROWED = {"tag": (lazy("Tag"), "tags"), "list": (lazy("List"), "lists"), "status": (lazy("Status"), "consents")}
_FIELDS = (
    Field("email", lazy("E-mail"), kind="email"),
    Field("first_name", lazy("First name"), is_required=False),
    Field("last_name", lazy("Last name"), is_required=False),
    Field("phone", lazy("Phone"), kind="tel", is_required=False),
    Field("address_line_1", lazy("Address"), is_required=False),
    Field("postal_code", lazy("Postal code"), is_required=False),
    Field("city", lazy("City"), is_required=False),
    Field("state", lazy("State"), is_required=False),
    Field("country", lazy("Country"), is_required=False, hint=lazy("Two letters, such as DE.")),
    Field("date_of_birth", lazy("Birthday"), kind="date", is_required=False),
)

_EDITED = Shape({name: name for name in (*(field.name for field in _FIELDS), "consent", "stage")})


def show(visit: Visit) -> HttpResponse:
    number = visit.page
    try:
        page = list_contact_documents(visit.actor, _ROW, _chosen(visit), page=number, per_page=_PER_PAGE)
    except NotFound as no:
        return show_list(visit, _listing(visit), (), narrowing=_narrowing(visit), no=no)
    return show_list(
        visit,
        _listing(visit),
        json.loads(f"[{page.rows}]"),
        said=_SAID.get(visit.done, ""),
        narrowing=_narrowing(visit),
        pages=pages_of(visit, total=page.total, number=number, size=_PER_PAGE),
    )


def _asked(visit: Visit) -> dict[str, str]:
    """What the address narrows by."""
    return {name: text for name in ("search", *_NARROWED) if (text := visit.asked(name))}


def _chosen(visit: Visit) -> Chosen:
    asked = _asked(visit)
    narrowed: dict[str, Any] = {_NARROWED[name][1]: (text,) for name, text in asked.items() if name in _NARROWED}
    return Chosen(search=asked.get("search", ""), archived=None, **narrowed)


def _narrowing(visit: Visit) -> Narrowing:
    asked = _asked(visit)
    status = [
        Choice("", _("Any")),
        *(Choice(one, word(one), is_chosen=asked.get("status") == one) for one in Consent.values),
    ]
    fields = (
        SEARCH.holding(asked.get("search", "")),
        Field("tag", _("Tag"), value=asked.get("tag", ""), is_required=False, is_plain=True),
        Field("list", _("List"), value=asked.get("list", ""), is_required=False, is_plain=True),
        Field("status", _("Status"), kind="select", choices=status, is_required=False, is_plain=True),
    )
    labels: dict[str, Text] = {"search": _("Search"), **{name: label for name, (label, _) in _NARROWED.items()}}
    return Narrowing(fields, chips(asked, labels))


def _listing(visit: Visit) -> Listing:
    return Listing(
        title=_("Contacts"),
        text=_("The people that the company knows, newest first."),
        columns=(
            Column(_("Name"), name_of),
            Column(_("E-mail"), lambda row: row["email"] or ""),
            Column(_("Phone"), lambda row: row["phone"] or ""),
            Column(_("Status"), lambda row: word(row["consent"])),
            Column(_("Tags"), lambda row: ", ".join(row["tags"])),
            Column(_("Lists"), lambda row: ", ".join(row["lists"])),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("Nobody is like that.") if _asked(visit) else _("Nobody yet. Add somebody, or import a file."),
        add=Link(f"{PATH}/add", _("Add contact")) if visit.actor.may(Permission.CONTACTS_WRITE) else None,
    )


def name_of(row: Mapping[str, Any]) -> str:
    """What a person is called, or by which address one knows it."""
    name = f"{row['first_name'] or ''} {row['last_name'] or ''}".strip()
    return name or row["email"] or _("Contact %(id)s") % {"id": row["id"]}


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        contact = add_contact(visit.actor, _given(visit))
        return go(f"{PATH}/{contact.pk}", done="added")

    return tried(visit, _new(), act)


def _new() -> Sheet:
    choices = [Choice(one, word(one), is_chosen=one == Consent.SUBSCRIBED) for one in Consent.values]
    return Sheet(
        title=_("Add contact"),
        button=_("Save"),
        back=PATH,
        crumbs=_ABOVE,
        fields=(*_FIELDS, Field("consent", _("Status"), kind="select", choices=choices)),
    )


def _given(visit: Visit) -> dict[str, Any]:
    """The fields as they were sent; an empty one is nothing."""
    names = (*(field.name for field in _FIELDS), "consent", "stage")
    return {name: visit.text(name).strip() or None for name in names if name in visit.request.POST}


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_contact(visit, id, crumbs=_ABOVE)


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, get_contact(visit.actor, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    contact = get_contact(visit.actor, id)

    def act() -> HttpResponse:
        try:
            change_contact(visit.actor, id, _given(visit), seen=[Seen(_EDITED, visit.text("seen"))])
        except Outdated:
            raise Conflict(str(_OUTDATED)) from None
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, _existing(visit, contact), act)


_OUTDATED = lazy(
    "Somebody has changed this contact since you opened the form. What you typed is still here: press Save once more"
    " to let it count, or go back to see what is new."
)


def _existing(visit: Visit, contact: Contact) -> Sheet:
    consents = [Choice(one, word(one), is_chosen=one == contact.consent) for one in Consent.values]
    stages = [Choice(one, word(one), is_chosen=one == contact.stage) for one in Stage.values]
    fields = [field.holding(str(getattr(contact, field.name) or "")) for field in _FIELDS]
    return Sheet(
        title=name_of(vars(contact)),
        button=_("Save"),
        back=f"{PATH}/{contact.pk}",
        crumbs=(*_ABOVE, Crumb(f"{PATH}/{contact.pk}", name_of(vars(contact)))),
        fields=(
            *fields,
            Field("consent", _("Status"), kind="select", choices=consents),
            Field("stage", _("Stage"), kind="select", choices=stages),
        ),
        hidden={"seen": fingerprint(get_contact_document(visit.actor, _EDITED, id=contact.pk).encode())},
    )


def show_delete(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _deletion(get_contact(visit.actor, id)))


def delete(visit: Visit, id: int) -> HttpResponse:
    contact = get_contact(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("name").strip() != name_of(vars(contact)):
            raise Invalid.one(
                "name", "wrong", _("Type %(name)s to delete this contact.") % {"name": name_of(vars(contact))}
            )
        delete_contacts(visit.actor, [id])
        return go(PATH, done="deleted")

    return tried(visit, _deletion(contact), act)


def _deletion(contact: Contact) -> Sheet:
    name = name_of(vars(contact))
    return Sheet(
        title=_("Delete %(name)s") % {"name": name},
        button=_("Delete"),
        text=_("The contact goes, with all that belongs to it. This cannot be undone."),
        back=f"{PATH}/{contact.pk}",
        crumbs=(*_ABOVE, Crumb(f"{PATH}/{contact.pk}", name)),
        fields=(Field("name", _("Type %(name)s") % {"name": name}),),
        is_dangerous=True,
    )
