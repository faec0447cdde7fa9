"""Content → Media: pictures, films, sounds and documents that the company gives its people to share."""

from typing import Any

import orjson
from django.db.models import BooleanField, Case, Q, When
from django.http import HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.content.actions.media import Sent, add_medium, change_medium, discard_medium
from portico.content.actions.moderating import take_down_medium
from portico.content.actions.sharing import publish_medium
from portico.content.files.store import Incoming
from portico.content.queries.media import (
    author_name,
    file_address,
    get_medium_document,
    list_media_documents,
    own_id,
    times,
)
from portico.content.queries.sharing import own_link
from portico.errors import Invalid, NotFound
from portico.lib.statements import Shape
from portico.web.console.content.medium_page import May, kinds, show_medium, visibility, whose
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.console.lists import SEARCH, Column, Listing, Narrowing, chips, pages_of, show_list
from portico.web.forms import Choice, Field, Link
from portico.web.visits import Visit, go

PATH = "/content/media"
KEEPS = Permission.MEDIA_WRITE  # who puts up and changes what is the company's
_PER_PAGE = 24
_MINE = Case(When(Q(owner_id=own_id()), then=True), default=False, output_field=BooleanField())
_OF_COMPANY = Case(When(Q(owner_id=None), then=True), default=False, output_field=BooleanField())
_ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "kind": "kind",
        "is_private": "is_private",
        "is_company": _OF_COMPANY,
        "mine": _MINE,
        "owner": author_name("owner"),
        "thumbnail": file_address("thumbnail"),
        "views": times("views"),
        "leads": times("leads"),
        "shares": times("shares"),
    }
)
_FULL = _ROW.plus(
    {
        "description": "description",
        "category": "category",
        "file": file_address("file"),
        "file_name": "file__name",
        "size": "file__size",
        "width": "file__width",
        "height": "file__height",
        "link": own_link("medium"),
        "created_at": "created_at",
        "updated_at": "updated_at",
    }
)


def _whose() -> dict[str, str]:
    return {"company": _("The company's"), "mine": _("Mine")}


def _above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Media")),)


def show(visit: Visit) -> HttpResponse:
    number = visit.page
    asked = {name: text for name in ("search", "kind", "whose") if (text := visit.asked(name))}
    page = list_media_documents(
        visit.actor,
        _ROW,
        search=asked.get("search"),
        kind=asked.get("kind"),
        mine=asked.get("whose") == "mine",
        of_company=asked.get("whose") == "company",
        page=number,
        per_page=_PER_PAGE,
    )
    return show_list(
        visit,
        _listing(visit, is_narrowed=bool(asked)),
        orjson.loads(f"[{page.rows}]"),
        said=_("The medium is deleted.") if visit.done == "deleted" else "",
        narrowing=_narrowing(asked),
        pages=pages_of(visit, total=page.total, number=number, size=_PER_PAGE),
    )


def _listing(visit: Visit, *, is_narrowed: bool) -> Listing:
    names = kinds()
    return Listing(
        title=_("Media"),
        text=_("What your people show and share: pictures, films, sounds and documents, newest first."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Preview"), _thumbnail),
            Column(_("Kind"), lambda row: names.get(row["kind"], row["kind"])),
            Column(_("Whose"), whose),
            Column(_("Seen by"), visibility),
            Column(_("Views"), lambda row: row["views"], is_number=True),
            Column(_("Leads"), lambda row: row["leads"], is_number=True),
            Column(_("Shares"), lambda row: row["shares"], is_number=True),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("Nothing is like that.") if is_narrowed else _("Nothing yet. Upload a picture, a film or a PDF first."),
        add=Link(f"{PATH}/add", _("Upload")) if visit.actor.may(KEEPS) else None,
        has_media=True,
    )


def _thumbnail(row: dict[str, Any]) -> str:
    if not row["thumbnail"]:
        return ""
    return format_html('<img class="thumbnail" src="{}" alt="" loading="lazy">', row["thumbnail"])


def _narrowing(asked: dict[str, str]) -> Narrowing:
    choices = {"kind": kinds(), "whose": _whose()}
    labels = {"search": _("Search"), "kind": _("Kind"), "whose": _("Whose")}
    selects = [
        Field(
            name,
            labels[name],
            kind="select",
            choices=[
                Choice("", _("Any")),
                *(Choice(value, text, is_chosen=asked.get(name) == value) for value, text in known.items()),
            ],
            is_required=False,
            is_plain=True,
        )
        for name, known in choices.items()
    ]
    said = {name: choices.get(name, {}).get(text, text) for name, text in asked.items()}
    taken = chips(asked, labels)
    named = [Link(chip.path, f"{labels[name]}: {said[name]}") for chip, name in zip(taken, asked, strict=True)]
    return Narrowing((SEARCH.holding(asked.get("search", "")), *selects), named)


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new())


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        sent = visit.request.FILES.get("file")
        if sent is None:
            raise Invalid.one("file", "required", _("Choose a file."))
        fields = _given(visit)
        if not fields["title"].strip():
            del fields["title"]  # then the file's name is it
        with Incoming() as incoming:
            for part in sent.chunks():
                incoming.write(part)
            medium = add_medium(visit.actor, Sent(incoming.done(), sent.name or ""), fields, of_company=True)
        return go(f"{PATH}/{medium.pk}", done="added")

    return tried(visit, _new(), act)


