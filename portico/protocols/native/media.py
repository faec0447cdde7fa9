"""The company's media, which all its people may share."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Case, Value, When
from django.http import HttpResponse

from portico.content.actions.media import change_medium, discard_medium, keep_medium, store_medium
from portico.content.actions.thumbnails import set_thumbnail
from portico.content.files.store import Incoming
from portico.content.queries.company_side import get_company_medium, list_company_media
from portico.content.queries.media import file_address, times
from portico.errors import Invalid, Problem
from portico.lib.statements import Shape
from portico.protocols.native.named import listed
from portico.protocols.native.repeating import answered_once
from portico.protocols.native.uploads import fingerprint, received
from portico.protocols.native.wire import Request, document

_VISIBILITIES = {"public": False, "private": True}
_WRITABLE = ("title", "description", "category", "duration", "visibility")
MEDIUM = Shape(
    {
        **{name: name for name in ("id", "title", "description", "category", "kind", "duration")},
        "visibility": Case(When(is_private=True, then=Value("private")), default=Value("public")),
        "url": file_address("file"),
        "thumbnail_url": file_address("thumbnail"),
        "content_type": "file__content_type",
        "file_name": "file__name",
        "file_size": "file__size",
        "width": "file__width",
        "height": "file__height",
        **{what: times(what) for what in ("views", "leads", "shares")},
        "created_at": "created_at",
        "updated_at": "updated_at",
    }
)


def index(request: Request) -> HttpResponse:
    return listed(request, list_company_media, MEDIUM)


def show(request: Request, id: int) -> HttpResponse:
    return document(get_company_medium(request.actor, MEDIUM, id))


def add(request: Request) -> HttpResponse:
    """The file is in the store before the write that names itself begins, so that no killed process leaves it there."""
    with Incoming() as incoming:
        sent, form = received(request, incoming)
        mark = fingerprint("media", sent, form)
        stored = store_medium(request.actor, sent, _fields(_typed(form)), of_company=True)

    def kept() -> HttpResponse:
        medium = keep_medium(request.actor, stored)
        return document(get_company_medium(request.actor, MEDIUM, medium.pk), status=201)

    return answered_once(request.http, request.actor, lambda: mark, kept)


def change(request: Request, id: int) -> HttpResponse:
    change_medium(request.actor, id, _fields(request.body), of_company=True)
    return show(request, id)


def remove(request: Request, id: int) -> HttpResponse:
    discard_medium(request.actor, id, of_company=True)
    return HttpResponse(status=204)


def put_thumbnail(request: Request, id: int) -> HttpResponse:
    with Incoming() as incoming:
        sent, _ = received(request, incoming)
        set_thumbnail(request.actor, id, sent, of_company=True)
    return show(request, id)


def _typed(form: dict[str, str]) -> dict[str, Any]:
    """In a form all is text."""
    seconds = form.get("duration", "")
    is_number = seconds.isascii() and seconds.isdigit() and len(seconds) < 10  # noqa: PLR2004 -- more digits than any film has seconds
    return {**form, "duration": int(seconds)} if is_number else dict(form)


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Ours for what was sent. Raises Invalid for what nothing is called, and for a visibility that is none."""
    problems = [
        Problem(name[:100], "unknown", f"{name[:100]} is no field. There are {', '.join(_WRITABLE)}.")
        for name in given
        if name not in _WRITABLE
    ]
    fields = {name: value for name, value in given.items() if name in _WRITABLE and name != "visibility"}
    if "visibility" in given:
        visibility = given["visibility"]
        if isinstance(visibility, str) and visibility in _VISIBILITIES:
            fields["is_private"] = _VISIBILITIES[visibility]
        else:
            problems.append(Problem("visibility", "unknown", f"visibility is one of {', '.join(_VISIBILITIES)}."))
    if problems:
        raise Invalid(*problems)
    return fields
