"""Contacts: found, shown, added, changed, deleted."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse

from portico.access import Permission
from portico.contacts.actions.contacts import add_contact, change_contact, delete_contacts
from portico.contacts.actions.seeing import Outdated, Seen
from portico.contacts.models import Consent, Contact, ContactList, ContactTag, CustomField, Stage
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import get_contact, get_contact_document, list_contact_documents
from portico.contacts.queries.fields import list_custom_fields
from portico.errors import Conflict, Invalid, NotFound
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import Shape
from portico.web.console.contact_page import show_contact
from portico.web.console.custom_inputs import beside_custom_inputs, custom_inputs, custom_values, marked
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, chips, pages_of, show_list
from portico.web.console.people import name_of
from portico.web.console.shapes import titles_of
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/contacts"
_ABOVE = (Crumb(PATH, "Contacts"),)
_PER_PAGE = 25
_SAID = {"deleted": "The contact is deleted."}
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
_NARROWED = {"tag": ("Tag", "tags"), "list": ("List", "lists"), "status": ("Status", "consents")}
_FIELDS = (
    Field("email", "E-mail", kind="email"),
    Field("first_name", "First name", is_required=False),
    Field("last_name", "Last name", is_required=False),
    Field("phone", "Phone", kind="tel", is_required=False),
    Field("address_line_1", "Address", is_required=False),
    Field("postal_code", "Postal code", is_required=False),
    Field("city", "City", is_required=False),
    Field("state", "State", is_required=False),
    Field("country", "Country", is_required=False, hint="Two letters, such as DE."),
    Field("date_of_birth", "Birthday", kind="date", is_required=False),
)

_EDITED = Shape({name: name for name in (*(field.name for field in _FIELDS), "consent", "stage", "custom_values")})


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
    status = [Choice("", "Any"), *(Choice(one, one, is_chosen=asked.get("status") == one) for one in Consent.values)]
    fields = (
        SEARCH.holding(asked.get("search", "")),
        Field("tag", "Tag", value=asked.get("tag", ""), is_required=False, is_plain=True),
        Field("list", "List", value=asked.get("list", ""), is_required=False, is_plain=True),
        Field("status", "Status", kind="select", choices=status, is_required=False, is_plain=True),
    )
    labels = {"search": "Search", **{name: label for name, (label, _) in _NARROWED.items()}}
    return Narrowing(fields, chips(asked, labels))


def _listing(visit: Visit) -> Listing:
    return Listing(
        title="Contacts",
        text="The people that the company knows, newest first.",
        columns=(
            Column("Name", name_of),
            Column("E-mail", lambda row: row["email"] or ""),
            Column("Phone", lambda row: row["phone"] or ""),
            Column("Status", lambda row: row["consent"]),
            Column("Tags", lambda row: ", ".join(row["tags"])),
            Column("Lists", lambda row: ", ".join(row["lists"])),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty="Nobody is like that." if _asked(visit) else "Nobody yet. Add somebody, or import a file.",
        add=Link(f"{PATH}/add", "Add contact") if visit.actor.may(Permission.CONTACTS_WRITE) else None,
    )


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(list_custom_fields(visit.actor)))


def add(visit: Visit) -> HttpResponse:
    own = list_custom_fields(visit.actor)

    def act() -> HttpResponse:
        with beside_custom_inputs():
            contact = add_contact(visit.actor, _given(visit), custom_values=custom_values(visit, own))
        return go(f"{PATH}/{contact.pk}", done="added")

    return tried(visit, _new(own), act)


def _new(own: Sequence[CustomField]) -> Sheet:
    choices = [Choice(one, one, is_chosen=one == Consent.SUBSCRIBED) for one in Consent.values]
    return Sheet(
        title="Add contact",
        button="Save",
        back=PATH,
        crumbs=_ABOVE,
        fields=(*_FIELDS, Field("consent", "Status", kind="select", choices=choices), *custom_inputs(own, {})),
        hidden=marked({}),
    )


def _given(visit: Visit) -> dict[str, Any]:
    """The fields as they were sent; an empty one is nothing."""
    names = (*(field.name for field in _FIELDS), "consent", "stage")
    return {name: visit.text(name).strip() or None for name in names if name in visit.request.POST}


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_contact(visit, id, crumbs=_ABOVE)


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, get_contact(visit.actor, id), list_custom_fields(visit.actor)))


def edit(visit: Visit, id: int) -> HttpResponse:
    contact, own = get_contact(visit.actor, id), list_custom_fields(visit.actor)

    def act() -> HttpResponse:
        try:
            seen = [Seen(_EDITED, visit.text("seen"))]
            with beside_custom_inputs():
                values = custom_values(visit, own)
                change_contact(visit.actor, id, _given(visit), custom_values=values, seen=seen)
        except Outdated:
            raise Conflict(_OUTDATED) from None
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, _existing(visit, contact, own), act)


_OUTDATED = (
    "Somebody has changed this contact since you opened the form. What you typed is still here: press Save once more"
    " to let it count, or go back to see what is new."
)


def _existing(visit: Visit, contact: Contact, own: Sequence[CustomField]) -> Sheet:
    consents = [Choice(one, one, is_chosen=one == contact.consent) for one in Consent.values]
    stages = [Choice(one, one, is_chosen=one == contact.stage) for one in Stage.values]
    fields = [field.holding(str(getattr(contact, field.name) or "")) for field in _FIELDS]
    return Sheet(
        title=name_of(vars(contact)),
        button="Save",
        back=f"{PATH}/{contact.pk}",
        crumbs=(*_ABOVE, Crumb(f"{PATH}/{contact.pk}", name_of(vars(contact)))),
        fields=(
            *fields,
            Field("consent", "Status", kind="select", choices=consents),
            Field("stage", "Stage", kind="select", choices=stages),
            *custom_inputs(own, contact.custom_values),
        ),
        hidden=marked({"seen": fingerprint(get_contact_document(visit.actor, _EDITED, id=contact.pk).encode())}),
    )


def show_delete(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _deletion(get_contact(visit.actor, id)))


def delete(visit: Visit, id: int) -> HttpResponse:
    contact = get_contact(visit.actor, id)

    def act() -> HttpResponse:
        if visit.text("name").strip() != name_of(vars(contact)):
            raise Invalid.one("name", "wrong", f"Type {name_of(vars(contact))} to delete this contact.")
        delete_contacts(visit.actor, [id])
        return go(PATH, done="deleted")

    return tried(visit, _deletion(contact), act)


def _deletion(contact: Contact) -> Sheet:
    name = name_of(vars(contact))
    return Sheet(
        title=f"Delete {name}",
        button="Delete",
        text="The contact goes, with all that belongs to it. This cannot be undone.",
        back=f"{PATH}/{contact.pk}",
        crumbs=(*_ABOVE, Crumb(f"{PATH}/{contact.pk}", name)),
        fields=(Field("name", f"Type {name}"),),
        is_dangerous=True,
    )