def _given(visit: Visit) -> dict[str, Any]:
    texts = {name: visit.text(name) for name in ("title", "description", "category")}
    return {**texts, "is_private": visit.text("visibility") == "private"}


def _new() -> Sheet:
    file = Field(
        "file",
        _("File"),
        kind="file",
        hint=_("A picture (JPEG, PNG, GIF, WebP), a film (MP4, WebM), a sound (MP3, M4A, WAV, Ogg) or a PDF."),
    )
    return Sheet(
        title=_("Upload a medium"),
        button=_("Upload"),
        text=_("Everybody in the company finds it here and in the app, and can share it."),
        back=PATH,
        crumbs=_above(),
        fields=(file, *_fields({"title": "", "description": "", "category": "", "is_private": False}, is_new=True)),
        encoding="multipart/form-data",
    )


def _fields(row: dict[str, Any], *, is_new: bool = False) -> tuple[Field, ...]:
    seen_by = (
        Choice("public", _("Everybody"), _("Its file opens for whoever has the address."), not row["is_private"]),
        Choice("private", _("Who gets a link"), _("Its file opens only with a link of ours."), row["is_private"]),
    )
    return (
        Field(
            "title",
            _("Title"),
            value=row["title"],
            is_required=not is_new,
            hint=_("Without one the file's name is it.") if is_new else "",
        ),
        Field("description", _("Description"), kind="textarea", value=row["description"], is_required=False),
        Field(
            "category",
            _("Category"),
            value=row["category"],
            is_required=False,
            hint=_("One word by which people find it, such as Products."),
        ),
        Field("visibility", _("Seen by"), kind="radio", choices=seen_by),
    )


def show_one(visit: Visit, id: int) -> HttpResponse:
    row = _get(visit, id)
    may = May(change=_may_change(visit, row), delete=_may_delete(visit, row))
    return show_medium(visit, row, may, path=f"{PATH}/{id}", crumbs=_above())


def _get(visit: Visit, id: int) -> dict[str, Any]:
    row: dict[str, Any] = orjson.loads(get_medium_document(visit.actor, _FULL, id))
    return row


def _may_change(visit: Visit, row: dict[str, Any]) -> bool:
    return visit.actor.may(KEEPS) and (row["is_company"] or row["mine"])


def _may_delete(visit: Visit, row: dict[str, Any]) -> bool:
    return _may_change(visit, row) or visit.actor.may(Permission.ADMINISTRATION)


def _changeable(visit: Visit, id: int) -> dict[str, Any]:
    row = _get(visit, id)
    if not _may_change(visit, row):
        raise NotFound("medium")
    return row


def publish(visit: Visit, id: int) -> HttpResponse:
    publish_medium(visit.actor, id)
    return go(f"{PATH}/{id}", done="published")


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(_changeable(visit, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    row = _changeable(visit, id)

    def act() -> HttpResponse:
        change_medium(visit.actor, id, _given(visit), of_company=row["is_company"], seen=seen_at(visit))
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


def _deletable(visit: Visit, id: int) -> dict[str, Any]:
    row = _get(visit, id)
    if not _may_delete(visit, row):
        raise NotFound("medium")
    return row


def _delete(visit: Visit, row: dict[str, Any]) -> HttpResponse:
    if _may_change(visit, row):
        discard_medium(visit.actor, row["id"], of_company=row["is_company"])
    else:
        take_down_medium(visit.actor, row["id"])
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_deletable,
    at=_at,
    lost=lambda *_one: _(
        "Its file goes, and with it every page that shows it; libraries go on without it. Its numbers stay. This cannot"
        " be undone."
    ),
    delete=_delete,
).screens
