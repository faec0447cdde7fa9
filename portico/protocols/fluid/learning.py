"""Trainings with the rep's progress, and announcements (reference 7.3, 7.4)."""

from typing import Any

from django.db.models import Q
from django.http import HttpResponse

from portico.content.actions.learning import read_announcement
from portico.content.actions.progress import advance_training, complete_module
from portico.content.models import AnnouncementAudience
from portico.content.queries.learning import (
    TrainingsWanted,
    get_announcement_document,
    get_training_document,
    list_announcement_documents,
    list_training_documents,
    modules_of,
)
from portico.errors import Invalid
from portico.lib.statements import JsonField, Literal, Shape, ShapeIf
from portico.protocols.fluid.events import yes_or_no
from portico.protocols.fluid.expressions import Instant
from portico.protocols.fluid.paging import asked_page, with_counters
from portico.protocols.fluid.wire import Request, document
from portico.selling.audiences import ranks_of

_HIGHEST_ID = 2**63
_MODULE = {
    "id": "id",
    "title": "title",
    "duration_minutes": "duration_minutes",
    "media_type": "media_type",
    "video_url": "video_url",
    "position": "position",
}
_OPEN_MODULE = Shape(
    {**_MODULE, "completed": Literal("false", JsonField()), "completed_at": Literal(None, JsonField())}
)
_DONE_MODULE = Shape({**_MODULE, "completed": Literal("true", JsonField()), "completed_at": Instant("completed_at")})
_MODULES = modules_of(ShapeIf(Q(completed_at__isnull=True), _OPEN_MODULE, _DONE_MODULE), with_completion=True)
_OPEN = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "category": "category",
        "duration_minutes": "duration_minutes",
        "image_url": "image_url",
        "progress_percent": "percent",
        "completed": "is_completed",
    }
)
# Only a completed one says when, as the page shows it.
TRAINING = ShapeIf(
    Q(completed_at__isnull=True),
    _OPEN.plus({"modules": _MODULES}),
    _OPEN.plus({"completed_at": Instant("completed_at"), "modules": _MODULES}),
)
_NOTHING: Any = Literal("[]", JsonField())
ANNOUNCEMENT = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        "active": "is_active",
        "kind": "kind",
        "media_type": "media_type",
        "image_url": "image_url",
        "video_url": "video_url",
        "pdf_url": "pdf_url",
        "powerpoint_url": "powerpoint_url",
        "display_comments": Literal("false", JsonField()),
        "no_index": Literal("true", JsonField()),
        "country_ids": _NOTHING,
        "rank_ids": ranks_of(AnnouncementAudience),
        "application_theme_template_id": Literal(None, JsonField()),
        "created_at": Instant("created_at"),
        "published_at": Instant("published_at"),
        "read": "is_read",
    }
)


def list_trainings(request: Request) -> HttpResponse:
    wanted = TrainingsWanted(request.optional("category") or "", yes_or_no(request, "completed"))
    total, rows = list_training_documents(request.actor, TRAINING, wanted, **asked_page(request))
    return with_counters(document(f"[{rows}]"), request, total, "category", "completed")


def show_training(request: Request, id: int) -> HttpResponse:
    return document(get_training_document(request.actor, TRAINING, id))


def advance(request: Request, id: int) -> HttpResponse:
    """Either how far one is, or a module that one has done. Nobody can undo what was learned."""
    if "module_id" in request.fields:
        if yes_or_no(request, "completed") is not True:
            raise Invalid.one("completed", "accepted", "A module that is done stays so: completed must be true.")
        complete_module(request.actor, id, _whole_number(request, "module_id"))
    else:
        advance_training(request.actor, id, _whole_number(request, "progress_percent"))
    return document(get_training_document(request.actor, TRAINING, id))


def _whole_number(request: Request, name: str) -> int:
    given = request.fields.get(name)
    text = str(given).strip() if isinstance(given, str | int) and not isinstance(given, bool) else ""
    if not text.isascii() or not text.isdigit() or len(text) > len(str(_HIGHEST_ID)) or int(text) >= _HIGHEST_ID:
        raise Invalid.one(name, "number", f"{name} must be a whole number.")
    return int(text)


def list_announcements(request: Request) -> HttpResponse:
    total, rows = list_announcement_documents(request.actor, ANNOUNCEMENT, **asked_page(request))
    return with_counters(document(f"[{rows}]"), request, total)


def show_announcement(request: Request, id: int) -> HttpResponse:
    return document(get_announcement_document(request.actor, ANNOUNCEMENT, id))


def read(request: Request, id: int) -> HttpResponse:
    read_announcement(request.actor, id)
    return document(get_announcement_document(request.actor, ANNOUNCEMENT, id))
