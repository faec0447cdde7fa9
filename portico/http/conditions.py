"""Conditional requests (RFC 9110, 13): an ETag on every good answer to a GET, and 304 for who has it already."""

import re

from django.http import HttpRequest, HttpResponse

from portico.lib.fingerprint import fingerprint

_GOOD, _NOT_MODIFIED = 200, 304
_TAG = re.compile(r'(W/)?"([!#-~\x80-\xff]*)"')


def entity_tag(body: bytes, kind: str = "") -> str:
    """A strong one: the same bytes have the same. `kind` goes in front, where the hash alone says too little."""
    return f'"{kind}{fingerprint(body)}"'


def strong_tags(header: str) -> list[str]:
    """What is between the quotes of an If-Match header; weak ones never match there."""
    return [tag for weak, tag in _TAG.findall(header) if not weak]


def answered_if_new(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The answer to a GET with its ETag, or 304 with the same headers and no body where If-None-Match names it."""
    if response.status_code != _GOOD or response.streaming:
        return response
    if "ETag" not in response:
        response["ETag"] = entity_tag(response.content)
    known = request.META.get("HTTP_IF_NONE_MATCH")
    if known is not None and _names(known, response["ETag"]):
        response.status_code = _NOT_MODIFIED
        response.content = b""
    return response


def _names(header: str, etag: str) -> bool:
    # Weak comparison: whoever compressed the answer on its way has made its tag weak.
    return header.strip() == "*" or any(f'"{tag}"' == etag for _, tag in _TAG.findall(header))
