"""What to share now: the newest of the company's media, and those that people looked at most of late."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.db.models import QuerySet

from portico.access import Actor
from portico.content.models import Medium
from portico.content.queries.media import shape_values
from portico.content.queries.numbers import list_most_viewed
from portico.lib.statements import Shape, Statement, any_number, compiled, later_number

MOST = 10
_DAYS = 30


@dataclass(frozen=True, slots=True)
class Shareables:
    """Media as JSON."""

    newest: list[str]
    trending: list[str]


def list_shareables(actor: Actor, shape: Shape) -> Shareables:
    """At most MOST of each, the first before the others. What trends had views in the last month, by any share."""
    values = shape_values(actor)
    tomorrow = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    # Whole days, whose sums are kept: no view is counted.
    ids = list_most_viewed(actor, (tomorrow - timedelta(days=_DAYS), tomorrow), most=MOST)
    shown = dict(_these(shape).fetch({**values, "ids": ids}))
    newest = [document for _, document in _newest(shape).fetch(values)]
    return Shareables(newest, [shown[id] for id in ids if id in shown])


def _of_company() -> "QuerySet[Medium]":
    return Medium.objects.filter(company_id=later_number("company"), owner=None, discarded_at=None)


@lru_cache(maxsize=4)
def _newest(shape: Shape) -> Statement:
    return compiled(_of_company().order_by("-pk").values_list("pk", shape.document())[:MOST])


@lru_cache(maxsize=4)
def _these(shape: Shape) -> Statement:
    return compiled(_of_company().filter(any_number("id", "ids")).order_by().values_list("pk", shape.document()))
