"""One event: what it is, and whether somebody comes."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.utils.translation import gettext as _

from portico.access import Permission
from portico.content.queries.spans import zone_of
from portico.errors import Conflict, Invalid, Refusal
from portico.identity.queries.audiences import Chosen, get_chosen
from portico.lib.statements import Shape
from portico.selling.actions.calendar import answer_event
from portico.selling.models import EventAnswer, EventAudience, EventType
from portico.selling.queries.calendar import get_event_document
from portico.web.console.audiences import audience_facts
from portico.web.console.calendar import PATH, span_of
from portico.web.console.days import moment_of
from portico.web.console.frame import Crumb, show_screen
from portico.web.figures import day, moment
from portico.web.forms import Link, alert_of
from portico.web.visits import Visit, go

_TAKE_BACK = "none"
EVENT = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "type": "type",
        "starts_at": "starts_at",
        "ends_at": "ends_at",
        "time_zone": "time_zone",
        "is_all_day": "is_all_day",
        "location": "location",
        "url": "url",
        "capacity": "capacity",
        "is_cancelled": "is_cancelled",
        "for_everybody": "for_everybody",
        "updated_at": "updated_at",
        "going": "going",
    }
)
_SHOWN = EVENT.plus({"my_answer": "my_answer"})


def above() -> tuple[Crumb, ...]:
    return (Crumb(PATH, _("Calendar")),)


def kinds() -> dict[str, str]:
    return {
        EventType.MEETUP: _("Meetup"),
        EventType.WEBINAR: _("Webinar"),
        EventType.TRAINING: _("Training"),
        EventType.CONFERENCE: _("Conference"),
    }


def _answers() -> dict[str, str]:
    return {
        EventAnswer.Answer.GOING: _("I am coming"),
        EventAnswer.Answer.MAYBE: _("Maybe"),
        EventAnswer.Answer.DECLINED: _("I am not coming"),
    }


def show_one(visit: Visit, id: int) -> HttpResponse:
    return _shown(visit, id)


def _shown(visit: Visit, id: int, no: Refusal | None = None) -> HttpResponse:
    row: dict[str, Any] = json.loads(get_event_document(visit.actor, _SHOWN, id))
    answer = row["my_answer"]
    presses = [(value, text, value == answer) for value, text in _answers().items()]
    if answer:
        presses.append((_TAKE_BACK, _("Take the answer back"), False))
    is_open = not row["is_cancelled"] and moment_of(row["ends_at"], ZoneInfo("UTC")) > datetime.now(ZoneInfo("UTC"))
    return show_screen(
        visit,
        "item.html",
        title=row["title"],
        crumbs=above(),
        no=no,
        alert=alert_of((), no),
        said={"changed": _("The event is changed."), "answered": _("Your answer is kept.")}.get(visit.done, ""),
        notice=_("This event was called off.") if row["is_cancelled"] else "",
        facts=[*_facts(row, zone_of(visit.actor)), *_for_whom(visit, row)],
        text=row["description"],
        press_name="answer",
        press_title=_("Are you coming?") if is_open else "",
        presses=presses if is_open else (),
        links=_links(visit, row),
    )


def _facts(row: Mapping[str, Any], zone: ZoneInfo) -> list[tuple[str, Any]]:
    start, end = span_of(dict(row), zone)
    written, where = (day, row["time_zone"]) if row["is_all_day"] else (moment, zone.key)
    going = row["going"] or 0
    seats = _("%(going)s of %(capacity)s") % {"going": going, "capacity": row["capacity"]} if row["capacity"] else going
    facts = [
        (_("Begins"), written(start)),
        (_("Ends"), written(end)),
        (_("Time zone"), where),
        (_("Kind"), kinds()[row["type"]]),
        (_("Where"), row["location"]),
        (_("Coming"), seats),
    ]
    return [(label, value) for label, value in facts if value not in (None, "")]


def _for_whom(visit: Visit, row: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Who keeps events is told who is invited, and those who are that not everybody is."""
    if visit.actor.may(Permission.EVENTS_WRITE):
        return audience_facts(visit, invited_to(visit, row))
    return [] if row["for_everybody"] else [(_("For whom"), _("Only those who are invited"))]


def invited_to(visit: Visit, row: Mapping[str, Any]) -> Chosen | None:
    """None for everybody."""
    return None if row["for_everybody"] else get_chosen(visit.actor, EventAudience, row["id"])


def _links(visit: Visit, row: Mapping[str, Any]) -> list[Link]:
    links = [Link(row["url"], _("Its page"))] if row["url"] else []
    if visit.actor.may(Permission.EVENTS_WRITE):
        links.append(Link(f"{PATH}/{row['id']}/edit", _("Edit")))
        links.append(Link(f"{PATH}/{row['id']}/delete", _("Delete")))
    return links


def answer(visit: Visit, id: int) -> HttpResponse:
    said = visit.text("answer")
    try:
        answer_event(visit.actor, id, None if said == _TAKE_BACK else said)
    except (Invalid, Conflict) as no:
        return _shown(visit, id, no)
    return go(f"{PATH}/{id}", done="answered")
