"""Media: the company's and the rep's own uploads. Only the latter are written; the company's are not there for that."""

from collections.abc import Mapping
from typing import Any

import orjson
from django.db.models import BooleanField, Case, Q, Value, When
from django.http import HttpResponse

from portico.content.actions.media import Sent, add_medium, change_medium, discard_medium
from portico.content.files.store import Incoming
from portico.content.models import Medium
from portico.content.queries.media import file_address, get_medium_document, list_media_documents, own_id, times
from portico.content.queries.shareables import list_shareables
from portico.content.queries.sharing import own_link
from portico.errors import Invalid
from portico.http.multipart import BrokenForm, read_file
from portico.lib.statements import Literal, Shape
from portico.protocols.fluid.errors import BrokenBody
from portico.protocols.fluid.expressions import Instant
from portico.protocols.fluid.paging import asked_page, listed
from portico.protocols.fluid.wire import Request, as_text, document, keyed, meta

_FILE, _THUMBNAIL = file_address("file"), file_address("thumbnail")
_KINDS = {"image": "image", "video": "video", "audio": "audio", "pdf": "pdf"}
_VISIBILITIES = {"public": False, "private": True}


def _of_kind(kind: str) -> Case:
    return Case(When(kind=kind, then=_FILE), default=Literal(None))


ROW = Shape(
    {
        "id": "id",
        "title": "title",
        "description": "description",
        # As upstream tells them apart: what people put up themselves, and what the company gives them to share.
        "media_type": Case(When(owner_id=None, then=Value("share")), default=Value("upload")),
        "kind": "kind",
        "category": "category",
        "image_url": Case(When(kind="image", then=_FILE), default=_THUMBNAIL),
        "thumbnail_url": _THUMBNAIL,
        "video_url": _of_kind("video"),
        "audio_url": _of_kind("audio"),
        "pdf_url": _of_kind("pdf"),
        "duration": "duration",
        "visibility": Case(When(is_private=True, then=Value("private")), default=Value("public")),
        "mine": Case(When(Q(owner_id=own_id()), then=True), default=False, output_field=BooleanField()),
        "share_link": own_link("medium"),
        "views": times("views"),
        "leads": times("leads"),
        "shares": times("shares"),
        "created_at": Instant("created_at"),
    }
)
FULL = ROW.plus(
    {
        "content_type": "file__content_type",
        "file_name": "file__name",
        "file_size": "file__size",
        "width": "file__width",
        "height": "file__height",
        "updated_at": Instant("updated_at"),
    }
)


def item_of(path: str) -> Shape:
    """A medium inside something else, as the rows of those who lead to it see it."""
    file, thumbnail = file_address(f"{path}__file"), file_address(f"{path}__thumbnail")

    def of_kind(kind: str) -> Case:
        return Case(When(**{f"{path}__kind": kind}, then=file), default=Literal(None))

    return Shape(
        {
            "id": f"{path}_id",
            "title": f"{path}__title",
            "kind": f"{path}__kind",
            "image_url": Case(When(**{f"{path}__kind": "image"}, then=file), default=thumbnail),
            "video_url": of_kind("video"),
            "audio_url": of_kind("audio"),
            "pdf_url": of_kind("pdf"),
            "duration": f"{path}__duration",
        }
    )


def list_media(request: Request) -> HttpResponse:
    return _listed(request, mine=False)


def list_uploads(request: Request) -> HttpResponse:
    return _listed(request, mine=True)


def _listed(request: Request, *, mine: bool) -> HttpResponse:
    named = request.optional("media_type") or ""
    if named not in {"", "upload", "share", *_KINDS}:
        raise Invalid.one("media_type", "unknown", f"media_type must be one of upload, share, {', '.join(_KINDS)}.")
    page = list_media_documents(
        request.actor,
        ROW,
        search=request.optional("search"),
        category=request.optional("category"),
        kind=_KINDS.get(named),
        mine=mine or named == "upload",
        of_company=named == "share",
        **asked_page(request),
    )
    return listed(request, page, "search", "category", "media_type")


def list_to_share(request: Request) -> HttpResponse:
    found = list_shareables(request.actor, ROW)
    rows = f'"new":[{",".join(found.newest)}],"trending":[{",".join(found.trending)}]'
    return document(f'{{{rows},"meta":{orjson.dumps(meta()).decode()}}}')


def show(request: Request, id: int) -> HttpResponse:
    return document(get_medium_document(request.actor, FULL, id))


def upload(request: Request) -> HttpResponse:
    """The file is written away as it arrives; nothing of it is kept unless all is well."""
    with Incoming() as incoming:
        name, form = _received(request, incoming)
        medium = add_medium(request.actor, Sent(incoming.done(), name), _fields({**request.fields, **form}))
    return _shown(request, medium, status=201)


def _received(request: Request, incoming: Incoming) -> tuple[str, dict[str, str]]:
    if request.http.content_type != "multipart/form-data":
        raise Invalid.one("file", "required", "Send the file as multipart/form-data, in a part called file.")
    try:
        name, form = read_file(
            request.http.META, request.http.META["wsgi.input"], incoming.write, fields=("file", "medium[file]")
        )
    except BrokenForm:
        raise BrokenBody from None
    if name is None:
        raise Invalid.one("file", "required", "There is no file in a part called file.")
    return name, form


def change(request: Request, id: int) -> HttpResponse:
    wrapped = request.fields.get("medium")
    change_medium(request.actor, id, _fields(wrapped if isinstance(wrapped, dict) else request.fields))
    return show(request, id)


def remove(request: Request, id: int) -> HttpResponse:
    discard_medium(request.actor, id)
    return keyed({"medium": {"id": id}})


def _shown(request: Request, medium: Medium, *, status: int) -> HttpResponse:
    return document(get_medium_document(request.actor, FULL, medium.pk), status=status)


def _fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """What of a body, or of a form, where all is text, becomes a medium's fields."""
    fields: dict[str, Any] = {
        name: as_text(name, value)
        for name in ("title", "description", "category")
        if (value := given.get(name, given.get(f"medium[{name}]"))) is not None
    }
    if (duration := given.get("duration")) is not None:
        is_text = isinstance(duration, str) and duration.isascii() and duration.isdigit() and len(duration) < 10  # noqa: PLR2004 -- more digits than any film has seconds
        fields["duration"] = int(duration) if is_text else duration
    if (visibility := as_text("visibility", given.get("visibility"))) is not None:
        if visibility not in _VISIBILITIES:
            raise Invalid.one("visibility", "unknown", f"visibility must be one of {', '.join(_VISIBILITIES)}.")
        fields["is_private"] = _VISIBILITIES[visibility]
    return fields
