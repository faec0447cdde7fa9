"""Request bodies, read up to a bound."""

from django.conf import settings
from django.http import HttpRequest

MOST_LEFT = 1 << 16  # bytes of an unread body that an answer waits for


class BodyTooLarge(Exception):  # noqa: N818 -- says what it is; every boundary answers 413
    """More than DATA_UPLOAD_MAX_MEMORY_SIZE bytes came, or were announced."""


def read_body(request: HttpRequest) -> bytes:
    """The whole body. Raises BodyTooLarge without reading more than the bound, also when no length was announced.

    It is read once and kept: at the root address one wire looks into it and another may answer.
    """
    if not hasattr(request, "whole_body"):
        request.whole_body = _read(request)  # type: ignore[attr-defined]  # ours
    body: bytes | None = request.whole_body  # type: ignore[attr-defined]  # ours
    if body is None:
        raise BodyTooLarge
    return body


def _read(request: HttpRequest) -> bytes | None:
    """The body, or None where it is too large."""
    bound = int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced.isdigit() and int(announced) > bound:
        return None
    stream = request.META["wsgi.input"]
    parts: list[bytes] = []
    size = 0
    while size <= bound:
        part = stream.read(min(65536, bound + 1 - size))
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    return None


def take_the_rest(request: HttpRequest) -> None:
    """Read what a view left of a small body, so that the connection can go on.

    Many clients send the body after the headers. Answered in between, the web server closes the connection, and the
    client sees it break: in this request, where it may never read the refusal, or in its next. A long body is not
    waited for, nor one whose sender waits for leave to send it.
    """
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if announced == "0" or not announced.isdigit() or int(announced) > MOST_LEFT or "HTTP_EXPECT" in request.META:
        return
    stream = request.META["wsgi.input"]
    while stream.read(MOST_LEFT):
        pass
