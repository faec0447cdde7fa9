"""Calendar events as the company makes them."""

from django.db.models import IntegerField, Value
from django.db.models.functions import Coalesce
from django.http import HttpResponse

from portico.lib.statements import Shape
from portico.protocols.native.named import deleted, listed, saved
from portico.protocols.native.wire import Request, document
from portico.selling.actions.calendar import delete_event, save_event
from portico.selling.audiences import audience_of
from portico.selling.models import EventAudience
from portico.selling.queries.calendar import get_company_event, list_company_events

_FIELDS = (
    "id", "external_id", "title", "description", "type", "starts_at", "ends_at", "time_zone", "is_all_day", "location",
    "url", "image_url", "capacity", "is_cancelled", "created_at", "updated_at",
)  # fmt: skip
EVENT = Shape(
    {
        **{name: name for name in _FIELDS},
        "going": Coalesce("going", Value(0, IntegerField())),
        "audience": audience_of(EventAudience),
    }
)


def index(request: Request) -> HttpResponse:
    return listed(request, list_company_events, EVENT)


def save(request: Request) -> HttpResponse:
    return saved(save_event(request.actor, request.body))


def show(request: Request, id: int) -> HttpResponse:
    return document(get_company_event(request.actor, EVENT, id))


def delete(request: Request, id: int) -> HttpResponse:
    return deleted(delete_event, request, id)
