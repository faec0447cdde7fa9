"""Organizations: found, shown with the people who work there, added, changed, deleted."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.contacts.actions.organizations import add_organization, change_organization, delete_organizations
from portico.contacts.actions.seeing import Seen
from portico.contacts.actions.workplaces import add_person_by_email, remove_workplace
from portico.contacts.models import OrganizationField
from portico.contacts.queries.choosing import Chosen
from portico.contacts.queries.contacts import list_contact_documents
from portico.contacts.queries.fields import labelled_values_in
from portico.contacts.queries.organizations import (
    ChosenOrganizations,
    count_of_contacts,
    get_organization_document,
    list_organization_documents,
)
from portico.errors import Invalid, NotFound
from portico.lib.fingerprint import fingerprint
from portico.lib.statements import Shape
from portico.web.console import person_rows
from portico.web.console.deletions import Deletion
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, pages_of, show_list
from portico.web.console.words import shown_custom
from portico.web.forms import Field, Link, alert_of, filled
from portico.web.visits import Visit, go

PATH = "/organizations"
_PER_PAGE = 25
_LONGEST_SEARCH = 200
_P = Permission
_ROW = Shape(
    {"id": "id", "name": "name", "city": "city", "industry": "industry", "contacts": count_of_contacts()},
)
_NAMES = (
    "name", "industry", "kind", "email", "phone", "website", "address_line_1", "postal_code", "city", "state",
    "country", "employees_number", "started_on", "description",
)  # fmt: skip
_EDITED = Shape({"id": "id", **{name: name for name in _NAMES}})
_SHOWN = Shape({**_EDITED.keys, "custom": labelled_values_in(OrganizationField)})


def _labels() -> dict[str, str]:
    return {
        "name": _("Name"),
        "industry": _("Industry"),
        "kind": _("Kind"),
        "email": _("E-mail"),
        "phone": _("Phone"),
        "website": _("Website"),
        "address_line_1": _("Address"),
        "postal_code": _("Postal code"),
        "city": _("City"),
        "state": _("State"),
        "country": _("Country"),
        "employees_number": _("Employees"),
        "started_on": _("Founded on"),
        "description": _("Description"),
    }


_KINDS = {
    "email": "email", "phone": "tel", "employees_number": "number", "started_on": "date", "description": "textarea"
}  # fmt: skip


def _above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Organizations")),)


def show(visit: Visit) -> HttpResponse:
    search, number = visit.asked("search")[:_LONGEST_SEARCH], visit.page
    page = list_organization_documents(visit.actor, _ROW, ChosenOrganizations(search), page=number, per_page=_PER_PAGE)
    listing = Listing(
        title=_("Organizations"),
        text=_("The firms, clubs and offices where contacts work."),
        columns=(
            Column(_("Name"), lambda row: row["name"]),
            Column(_("Contacts"), lambda row: row["contacts"], is_number=True),
            Column(_("Industry"), lambda row: row["industry"] or ""),
            Column(_("City"), lambda row: row["city"] or ""),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("There is no organization like that.")
        if search
        else _("No organization yet. Add one here, or on the page of a contact who works there."),
        add=Link(f"{PATH}/add", _("Add organization")) if visit.actor.may(_P.TAGS_WRITE) else None,
    )
    return show_list(
        visit,
        listing,
        json.loads(f"[{page.rows}]"),
        said={"deleted": _("The organization is deleted.")}.get(visit.done, ""),
        narrowing=Narrowing((SEARCH.holding(search),)),
        pages=pages_of(visit, total=page.total, number=number, size=_PER_PAGE),
    )


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        made = add_organization(visit.actor, _given(visit), _EDITED)
        return go(f"{PATH}/{made.id}", done="added")

    return tried(visit, _new(), act)


def _fields(row: Mapping[str, Any]) -> list[Field]:
    labels = _labels()
    return [
        Field(
            name,
            labels[name],
            kind=_KINDS.get(name, "text"),
            value=str(row.get(name) or ""),
            is_required=name == "name",
        )
        for name in _NAMES
    ]


def _new() -> Sheet:
    return Sheet(title=_("Add organization"), button=_("Save"), back=PATH, crumbs=_above(), fields=_fields({}))


def _given(visit: Visit) -> dict[str, Any]:
    """The fields as they were sent; an empty one is nothing."""
    return {"name": None, **{name: visit.text(name).strip() or None for name in _NAMES if name in visit.request.POST}}


def _row(visit: Visit, id: int, shape: Shape = _EDITED) -> dict[str, Any]:
    document = get_organization_document(visit.actor, shape, id)
    return {**json.loads(document), "seen": fingerprint(document.encode())}


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, _row(visit, id, _SHOWN))


def _shown(visit: Visit, row: Mapping[str, Any], no: Invalid | None = None) -> HttpResponse:
    id, labels, actor = row["id"], _labels(), visit.actor
    facts = [(labels[name], row[name]) for name in _NAMES if name != "name" and row[name]]
    chosen = Chosen(organizations=(id,))
    page = list_contact_documents(actor, person_rows.PERSON, chosen, page=visit.page, per_page=person_rows.PER_PAGE)
    links = []
    if actor.may(_P.TAGS_WRITE):
        links.append(Link(f"{PATH}/{id}/edit", _("Edit")))
    if actor.may(_P.TAGS_DELETE):
        links.append(Link(f"{PATH}/{id}/delete", _("Delete")))
    field = Field("email", _("E-mail of a contact who works here"), kind="email", is_kept=True)
    return show_screen(
        visit,
        "organization.html",
        title=row["name"],
        crumbs=_above(),
        no=no,
        alert=alert_of([field], no),
        said=_said(visit),
        organization=row,
        facts=[*facts, *((one["label"], shown_custom(one["kind"], one["value"])) for one in row["custom"])],
        links=links,
        columns=person_rows.columns(),
        rows=[_person(one) for one in person_rows.rows_of(page)],
        pages=person_rows.people_pages(visit, page),
        may_sort=actor.may(_P.TAGS_WRITE),
        fields=filled(visit, [field], no) if no else [field],
    )


def _person(row: Mapping[str, Any]) -> tuple[int, list[Any]]:
    return row["id"], [column.value(row) for column in person_rows.columns()]


def _said(visit: Visit) -> str:
    texts = {
        "added": _("The organization is added."),
        "changed": _("The organization is changed."),
        "attached": _("The contact works here now."),
        "detached": _("The contact no longer works here."),
    }
    return texts.get(visit.done, "")


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(_row(visit, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    row = _row(visit, id)

    def act() -> HttpResponse:
        change_organization(visit.actor, id, _given(visit), _EDITED, seen=Seen(_EDITED, visit.text("seen")))
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, _existing(row), act)


def _existing(row: Mapping[str, Any]) -> Sheet:
    return Sheet(
        title=_("Edit {name}").format(name=row["name"]),
        button=_("Save"),
        back=f"{PATH}/{row['id']}",
        crumbs=_at(row),
        fields=_fields(row),
        hidden={"seen": row["seen"]},
    )


def _at(row: Mapping[str, Any]) -> tuple[Crumb, ...]:
    return (*_above(), Crumb(f"{PATH}/{row['id']}", row["name"]))


def _delete(visit: Visit, row: Mapping[str, Any]) -> HttpResponse:
    if not delete_organizations(visit.actor, [row["id"]]):
        raise NotFound("organization")
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_row,
    at=_at,
    lost=lambda *_one: _(
        "The people who work there stay, without it. What was written down about the organization goes. This cannot be"
        " undone."
    ),
    delete=_delete,
).screens


def attach(visit: Visit, id: int) -> HttpResponse:
    """A contact by its address."""
    row = _row(visit, id, _SHOWN)
    try:
        add_person_by_email(visit.actor, id, visit.text("email").strip())
    except Invalid as no:
        return _shown(visit, row, no)
    return go(f"{PATH}/{id}", done="attached")


def detach(visit: Visit, id: int) -> HttpResponse:
    remove_workplace(visit.actor, visit.number("contact"), id)
    return go(f"{PATH}/{id}", done="detached")
