"""Content → Announcements: what the company tells its people, from when on, and who has read it."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from portico.content.actions.authoring import add_announcement, change_announcement
from portico.content.actions.learning import delete_announcement
from portico.content.models import Announcement
from portico.content.queries.authored import count_readers, get_announcement, list_readers
from portico.content.queries.learning import list_company_announcements
from portico.content.queries.spans import zone_of
from portico.errors import Invalid, NotFound, Outdated, Refusal
from portico.lib.statements import Shape
from portico.web.console.deletions import Deletion
from portico.web.console.editing import outdated, seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb, show_screen
from portico.web.console.lists import Column, Listing, Pages, show_list
from portico.web.figures import moment
from portico.web.forms import Field, Link, alert_of
from portico.web.visits import Visit, go

PATH = "/content/announcements"
_PER_PAGE = 25
_PEOPLE = 50
_ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "is_active": "is_active",
        "published_at": "published_at",
        "readers": count_readers(),
    }
)
_PLACES = ("image_url", "video_url", "pdf_url")


def _above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Announcements")),)


def show(visit: Visit) -> HttpResponse:
    zone = zone_of(visit.actor)
    before = visit.number_asked("before") or None
    found = list_company_announcements(visit.actor, _ROW, before=before, limit=_PER_PAGE + 1)
    rows = [orjson.loads(document) for _id, document in found[:_PER_PAGE]]
    for row in rows:
        row["published_at"] = datetime.fromisoformat(row["published_at"])
    listing = Listing(
        title=_("Announcements"),
        text=_("News for everybody in the company, shown in the app."),
        columns=(
            Column(_("Title"), lambda row: row["title"]),
            Column(_("Is"), lambda row: state(row["published_at"], is_active=row["is_active"])),
            Column(_("Shown from"), lambda row: moment(row["published_at"].astimezone(zone))),
            Column(_("Have read it"), lambda row: row["readers"], is_number=True),
        ),
        path=lambda row: f"{PATH}/{row['id']}",
        empty=_("Nothing announced yet. Write what your people should know."),
        add=Link(f"{PATH}/add", _("Write an announcement")),
    )
    return show_list(
        visit,
        listing,
        rows,
        said=_("The announcement is deleted.") if visit.done == "deleted" else "",
        pages=Pages(after=f"?before={found[_PER_PAGE - 1][0]}" if len(found) > _PER_PAGE else ""),
    )


def state(published_at: datetime, *, is_active: bool) -> str:
    if not is_active:
        return _("withdrawn")
    return _("shown") if published_at <= timezone.now() else _("waiting for its time")


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit))


def add(visit: Visit) -> HttpResponse:
    def act() -> HttpResponse:
        return go(f"{PATH}/{add_announcement(visit.actor, _given(visit))}", done="added")

    return tried(visit, _new(visit), act)


def _given(visit: Visit) -> dict[str, Any]:
    fields: dict[str, Any] = {name: visit.text(name) for name in ("title", "description", *_PLACES)}
    if text := visit.text("published_at").strip():
        fields["published_at"] = _moment(text, zone_of(visit.actor))
    return fields


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        raise Invalid.one("published_at", "time", _("Choose a day and a time, such as 2030-01-15 14:00.")) from None


def _new(visit: Visit) -> Sheet:
    return Sheet(
        title=_("Write an announcement"),
        button=_("Publish"),
        text=_("Everybody in the company finds it in the app, as soon as its time has come."),
        back=PATH,
        crumbs=_above(),
        fields=_fields(None, zone_of(visit.actor)),
    )


def _fields(row: Announcement | None, zone: ZoneInfo) -> tuple[Field, ...]:
    labels = (_("Address of a picture"), _("Address of a film"), _("Address of a PDF"))
    at = f"{row.published_at.astimezone(zone):%Y-%m-%dT%H:%M}" if row else ""
    hint, without = _("In the time of %(zone)s.") % {"zone": zone.key}, _("Without one from now on.")
    return (
        Field("title", _("Title"), value=row.title if row else ""),
        Field("description", _("Text"), kind="textarea", value=row.description if row else "", is_required=False),
        Field(
            "published_at",
            _("Shown from"),
            kind="datetime-local",
            value=at,
            is_required=False,
            hint=hint if at else f"{hint} {without}",
        ),
        *(
            Field(name, label, kind="url", value=getattr(row, name, "") or "", is_required=False)
            for name, label in zip(_PLACES, labels, strict=True)
        ),
    )


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, get_announcement(visit.actor, id))


def _shown(visit: Visit, row: Announcement, no: Refusal | None = None) -> HttpResponse:
    after, zone = visit.number_asked("after"), zone_of(visit.actor)
    people = list_readers(visit.actor, row.pk, after=after, limit=_PEOPLE + 1)
    said = {
        "added": _("The announcement is there."),
        "saved": _("Saved."),
        "withdrawn": _("Nobody sees it any more. It can be shown again."),
        "shown": _("It is shown again."),
    }
    return show_screen(
        visit,
        "announcement.html",
        title=row.title,
        crumbs=_above(),
        no=no,
        alert=alert_of((), no),
        said=said.get(visit.done, ""),
        announcement=row,
        path=f"{PATH}/{row.pk}",
        facts=(
            (_("It is"), state(row.published_at, is_active=row.is_active)),
            (_("Shown from"), f"{moment(row.published_at.astimezone(zone))} ({zone.key})"),
            (_("To whom"), _("Everybody in the company")),
            (_("Known to other software as"), row.external_id),
        ),
        places=[address for name in _PLACES if (address := getattr(row, name))],
        people=[(one.name or one.email, moment(one.read_at.astimezone(zone))) for one in people[:_PEOPLE]],
        after=f"?after={people[_PEOPLE - 1].member_id}" if len(people) > _PEOPLE else "",
    )


def press(visit: Visit, id: int) -> HttpResponse:
    """Withdraw it, or show it again."""
    row = get_announcement(visit.actor, id)
    pressed = visit.text("press")
    if pressed not in _PRESSES:
        raise NotFound("press")
    is_active, done = _PRESSES[pressed]
    try:
        change_announcement(visit.actor, id, {"title": row.title, "is_active": is_active}, seen=row.updated_at)
    except Outdated:
        return _shown(visit, get_announcement(visit.actor, id), outdated())
    return go(f"{PATH}/{id}", done=done)


_PRESSES = {"withdraw": (False, "withdrawn"), "show": (True, "shown")}


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, get_announcement(visit.actor, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    row = get_announcement(visit.actor, id)

    def act() -> HttpResponse:
        change_announcement(visit.actor, id, _given(visit), seen=seen_at(visit))
        return go(f"{PATH}/{id}", done="saved")

    return tried(visit, _existing(visit, row), act)


def _existing(visit: Visit, row: Announcement) -> Sheet:
    return Sheet(
        title=row.title,
        button=_("Save"),
        back=f"{PATH}/{row.pk}",
        crumbs=_at(row),
        fields=_fields(row, zone_of(visit.actor)),
        hidden={"seen": row.updated_at.isoformat()},
    )


def _at(row: Announcement) -> tuple[Crumb, ...]:
    return (*_above(), Crumb(f"{PATH}/{row.pk}", row.title))


def _delete(visit: Visit, row: Announcement) -> HttpResponse:
    delete_announcement(visit.actor, row.pk)
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_announcement(visit.actor, key),
    at=_at,
    lost=lambda *_one: _("It goes, with who has read it. To only hide it, withdraw it instead. This cannot be undone."),
    delete=_delete,
).screens
