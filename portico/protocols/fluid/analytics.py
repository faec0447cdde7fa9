"""Analytics: how often what the rep shares was seen, and what came of it."""

from typing import Any

from django.http import HttpResponse

from portico.content.queries.numbers import Seen
from portico.protocols.fluid.dates import asked_days
from portico.protocols.fluid.wire import Request, bare, keyed
from portico.reports.sharing import count_shares_lately, get_sharing, list_periods

_KEYS = ("shares", "views", "visitors")


def show(request: Request) -> HttpResponse:
    """An empty object where there is nothing, as upstream has it."""
    told = get_sharing(request.actor, *asked_days(request))
    if told.seen == Seen():
        return bare({})
    return bare(
        {
            "unique_visitors": told.seen.visitors,
            "total_views": told.seen.views,
            "total_leads": told.seen.leads,
            "total_shares": told.seen.shares,
            "conversion_rate": round(told.seen.leads / told.seen.views, 4) if told.seen.views else 0,
            "top_content": [_as_content(*one) for one in told.top],
            "start_date": told.first.isoformat(),
            "end_date": told.last.isoformat(),
        }
    )


def _as_content(id: int, title: str, kind: str, seen: Seen) -> dict[str, Any]:
    return {"id": id, "title": title, "type": kind, "views": seen.views, "leads": seen.leads, "shares": seen.shares}


def show_all(request: Request) -> HttpResponse:
    """Seven periods up to now, each by its time buckets."""
    periods = list_periods(request.actor)
    return keyed(
        {
            period: {key: {bucket: getattr(seen, key) for bucket, seen in steps} for key in _KEYS}
            for period, steps in periods.items()
        }
    )


def share_page_stats(request: Request) -> HttpResponse:
    month, week = count_shares_lately(request.actor)
    return bare({"shares_this_month": month, "shares_this_week": week})
