"""Request bodies, read up to a bound."""

from django.conf import settings
from django.http import HttpRequest


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
