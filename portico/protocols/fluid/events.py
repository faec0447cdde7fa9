"""What the company's members can come to (reference 7.2), their answers, and the feed for their calendars."""

from django.conf import settings
from django.db.models import IntegerField, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse

from portico.errors import Invalid
from portico.lib.statements import Shape
from portico.protocols.fluid.dates import days_between
from portico.protocols.fluid.expressions import Instant
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.wire import Request, bare, document
from portico.selling.actions.calendar import answer_event, renew_feed, revoke_feed
from portico.selling.models import EventType
from portico.selling.queries.calendar import EventsWanted, get_event_document, get_feed_token, list_event_documents

_KEPT = ("upcoming", "type", "from_date", "to_date", "time_zone")
_WORDS = {"true": True, "1": True, "false": False, "0": False}
EVENT = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "event_type": "type",
        "start_time": Instant("starts_at"),
        "end_time": Instant("ends_at"),
        "time_zone": "time_zone",
        "all_day": "is_all_day",
        "location": "location",
        "url": "url",
        "image_url": "image_url",
        "capacity": "capacity",
        "attendees_count": Coalesce("going", Value(0, IntegerField())),
        "cancelled": "is_cancelled",
        "rsvp_status": "my_answer",
    }
)


def list_events(request: Request) -> HttpResponse:
    since, before = days_between(request)
    wanted = EventsWanted(yes_or_no(request, "upcoming"), _type(request), since, before)
    total, rows = list_event_documents(request.actor, EVENT, wanted, **asked_page(request))
    return with_counters(document(f"[{rows}]"), request, total, *_KEPT)


def yes_or_no(request: Request, name: str) -> bool | None:
    """A parameter that is yes or no, or not there. Raises Invalid."""
    given = request.fields.get(name)
    if given in (None, ""):
        return None
    word = str(given).lower()
    if word not in _WORDS:
        raise Invalid.one(name, "boolean", f"{name} must be true or false.")
    return _WORDS[word]


def _type(request: Request) -> str:
    type = request.optional("type") or ""
    if type and type not in EventType.values:
        raise Invalid.one("type", "unknown", f"type must be one of {', '.join(EventType.values)}.")
    return type


def show(request: Request, id: int) -> HttpResponse:
    return document(get_event_document(request.actor, EVENT, id))


def answer(request: Request, id: int) -> HttpResponse:
    """A status of null takes the answer back."""
    if "status" not in request.fields:
        raise Invalid.one("status", "required", "status is missing.")
    answer_event(request.actor, id, request.optional("status") or None)
    return document(get_event_document(request.actor, EVENT, id))


def show_feed(request: Request) -> HttpResponse:
    return bare({"url": _address(get_feed_token(request.actor))})


def renew(request: Request) -> HttpResponse:
    return bare({"url": _address(renew_feed(request.actor))}, status=201)


def revoke(request: Request) -> HttpResponse:
    revoke_feed(request.actor)
    return bare({"url": None})


def _address(token: str) -> str:
    return f"{settings.PUBLIC_URL}/calendar/{token}.ics"
