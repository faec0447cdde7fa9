"""Pages for everybody: sites and what is shared. Rendered once for what they say, and kept while that is the same."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from portico.http.conditions import answered_if_new, entity_tag

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_DEFAULT_COLOUR = "2f5d8a"
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    # Asked for each time, because each time is a view; who has it already gets no body.
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language, Cookie",  # the words around what somebody wrote are the reader's
}


@dataclass(frozen=True, slots=True)
class _Rendered:
    body: bytes
    tag: str
    policy: str


def answer(request: HttpRequest, template: str, document: str) -> HttpResponse:
    """The page that this document (JSON, from the database) makes of the template, or 304."""
    response = answered_if_new(
        request, _response(_rendered(template, document, get_language() or settings.LANGUAGE_CODE))
    )
    if request.method == "HEAD":
        response.content = b""
    return response


def answer_once(template: str, document: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """The same with something that is only for whoever asked just now."""
    response = _response(_render(template, orjson.loads(document), more))
    response.status_code = status
    response["Cache-Control"] = "no-store"
    return response


def _response(rendered: _Rendered) -> HttpResponse:
    response = HttpResponse(rendered.body, headers=_HEADERS)
    response["ETag"] = rendered.tag
    response["Content-Security-Policy"] = rendered.policy
    return response


@lru_cache(maxsize=512)
def _rendered(template: str, document: str, _language: str) -> _Rendered:
    return _render(template, orjson.loads(document), {})


def _render(template: str, told: dict[str, Any], more: Mapping[str, Any]) -> _Rendered:
    look = look_of(told.get("color") or "", told.get("logo"))
    images = {"photo": safe_address(told.get("photo")), "logo": look["logo"]}
    links = {name: _safe_links(told.get(name) or []) for name in ("links", "favorites")}
    values = {**told, **look, **images, **links, **more}
    body = render_to_string(f"web/{template}", values).encode()
    pictures = [one["image_url"] for shown in links.values() for one in shown]
    return _Rendered(body, entity_tag(body), _policy(*images.values(), *pictures))


def look_of(colour: str, logo: Any) -> dict[str, str]:
    """What a frame of public pages shows of a company: a harmless colour and address, whatever somebody wrote down."""
    colour = (colour if _COLOUR.fullmatch(colour) else f"#{_DEFAULT_COLOUR}").lower()
    return {"logo": safe_address(logo), "colour": colour[1:], "colour_name": colour}


def _safe_links(links: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Those that lead somewhere."""
    safe = [{**one, **{name: safe_address(one[name]) for name in ("url", "image_url")}} for one in links]
    return [one for one in safe if one["url"]]


def safe_address(value: Any) -> str:
    """An http or https address, "" for anything else: what somebody wrote down must not become a script."""
    text = value if isinstance(value, str) else ""
    return text if _origin(text) and not any(one.isspace() for one in text) else ""


def _origin(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin if _ORIGIN.fullmatch(origin) else ""


def media_sources() -> str:
    """From where a page shows media: from itself, from our own address, and from where the store is."""
    stores = {_origin(settings.PUBLIC_URL), _origin(settings.STORAGES["media"]["OPTIONS"].get("endpoint_url", ""))}
    return " ".join(["'self'", *sorted(stores - {""})])


def picture_sources(*images: str) -> str:
    """The same for a page with these pictures, which may come from anywhere."""
    own = media_sources()
    return " ".join([own, *sorted({_origin(image) for image in images} - {"", *own.split()})])


def _policy(*images: str) -> str:
    """Nothing runs, and nothing comes from elsewhere but these pictures, and media from where the store is."""
    return (
        f"default-src 'none'; style-src 'self'; img-src {picture_sources(*images)}; media-src {media_sources()}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
