"""Contacts: found, shown, added, changed, deleted."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from portico.access import Actor
from portico.contacts.actions.contacts import add_contact, change_contact, delete_contacts
from portico.contacts.actions.seeing import Seen
from portico.contacts.models import Consent, Contact, CustomField, Stage
from portico.contacts.queries.contacts import get_contact, get_contact_document
from portico.contacts.queries.fields import list_custom_fields
from portico.identity.queries.members import list_owner_emails
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import Shape
from portico.web.console.contact_page import show_contact
from portico.web.console.custom_inputs import beside_custom_inputs, custom_inputs, custom_values, marked
from portico.web.console.deletions import Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.person_rows import name_of
from portico.web.forms import Choice, Field
from portico.web.visits import Visit, go
from portico.web.words import word

PATH = "/contacts"
_ABOVE = (Crumb(PATH, lazy("Contacts")),)
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

_MOST_OWNERS = 100  # that are offered; others are typed

_EDITED = Shape(
    {
        **{name: name for name in (*(field.name for field in _FIELDS), "consent", "stage", "custom_values")},
        "owner": "owner__user__email",
    }
)


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit, list_custom_fields(visit.actor)))


def add(visit: Visit) -> HttpResponse:
    own = list_custom_fields(visit.actor)

    def act() -> HttpResponse:
        with beside_custom_inputs():
            values = custom_values(visit, own)
            contact = add_contact(visit.actor, _given(visit), custom_values=values, owner=_owner(visit))
        return go(f"{PATH}/{contact.pk}", done="added")

    return tried(visit, _new(visit, own), act)


def _new(visit: Visit, own: Sequence[CustomField]) -> Sheet:
    choices = [Choice(one, word(one), is_chosen=one == Consent.SUBSCRIBED) for one in Consent.values]
    return Sheet(
        title=_("Add contact"),
        button=_("Save"),
        back=PATH,
        crumbs=_ABOVE,
        fields=(
            *_FIELDS,
            Field("consent", _("Status"), kind="select", choices=choices),
            *_owner_field(visit.actor, ""),
            *custom_inputs(own, {}),
        ),
        hidden=marked({}),
    )


def _given(visit: Visit) -> dict[str, Any]:
    """The fields as they were sent; an empty one is nothing."""
    names = (*(field.name for field in _FIELDS), "consent", "stage")
    return {name: visit.text(name).strip() or None for name in names if name in visit.request.POST}


def _owner(visit: Visit) -> str | None:
    """Whose it is to be, None where the form did not ask."""
    return visit.text("owner") if "owner" in visit.request.POST else None


def _owner_field(actor: Actor, email: str) -> Sequence[Field]:
    """A rep's contacts are its own."""
    if actor.owns_only:
        return ()
    hint = _("The e-mail address of somebody in the company. Empty: nobody owns this contact.")
    emails = list_owner_emails(actor, count=_MOST_OWNERS)
    return (Field("owner", _("Owner"), value=email, hint=hint, suggestions=emails, is_required=False),)


def show_one(visit: Visit, id: int) -> HttpResponse:
    return show_contact(visit, id, crumbs=_ABOVE)


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, get_contact(visit.actor, id), list_custom_fields(visit.actor)))


def edit(visit: Visit, id: int) -> HttpResponse:
    contact, own = get_contact(visit.actor, id), list_custom_fields(visit.actor)

    def act() -> HttpResponse:
        seen = [Seen(_EDITED, visit.text("seen"))]
        with beside_custom_inputs():
            values = custom_values(visit, own)
            change_contact(visit.actor, id, _given(visit), custom_values=values, owner=_owner(visit), seen=seen)
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, _existing(visit, contact, own), act)


def _existing(visit: Visit, contact: Contact, own: Sequence[CustomField]) -> Sheet:
    consents = [Choice(one, word(one), is_chosen=one == contact.consent) for one in Consent.values]
    stages = [Choice(one, word(one), is_chosen=one == contact.stage) for one in Stage.values]
    fields = [field.holding(str(getattr(contact, field.name) or "")) for field in _FIELDS]
    document = get_contact_document(visit.actor, _EDITED, id=contact.pk)
    return Sheet(
        title=name_of(vars(contact)),
        button=_("Save"),
        back=f"{PATH}/{contact.pk}",
        crumbs=_at(contact),
        fields=(
            *fields,
            Field("consent", _("Status"), kind="select", choices=consents),
            Field("stage", _("Stage"), kind="select", choices=stages),
            *_owner_field(visit.actor, json.loads(document)["owner"] or ""),
            *custom_inputs(own, contact.custom_values),
        ),
        hidden=marked({"seen": fingerprint(document.encode())}),
    )


def _at(contact: Contact) -> tuple[Crumb, ...]:
    return (*_ABOVE, Crumb(f"{PATH}/{contact.pk}", name_of(vars(contact))))


def _delete(visit: Visit, contact: Contact) -> HttpResponse:
    delete_contacts(visit.actor, [contact.pk])
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_contact(visit.actor, key),
    at=_at,
    lost=lambda *_one: _("The contact goes, with all that belongs to it. This cannot be undone."),
    delete=_delete,
).screens
