"""Content → Libraries: media in an order, as people find them and as they are shared with one link."""

from typing import Any

import orjson
from django.db.models import BooleanField, Case, Q, When
from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.actions.libraries import (
    Item,
    add_item,
    add_library,
    change_library,
    discard_library,
    move_item,
    remove_item,
)
from portico.content.actions.sharing import publish_library
from portico.content.queries.libraries import get_library_document, items, items_count, list_library_documents
from portico.content.queries.media import file_address, list_media_documents, own_id
from portico.content.queries.sharing import own_link
from portico.errors import Invalid, NotFound, Refusal
from portico.lib.statements import Shape
from portico.web.console.content.media import KEEPS
from portico.web.console.content.medium_page import kinds
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, pages_of, show_list
from portico.web.console.pressing import pressed
from portico.web.forms import Field, Link, alert_of
from portico.web.visits import Visit, go

PATH = "/content/libraries"
_PER_PAGE = 50
_OFFERED = 12  # media to choose from, the newest or those that were searched for
_ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "items": items_count(),
        "is_company": Case(When(Q(owner_id=None), then=True), default=False, output_field=BooleanField()),
        "mine": Case(When(Q(owner_id=own_id()), then=True), default=False, output_field=BooleanField()),
        "link": own_link("library"),
    }
)
_ITEM = Shape(
    {
        "id": "id",
        "medium": "medium_id",
        "title": "medium__title",
        "kind": "medium__kind",
        "thumbnail": file_address("medium__thumbnail"),
    }
)
_FULL = _ROW.plus({"shown": items(_ITEM), "updated_at": "updated_at"})
_OFFER = Shape({"id": "id", "title": "title", "kind": "kind", "thumbnail": file_address("thumbnail")})


def _above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Libraries")),)


def show(visit: Visit) -> HttpResponse:
    number = visit.page
    page = list_library_documents(visit.actor, _ROW, page=number, per_page=_PER_PAGE)
    listing = Listing(
        title=_("Libraries"),
        text=_("Media in an order: people find them together, and share them with one link."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Media"), lambda row: row["items"], is_number=True),
            Column(_("Whose"), lambda row: _("The company's") if row["is_company"] else _("One person's")),
            Column(_("Public link"), lambda row: row["link"] or ""),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("No library yet. Make one, then put media into it."),
        add=Link(f"{PATH}/add", _("Add library")) if visit.actor.may(KEEPS) else None,
    )
    return show_list(
        visit,
        listing,
        orjson.loads(f"[{page.rows}]"),
        said=_("The library is deleted. Its media are still there.") if visit.done == "deleted" else "",
        pages=pages_of(visit, total=page.total, number=number, size=_PER_PAGE),
    )


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        library = add_library(visit.actor, _given(visit), of_company=True)
        return go(f"{PATH}/{library.pk}", done="added")

    return tried(visit, _new(), act)


def _given(visit: Visit) -> dict[str, Any]:
    return {name: visit.text(name) for name in ("title", "description")}


def _fields(row: dict[str, Any]) -> tuple[Field, ...]:
    return (
        Field("title", _("Title"), value=row["title"]),
        Field("description", _("Description"), kind="textarea", value=row["description"], is_required=False),
    )


def _new() -> Sheet:
    fields = _fields({"title": "", "description": ""})
    return Sheet(title=_("Add library"), button=_("Save"), back=PATH, crumbs=_above(), fields=fields)


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, _get(visit, id))


def _get(visit: Visit, id: int) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads(get_library_document(visit.actor, _FULL, id))
    return row


def _may_change(visit: Visit, row: dict[str, Any]) -> bool:
    return visit.actor.may(KEEPS) and (row["is_company"] or row["mine"])


def _changeable(visit: Visit, id: int) -> dict[str, Any]:
    row = _get(visit, id)
    if not _may_change(visit, row):
        raise NotFound("library")
    return row


def _shown(visit: Visit, row: dict[str, Any], no: Refusal | None = None) -> HttpResponse:
    may_change = _may_change(visit, row)
    said = {
        "added": _("The library is there. Put media into it now."),
        "saved": _("Saved."),
        "published": _("Its public link is below: whoever has it sees these media."),
    }
    names = kinds()
    for item in row["shown"]:
        item["kind"] = names[item["kind"]]
    return show_screen(
        visit,
        "library.html",
        title=row["title"],
        crumbs=_above(),
        no=no,
        alert=alert_of((), no),
        media=True,
        said=said.get(visit.done, ""),
        library=row,
        path=f"{PATH}/{row['id']}",
        may_change=may_change,
        search=visit.asked("search"),
        offered=_offered(visit, row) if may_change else (),
    )


def _offered(visit: Visit, row: dict[str, Any]) -> list[dict[str, Any]]:
    """What can be put in: of what was found, what is not in it."""
    there = {item["medium"] for item in row["shown"]}
    page = list_media_documents(visit.actor, _OFFER, search=visit.asked("search"), per_page=_OFFERED + len(there))
    found = [medium for medium in orjson.loads(f"[{page.rows}]") if medium["id"] not in there]
    names = kinds()
    return [{**medium, "kind": names[medium["kind"]]} for medium in found[:_OFFERED]]


def press(visit: Visit, id: int) -> HttpResponse:
    """Put a medium in, or move or remove an item: which of the buttons was pressed says so."""
    row = _changeable(visit, id)
    word, what = pressed(visit)
    of_company = row["is_company"]
    try:
        if word == "add":
            add_item(visit.actor, id, Item(what), of_company=of_company)
        elif word in _STEPS:
            move_item(visit.actor, id, what, steps=_STEPS[word], of_company=of_company)
        elif word == "remove":
            remove_item(visit.actor, id, what, of_company=of_company)
        else:
            raise NotFound("press")
    except Invalid as no:
        return _shown(visit, row, no)
    return go(f"{PATH}/{id}", done="saved", search=visit.asked("search"))


_STEPS = {"up": -1, "down": 1}


def publish(visit: Visit, id: int) -> HttpResponse:
    publish_library(visit.actor, id)
    return go(f"{PATH}/{id}", done="published")


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(_changeable(visit, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    row = _changeable(visit, id)

    def act() -> HttpResponse:
        change_library(visit.actor, id, _given(visit), of_company=row["is_company"], seen=seen_at(visit))
        return go(f"{PATH}/{id}", done="saved")

    return tried(visit, _existing(row), act)


def _existing(row: dict[str, Any]) -> Sheet:
    return Sheet(
        title=row["title"],
        button=_("Save"),
        back=f"{PATH}/{row['id']}",
        crumbs=_at(row),
        fields=_fields(row),
        hidden={"seen": row["updated_at"]},
    )


def _at(row: dict[str, Any]) -> tuple[Crumb, ...]:
    return (*_above(), Crumb(f"{PATH}/{row['id']}", row["title"]))


def _delete(visit: Visit, row: dict[str, Any]) -> HttpResponse:
    discard_library(visit.actor, row["id"], of_company=row["is_company"])
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_changeable,
    at=_at,
    lost=lambda *_one: _("The library goes, and links to it lead nowhere. Its media stay. This cannot be undone."),
    delete=_delete,
).screens
