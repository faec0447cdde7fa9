"""What pages load: our style sheets, and the scripts that some need."""

import hashlib
from functools import cache
from pathlib import Path

import django_htmx
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

_CSS = "text/css; charset=utf-8"
_FOLDER = Path(__file__).parent / "assets"
# What comes with a library.
_ELSEWHERE = {"htmx.js": Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"}


def style(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "portico.css", _CSS)


def passkeys(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "passkeys.js", "text/javascript; charset=utf-8")


def public_style(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "public.css", _CSS)


def colour(_request: HttpRequest, colour: str) -> HttpResponseBase:
    """A company's colour, and what can be read on it: in a sheet of its own, because pages have no styles inside."""
    on_it = "#000" if _is_light(colour) else "#fff"
    response = HttpResponse(f":root{{--brand:#{colour};--on-brand:{on_it}}}", content_type=_CSS)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def _is_light(colour: str) -> bool:
    """Whether black has more contrast on it than white (WCAG 2.2, relative luminance)."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)  # noqa: PLR2004 -- the standard's numbers
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179  # noqa: PLR2004 -- where both have the same


def icon(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "portico.svg", "image/svg+xml")


def console(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "console.js", "text/javascript; charset=utf-8")


def frame(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "frame.js", "text/javascript; charset=utf-8")


def htmx(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "htmx.js", "text/javascript; charset=utf-8")


def _asset(request: HttpRequest, name: str, kind: str) -> HttpResponseBase:
    content, tag = _read(name)
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = HttpResponse(content if request.method != "HEAD" else b"", content_type=kind)
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=3600"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@cache
def _read(name: str) -> tuple[bytes, str]:
    content = _ELSEWHERE.get(name, _FOLDER / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
