"""Trainings and announcements as the company makes them."""

from django.http import HttpResponse

from portico.content.actions.learning import (
    delete_announcement,
    delete_training,
    save_announcement,
    save_training,
)
from portico.content.models import AnnouncementAudience
from portico.content.queries.learning import (
    get_company_announcement,
    get_company_training,
    list_company_announcements,
    list_company_trainings,
    modules_of,
)
from portico.lib.statements import Shape
from portico.protocols.native.named import deleted, listed, saved
from portico.protocols.native.wire import Request, document
from portico.selling.audiences import audience_of

_MODULE = Shape({name: name for name in ("id", "key", "title", "duration_minutes", "media_type", "video_url")})
_TRAINING = (
    "id", "external_id", "title", "description", "category", "duration_minutes", "image_url", "is_published",
    "created_at", "updated_at",
)  # fmt: skip
_ANNOUNCEMENT = (
    "id", "external_id", "title", "description", "kind", "media_type", "image_url", "video_url", "pdf_url",
    "powerpoint_url", "is_active", "published_at", "created_at", "updated_at",
)  # fmt: skip
TRAINING = Shape({**{name: name for name in _TRAINING}, "modules": modules_of(_MODULE, with_completion=False)})
ANNOUNCEMENT = Shape({**{name: name for name in _ANNOUNCEMENT}, "audience": audience_of(AnnouncementAudience)})


def trainings(request: Request) -> HttpResponse:
    return listed(request, list_company_trainings, TRAINING)


def save(request: Request) -> HttpResponse:
    return saved(save_training(request.actor, request.body))


def show(request: Request, id: int) -> HttpResponse:
    return document(get_company_training(request.actor, TRAINING, id))


def delete(request: Request, id: int) -> HttpResponse:
    return deleted(delete_training, request, id)


def announcements(request: Request) -> HttpResponse:
    return listed(request, list_company_announcements, ANNOUNCEMENT)


def announce(request: Request) -> HttpResponse:
    return saved(save_announcement(request.actor, request.body))


def show_announcement(request: Request, id: int) -> HttpResponse:
    return document(get_company_announcement(request.actor, ANNOUNCEMENT, id))


def withdraw(request: Request, id: int) -> HttpResponse:
    return deleted(delete_announcement, request, id)
