"""The forms of an announcement: written, changed, deleted, by whoever tells the company something."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.actions.authoring import add_announcement, change_announcement
from portico.content.actions.learning import delete_announcement
from portico.content.models import Announcement
from portico.content.queries.authored import get_announcement
from portico.content.queries.spans import zone_of
from portico.errors import Invalid
from portico.identity.queries.audiences import Chosen
from portico.web.console.audiences import audience_fields, is_look, sent_audience, show_look, with_look
from portico.web.console.content.announcements import PATH, PLACES, above, chosen_for
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.forms import Field
from portico.web.visits import Visit, go


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit))


def add(visit: Visit) -> HttpResponse:
    if is_look(visit):
        return show_look(visit, _new(visit))

    def act() -> HttpResponse:
        return go(f"{PATH}/{add_announcement(visit.actor, _given(visit))}", done="added")

    return tried(visit, _new(visit), act)


def _given(visit: Visit, chosen: Chosen | None = None) -> dict[str, Any]:
    fields: dict[str, Any] = {name: visit.text(name) for name in ("title", "description", *PLACES)}
    if text := visit.text("published_at").strip():
        fields["published_at"] = _moment(text, zone_of(visit.actor))
    return fields | sent_audience(visit, chosen)


def _moment(text: str, zone: ZoneInfo) -> str:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone).isoformat()
    except (ValueError, OverflowError):
        raise Invalid.one("published_at", "time", _("Choose a day and a time, such as 2030-01-15 14:00.")) from None


def _new(visit: Visit) -> Sheet:
    sheet = Sheet(
        title=_("Write an announcement"),
        button=_("Publish"),
        text=_("Whom it is for finds it in the app and under News, as soon as its time has come."),
        back=PATH,
        crumbs=above(),
        fields=(*_fields(None, zone_of(visit.actor)), *audience_fields(visit, None)),
    )
    return with_look(sheet)


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
            for name, label in zip(PLACES, labels, strict=True)
        ),
    )


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, get_announcement(visit.actor, id)))


def edit(visit: Visit, id: int) -> HttpResponse:
    row = get_announcement(visit.actor, id)
    if is_look(visit):
        return show_look(visit, replace(_existing(visit, row), hidden={"seen": visit.text("seen")}))

    def act() -> HttpResponse:
        change_announcement(visit.actor, id, _given(visit, chosen_for(visit, row)), seen=seen_at(visit))
        return go(f"{PATH}/{id}", done="saved")

    return tried(visit, _existing(visit, row), act)


def _existing(visit: Visit, row: Announcement) -> Sheet:
    sheet = Sheet(
        title=row.title,
        button=_("Save"),
        back=f"{PATH}/{row.pk}",
        crumbs=_at(row),
        fields=(*_fields(row, zone_of(visit.actor)), *audience_fields(visit, chosen_for(visit, row))),
        hidden={"seen": row.updated_at.isoformat()},
    )
    return with_look(sheet)


def _at(row: Announcement) -> tuple[Crumb, ...]:
    return (*above(), Crumb(f"{PATH}/{row.pk}", row.title))


def _delete(visit: Visit, row: Announcement) -> HttpResponse:
    delete_announcement(visit.actor, row.pk)
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=lambda visit, key: get_announcement(visit.actor, key),
    at=_at,
    lost=lambda *_one: _("It goes, with who has read it. To only hide it, withdraw it instead. This cannot be undone."),
    delete=_delete,
).screens
