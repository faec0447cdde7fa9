"""Media as browsers and players load them: whole or in parts, never to be run, from the store or by its own address."""

from collections.abc import Iterator

from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from portico.content.files.store import store
from portico.content.queries.files import Servable, get_servable
from portico.errors import NotFound
from portico.http.boundary import answering
from portico.http.conditions import strong_tags
from portico.http.ranges import Span, Unsatisfiable, span_of
from portico.web import errors

_PART = 256 * 1024
_POLICY = "default-src 'none'; sandbox"
_POLICY_OF_PDF = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'"  # no browser shows one in a sandbox
_INLINE = ("image/", "video/", "audio/", "application/pdf")


@answering(errors)  # type: ignore[arg-type]  # answers that stream are answers too
def show(request: HttpRequest, token: str) -> HttpResponseBase:
    """GET and HEAD of /media/TOKEN; `?download` saves instead of showing."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
    asked = request.GET
    file = get_servable(token, until=asked.get("until", ""), signature=asked.get("signature", ""))
    if not isinstance(store(), FileSystemStorage):
        return _elsewhere(file, is_download="download" in asked)
    response = _served(request, file, f'"{token}"')
    for name, value in _headers(file, f'"{token}"', is_download="download" in asked).items():
        response[name] = value
    return response


def _headers(file: Servable, tag: str, *, is_download: bool) -> dict[str, str]:
    return {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Cache-Control": f"{'private' if file.is_private else 'public'}, max-age=86400",
        "Content-Disposition": _disposition(file, is_download=is_download),
        "X-Content-Type-Options": "nosniff",
        # A document that is opened by itself runs nothing and loads nothing, whatever is in it.
        "Content-Security-Policy": _POLICY_OF_PDF if file.content_type == "application/pdf" else _POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
    }


def _disposition(file: Servable, *, is_download: bool) -> str:
    is_attachment = is_download or not file.content_type.startswith(_INLINE)
    return content_disposition_header(is_attachment, file.name) or "attachment"


def _served(request: HttpRequest, file: Servable, tag: str) -> HttpResponseBase:
    if tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304)
    known = request.META.get("HTTP_IF_RANGE")
    is_same = known is None or known.strip('"') in strong_tags(tag)
    try:
        span = span_of(request.META.get("HTTP_RANGE", ""), file.size) if is_same else None
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"})
    whole = Span(0, file.size)
    response = StreamingHttpResponse(
        [] if request.method == "HEAD" else _parts(file, span or whole),
        status=206 if span else 200,
        content_type=file.content_type,
        headers={"Content-Length": str((span or whole).length)},
    )
    if span:
        response["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{file.size}"
    return response


def _parts(file: Servable, span: Span) -> Iterator[bytes]:
    try:
        opened = store().open(file.place)
    except FileNotFoundError:
        raise NotFound("file") from None
    return _read(opened, span)


def _read(opened: "object", span: Span) -> Iterator[bytes]:
    with opened:  # type: ignore[attr-defined]  # a file of Django's
        opened.seek(span.start)  # type: ignore[attr-defined]  # the same
        left = span.length
        while left and (part := opened.read(min(_PART, left))):  # type: ignore[attr-defined]  # the same
            left -= len(part)
            yield part


def _elsewhere(file: Servable, *, is_download: bool) -> HttpResponse:
    """The store's own address, signed for an hour: it knows ranges, and the file need not go through us."""
    address = store().url(  # type: ignore[call-arg]  # of the S3 store, the only other one
        file.place,
        parameters={
            "ResponseContentType": file.content_type,
            "ResponseContentDisposition": _disposition(file, is_download=is_download),
        },
    )
    return HttpResponseRedirect(
        address, headers={"Cache-Control": "private, max-age=600", "Referrer-Policy": "no-referrer"}
    )
