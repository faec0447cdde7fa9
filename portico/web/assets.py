"""Our style sheet, the one file that pages load."""

import hashlib
from functools import cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

_STYLE = Path(__file__).parent / "assets" / "portico.css"


def style(request: HttpRequest) -> HttpResponseBase:
    content, tag = _read()
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    response = HttpResponse(content if request.method != "HEAD" else b"", content_type="text/css; charset=utf-8")
    response["ETag"] = tag
    response["Cache-Control"] = "public, max-age=3600"
    return response


@cache
def _read() -> tuple[bytes, str]:
    content = _STYLE.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'
