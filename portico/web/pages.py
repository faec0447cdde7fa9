"""How every page of ours is sent: rendered from a template, with headers that keep it to itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}


def page(
    request: HttpRequest,
    template: str,
    *,
    status: int = 200,
    form_action: str = "'none'",
    script: str = "'none'",
    media: str = "'self'",
    **values: Any,
) -> HttpResponse:
    """A page of ours. `form_action` and `script` are what a Content-Security-Policy says: where its forms may lead.

    `media` are the places from which it may show pictures, films and sounds.
    """
    response = HttpResponse(render_to_string(f"web/{template}", values, request), status=status, headers=HEADERS)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"img-src {media}; media-src {media}; script-src {script}; connect-src {script}; form-action {form_action}"
    )
    if request.method == "HEAD":
        response.content = b""
    return response


def not_kept(response: HttpResponse) -> HttpResponse:
    """The same page, for nobody to keep: it is somebody's own."""
    response["Cache-Control"] = "no-store"
    return response
