"""Numbers over time and what became of mails (wire notes 18). Days are those of UTC."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponse

from portico.errors import Invalid
from portico.protocols.fluentcrm.wire import Call, answer, as_text, message, paginator, raw_answer
from portico.reports.periods import Period, Step
from portico.reports.queries import list_new_contacts

_DAYS_BACK = 30
_DAY = re.compile(r"([1-8]\d{3}-\d\d-\d\d)(?:[ T].*)?", re.ASCII | re.DOTALL)  # steps must not run out of years
_LONGEST = timedelta(days=100 * 366)  # a chart of 1,200 months; a row for each month of ten thousand years helps nobody


def subscribers(call: Call) -> HttpResponse:
    """Contacts that are subscribed, by when they came."""
    period = _period(call)
    return _charted(list_new_contacts(call.actor, period), period)


def no_mails(call: Call) -> HttpResponse:
    period = _period(call)
    return _charted([(day, 0) for day in period.starts()], period)


def _charted(counts: Sequence[tuple[date, int]], period: Period) -> HttpResponse:
    form = "%b %Y" if period.step is Step.MONTH else "%Y-%m-%d"
    return answer({"stats": {day.strftime(form): number for day, number in counts} or []})


def _period(call: Call) -> Period:
    """From `date_range`, whose end is not part of it; 30 days back to tomorrow without one. Raises Invalid."""
    today = datetime.now(UTC).date()
    first, end = ([*(_day(item) for item in call.items("date_range")), None, None])[:2]
    period = Period(first or today - timedelta(days=_DAYS_BACK), end or today + timedelta(days=1))
    if period.end - period.first > _LONGEST:
        raise Invalid.one("date_range", "longest", "These days are more than a hundred years apart.")
    return period


def _day(item: Any) -> date | None:
    """A day, also where a time follows it; None for nothing. Raises Invalid."""
    if item in (None, ""):
        return None
    found = _DAY.fullmatch(as_text(item) or "")
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise Invalid.one("date_range", "date", "Days are written 2026-01-31.") from None


def no_mail_rows(call: Call) -> HttpResponse:
    """The statuses come only where page 1 is asked for by its number."""
    rows = paginator(call, 0, "", page=call.page, per_page=call.per_page(15))
    asked = as_text(call.form.get("page", call.query.get("page")))
    return raw_answer(f'{{"emails":{rows},"statuses":{"[]" if asked == "1" else "null"}}}')


def delete_no_mails(call: Call) -> HttpResponse:
    """Raises Invalid: they must be named."""
    if not call.ids("email_ids"):
        raise Invalid.one("email_ids", "required", "Name the mails by their ids.")
    return message("None of these mails is there any more.")
