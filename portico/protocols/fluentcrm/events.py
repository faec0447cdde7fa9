"""What contacts did elsewhere, told by integrations (wire notes 15)."""

from django.db.models import TextField
from django.db.models.functions import Cast
from django.http import HttpResponse

from portico.contacts.actions.events import Event, track_event
from portico.contacts.queries.timeline import list_event_documents
from portico.errors import Invalid, NotFound, Problem
from portico.lib.statements import Shape
from portico.protocols.fluentcrm import sanitizing
from portico.protocols.fluentcrm.shapes import Moment
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_text, message, paginator, raw_answer

_MODULE = "event-tracking"
_ROW = Shape(
    {
        "id": "id",
        "subscriber_id": Cast("contact_id", TextField()),
        "counter": Cast("counter", TextField()),
        "created_by": Cast("created_by_id", TextField()),
        "provider": "provider",
        "event_key": "key",
        "title": "title",
        "value": "value",
        "created_at": Moment("created_at"),
        "updated_at": Moment("updated_at"),
    }
)


def index(call: Call) -> HttpResponse:
    if _MODULE not in call.actor.modules:
        return _not_enabled()
    page, per_page = call.page, call.per_page(15)
    found = list_event_documents(call.actor, _ROW, as_id(call.parameters["id"]) or 0, page=page, per_page=per_page)
    whole = paginator(call, found.total, found.rows, page=page, per_page=per_page)
    return raw_answer(f'{{"events":{whole}}}')


def track(call: Call) -> HttpResponse:
    if _MODULE not in call.actor.modules:
        return _not_enabled()
    event = _event(call)
    id = call.id("subscriber_id") or None
    email = sanitizing.email(as_text(call.value("email")) or "") or None
    try:
        tracked = track_event(call.actor, event, contact_id=id, email=email)
    except NotFound:
        return message("There is no such contact.", 422, error_code="subscriber_not_found")
    return answer({"message": "The event is kept.", "id": tracked})


def _event(call: Call) -> Event:
    """Raises Invalid, several rules at once."""
    key, title = call.text("event_key"), call.text("title")
    missing = [name for name, value in (("event_key", key), ("title", title)) if not value]
    if missing:
        raise Invalid(*(Problem(name, "required", f"The {name} is needed.") for name in missing))
    value = as_text(call.value("value"))
    repeatable = call.value("repeatable")
    return Event(
        key,
        title,
        value=None if value is None else sanitizing.description(value),
        provider=call.text("provider") or "custom",
        # It counts up unless the call says otherwise (wire notes 26, 19); forms can only say it in words.
        is_repeatable=repeatable is None or (as_text(repeatable) or "").lower() not in {"", "0", "false", "no"},
    )


def _not_enabled() -> HttpResponse:
    return message("Event tracking is switched off.", 422, error_code="not_enabled")
