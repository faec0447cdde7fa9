"""The forms of an event: added, changed, deleted, by whoever keeps the company's calendar."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.content.queries.spans import zone_of
from portico.errors import Invalid
from portico.identity.queries.audiences import Chosen
from portico.selling.actions.calendar import delete_event
from portico.selling.actions.planning import change_event, plan_event
from portico.selling.models import EventType
from portico.selling.queries.calendar import get_company_event
from portico.web.console.audiences import audience_fields, is_look, sent_audience, show_look, with_look
from portico.web.console.calendar import PATH
from portico.web.console.days import moment_of
from portico.web.console.deletions import Deletion
from portico.web.console.editing import seen_at
from portico.web.console.events import EVENT, above, invited_to, kinds
from portico.web.console.forms import Sheet, show_sheet, tried
from portico.web.console.frame import Crumb
from portico.web.forms import Choice, Field
from portico.web.visits import Visit, go


def show_add(visit: Visit) -> HttpResponse:
    return show_sheet(visit, _new(visit))


def add(visit: Visit) -> HttpResponse:
    if is_look(visit):
        return show_look(visit, _new(visit))

    def act() -> HttpResponse:
        saved = plan_event(visit.actor, _given(visit))
        return go(f"{PATH}/{saved.id}")

    return tried(visit, _new(visit), act)


def _new(visit: Visit) -> Sheet:
    fields = _fields({"time_zone": zone_of(visit.actor).key, "type": EventType.MEETUP})
    sheet = Sheet(
        title=_("Add event"),
        button=_("Save"),
        text=_("Whom it is for sees it, and can say whether it comes. Whoever keeps the calendar sees every event."),
        back=PATH,
        crumbs=above(),
        fields=[*fields, *audience_fields(visit, None)],
    )
    return with_look(sheet)


def _fields(row: Mapping[str, Any]) -> list[Field]:
    types = [Choice(value, text, is_chosen=value == row["type"]) for value, text in kinds().items()]
    all_day = Choice("yes", _("Whole days, without times"), is_chosen=bool(row.get("is_all_day")))
    return [
        Field("title", _("Title"), value=row.get("title") or ""),
        Field("starts_at", _("Begins"), kind="datetime-local", value=_local(row, "starts_at")),
        Field("ends_at", _("Ends"), kind="datetime-local", value=_local(row, "ends_at")),
        Field("is_all_day", _("Lasts"), kind="checkboxes", choices=[all_day], is_required=False),
        Field("time_zone", _("Time zone"), value=row["time_zone"], hint=_("Such as Europe/Berlin.")),
        Field("type", _("Kind"), kind="select", choices=types),
        Field("location", _("Where"), value=row.get("location") or "", is_required=False),
        Field("url", _("Its page"), kind="url", value=row.get("url") or "", is_required=False),
        Field(
            "capacity",
            _("Seats"),
            kind="number",
            value=str(row.get("capacity") or ""),
            is_required=False,
            hint=_("Empty for as many as like."),
        ),
        Field("description", _("Details"), kind="textarea", value=row.get("description") or "", is_required=False),
    ]


def _local(row: Mapping[str, Any], name: str) -> str:
    """On the clock of the event's own zone, as browsers want it."""
    return f"{moment_of(row[name], ZoneInfo(row['time_zone'])):%Y-%m-%dT%H:%M}" if name in row else ""


def _given(visit: Visit, chosen: Chosen | None = None) -> dict[str, Any]:
    names = ("title", "description", "type", "time_zone", "location", "url", "capacity")
    zone = ZoneInfo("UTC")  # one that does not exist is refused with all else that is wrong
    with suppress(ValueError, OSError, KeyError):
        zone = ZoneInfo(visit.text("time_zone").strip())
    starts, ends = _moment(visit, "starts_at"), _moment(visit, "ends_at")
    is_all_day = visit.text("is_all_day") == "yes"
    if is_all_day:  # both days are meant as a whole
        starts, ends = datetime.combine(starts.date(), time.min), datetime.combine(ends.date(), time(23, 59))
    return {
        **{name: visit.text(name).strip() for name in names},
        **sent_audience(visit, chosen),
        "starts_at": starts.replace(tzinfo=zone).isoformat(),
        "ends_at": ends.replace(tzinfo=zone).isoformat(),
        "is_all_day": is_all_day,
    }


def _moment(visit: Visit, name: str) -> datetime:
    """What a browser says, without a zone. Raises Invalid."""
    with suppress(ValueError):
        return datetime.fromisoformat(visit.text(name).strip())
    raise Invalid.one(name, "time", _("Write a day and a time, like 2026-01-31T14:00."))


def show_edit(visit: Visit, id: int) -> HttpResponse:
    return show_sheet(visit, _existing(visit, _get(visit, id)))


def _get(visit: Visit, id: int) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(get_company_event(visit.actor, EVENT, id))
    return row


def edit(visit: Visit, id: int) -> HttpResponse:
    row = _get(visit, id)
    if is_look(visit):
        return show_look(visit, replace(_existing(visit, row), hidden={"seen": visit.text("seen")}))

    def act() -> HttpResponse:
        given = {**_given(visit, invited_to(visit, row)), "is_cancelled": visit.text("is_cancelled") == "yes"}
        change_event(visit.actor, id, given, seen=seen_at(visit))
        return go(f"{PATH}/{id}", done="changed")

    return tried(visit, _existing(visit, row), act)


def _existing(visit: Visit, row: Mapping[str, Any]) -> Sheet:
    off = Choice("yes", _("It was called off"), is_chosen=row["is_cancelled"])
    sheet = Sheet(
        title=row["title"],
        button=_("Save"),
        back=f"{PATH}/{row['id']}",
        crumbs=_at(row),
        fields=[
            *_fields(row),
            Field("is_cancelled", _("State"), kind="checkboxes", choices=[off], is_required=False),
            *audience_fields(visit, invited_to(visit, row)),
        ],
        hidden={"seen": row["updated_at"]},
    )
    return with_look(sheet)


def _at(row: Mapping[str, Any]) -> tuple[Crumb, ...]:
    return (*above(), Crumb(f"{PATH}/{row['id']}", row["title"]))


def _delete(visit: Visit, row: Mapping[str, Any]) -> HttpResponse:
    delete_event(visit.actor, row["id"])
    return go(PATH, done="deleted")


show_delete, delete = Deletion(
    get=_get,
    at=_at,
    lost=lambda *_one: _(
        "It goes with all answers. One that was called off is better said to be so: then people see it."
    ),
    delete=_delete,
).screens
