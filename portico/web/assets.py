"""What pages load: our style sheet, and the one script that passkeys need."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

_FOLDER = Path(__file__).parent / "assets"


def style(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "portico.css", "text/css; charset=utf-8")


def passkeys(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "passkeys.js", "text/javascript; charset=utf-8")


def console(request: HttpRequest) -> HttpResponseBase:
    return _asset(request, "console.js", "text/javascript; charset=utf-8")


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
    content = (_FOLDER / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
