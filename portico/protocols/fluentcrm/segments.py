"""Dynamic segments, which are filters that are kept (wire notes 23)."""

from typing import Any

import orjson
from django.http import HttpResponse

from portico.contacts.actions.segments import (
    WantedSegment,
    add_segment,
    change_segment,
    delete_segment,
    duplicate_segment,
)
from portico.contacts.filtering.storing import read_stored
from portico.contacts.models import Segment
from portico.contacts.queries.segments import Known, count_filtered, list_segment_documents, list_segments
from portico.errors import Invalid
from portico.protocols.fluentcrm import shapes
from portico.protocols.fluentcrm.contacts import order_of
from portico.protocols.fluentcrm.filters import decoded, groups_of
from portico.protocols.fluentcrm.sanitizing import anything, description, plain_text
from portico.protocols.fluentcrm.segment_filters import CHOICES, DEFAULTS, filter_of_segment
from portico.protocols.fluentcrm.wire import Call, answer, as_id, as_text, message, paginator, raw_answer

# All that somebody has made stand under this slug, and are told apart by id.
OWN = "custom_segments"
_LONGEST_SEARCH = 200
# What comes back as it was sent, because it says what the filter says in this wire's older way.
_ECHOED = ("conditions", "condition_match", "email_activities")


def index(call: Call) -> HttpResponse:
    return answer({"dynamic_segments": [_row(known, count) for known, count in list_segments(call.actor)]})


def _row(known: Known, count: int) -> dict[str, Any]:
    own = {} if known.id else {"is_system": True}
    return {**_head(known), "subtitle": known.description, "count": count, **own}


def _head(known: Known) -> dict[str, Any]:
    return {"slug": OWN if known.id else known.slug, "title": known.title, "id": known.id}


def stats(call: Call) -> HttpResponse:
    counted = list_segments(call.actor)
    return answer({"stats": {f"{OWN}_{one.id}" if one.id else one.slug: count for one, count in counted}})


def show(call: Call) -> HttpResponse:
    """The segment, and a page of who is in it now."""
    slug, id = str(call.parameters["slug"]), as_id(call.parameters["id"]) or 0
    wants_custom = call.value("custom_fields") in ("true", True)
    known, page = list_segment_documents(
        call.actor,
        shapes.LISTED_WITH_CUSTOM if wants_custom else shapes.LISTED,
        slug=slug,
        id=id,
        search=call.text("search")[:_LONGEST_SEARCH],
        order=order_of(call),
        page=call.page,
        per_page=call.per_page(15),
    )
    # Beyond the original: what it filters by, so that it can be changed, and what of that is gone.
    more = {"filters": groups_of(known.filter.groups), **({"problem": known.problem} if known.problem else {})}
    segment = orjson.dumps({**_head(known), **(more if known.id else {})}).decode()
    whole = paginator(call, page.total, page.rows, page=page.number, per_page=page.size)
    return raw_answer(f'{{"segment":{segment},"subscribers":{whole}}}')


def create(call: Call) -> HttpResponse:
    given = _given(call)
    made = add_segment(call.actor, _wanted(given))
    return answer({"message": "The segment is saved.", "segment": _saved(made, given)})


def update(call: Call) -> HttpResponse:
    given = _given(call)
    changed = change_segment(call.actor, as_id(call.parameters["id"]) or 0, _wanted(given))
    return answer({"message": "The segment is changed.", "segment": _saved(changed, given)})


def duplicate(call: Call) -> HttpResponse:
    made = duplicate_segment(call.actor, as_id(call.parameters["id"]) or 0)
    return answer({"message": "The segment is copied.", "segment_id": made.pk})


def delete(call: Call) -> HttpResponse:
    delete_segment(call.actor, as_id(call.parameters["id"]) or 0)
    return message("The segment is deleted.")


def estimate(call: Call) -> HttpResponse:
    wanted = filter_of_segment({"filters": call.value("filters")})
    if wanted is None:
        raise Invalid.one("filters", "required", "The filters are needed.")
    return answer({"count": count_filtered(call.actor, wanted)})


def choices(_call: Call) -> HttpResponse:
    return answer({"fields": CHOICES, "settings_defaults": DEFAULTS})


def _given(call: Call) -> dict[str, Any]:
    """The segment: JSON as text in every kind of body, or an object."""
    given = decoded(call.value("segment"))
    if not isinstance(given, dict):
        raise Invalid.one("segment", "required", "The segment is needed, as an object.")
    return given


def _wanted(given: dict[str, Any]) -> WantedSegment:
    return WantedSegment(
        title=plain_text(as_text(given["title"]) or "") if "title" in given else None,
        filter=filter_of_segment(given),
        description=description(as_text(given["description"]) or "") if "description" in given else None,
    )


def _saved(segment: Segment, given: dict[str, Any]) -> dict[str, Any]:
    filters = groups_of(read_stored(segment.filter).groups)
    echo = {name: anything(given[name]) for name in _ECHOED if name in given}
    return {"id": segment.pk, "slug": OWN, "title": segment.title, **echo, "filters": filters}
