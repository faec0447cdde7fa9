"""`start_date` and `end_date`: days of the rep's own time zone, both included."""

from datetime import date, datetime

from portico.content.queries.sharing import Span
from portico.content.queries.spans import span_of_days, zone_of
from portico.errors import Invalid
from portico.protocols.fluid.wire import Request


def asked_days(request: Request) -> tuple[date | None, date | None]:
    """Raises Invalid, also where the end is before the start."""
    first, last = _day(request, "start_date"), _day(request, "end_date")
    if first and last and last < first:
        raise Invalid.one("end_date", "order", "end_date is before start_date.")
    return first, last


def asked_span(request: Request) -> Span:
    first, last = asked_days(request)
    return span_of_days(zone_of(request.actor), first, last) if first or last else (None, None)


def _day(request: Request, name: str) -> date | None:
    """A date, or the day of a moment: in the rep's time zone, if the moment says its own."""
    text = (request.optional(name) or "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(zone_of(request.actor)).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        raise Invalid.one(name, "date", f"{name} must be a date such as 2026-01-31.") from None
