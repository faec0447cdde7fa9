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
    values.setdefault("onward", _onward(request))
    response = HttpResponse(render_to_string(f"web/{template}", values, request), status=status, headers=HEADERS)
    response["Vary"] = "Accept-Language, Cookie"  # for the language
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"img-src {media}; media-src {media}; script-src {script}; connect-src {script}; form-action {form_action}"
    )
    if request.method == "HEAD":
        response.content = b""
    return response


def _onward(request: HttpRequest) -> str:
    """Where the choice of a language leads back to: here, but for an address that holds a secret or takes a form."""
    name = str(getattr(request, "route_name", ""))
    is_told = request.method == "GET" and name not in {"", "language"} and "<str:link>" not in name
    return request.get_full_path() if is_told else ""


def not_kept(response: HttpResponse) -> HttpResponse:
    """The same page, for nobody to keep: it is somebody's own."""
    response["Cache-Control"] = "no-store"
    return response
