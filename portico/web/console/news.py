"""What the company has announced, for its members to read."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.actions.learning import read_announcement
from portico.content.queries.learning import get_announcement_document, list_announcement_documents
from portico.content.queries.spans import zone_of
from portico.lib.statements import Shape
from portico.web.console.days import moment_of
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, pages_of, show_list
from portico.web.figures import day
from portico.web.forms import Link
from portico.web.visits import Visit, go

PATH = "/news"
_PER_PAGE = 25
_ROW = Shape({"id": "id", "title": "title", "published_at": "published_at", "is_read": "is_read"})
_FULL = _ROW.plus({name: name for name in ("description", "image_url", "video_url", "pdf_url", "powerpoint_url")})


def show(visit: Visit) -> HttpResponse:
    number, zone = visit.page, zone_of(visit.actor)
    total, rows = list_announcement_documents(visit.actor, _ROW, page=number, per_page=_PER_PAGE)
    listing = Listing(
        title=_("News"),
        text=_("What your company has announced, newest first."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Since"), lambda row: _day(row, zone)),
            Column(_("Read"), lambda row: _("yes") if row["is_read"] else _("not yet")),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("Nothing was announced yet."),
    )
    pages = pages_of(visit, total=total, number=number, size=_PER_PAGE)
    return show_list(visit, listing, json.loads(f"[{rows}]"), pages=pages)


def _day(row: dict[str, Any], zone: ZoneInfo) -> str:
    return day(moment_of(row["published_at"], zone))


def show_one(visit: Visit, id: int) -> HttpResponse:
    row: dict[str, Any] = json.loads(get_announcement_document(visit.actor, _FULL, id))
    beside = (
        ("image_url", _("Picture")),
        ("video_url", _("Video")),
        ("pdf_url", _("PDF")),
        ("powerpoint_url", _("Slides")),
    )
    return show_screen(
        visit,
        "item.html",
        title=row["title"],
        crumbs=(Crumb(PATH, _("News")),),
        said=_("Marked as read.") if visit.done == "read" else "",
        facts=[(_("Since"), _day(row, zone_of(visit.actor)))],
        text=row["description"],
        links=[Link(row[name], text) for name, text in beside if row[name]],
        press_name="press",
        presses=() if row["is_read"] else [("read", _("I have read it"), True)],
    )


def read(visit: Visit, id: int) -> HttpResponse:
    read_announcement(visit.actor, id)
    return go(f"{PATH}/{id}", done="read")
