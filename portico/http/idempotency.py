"""The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header), and answers as bytes that can be kept."""

import re
from hashlib import sha256

import orjson
from django.http import HttpRequest, HttpResponse

LONGEST_KEY = 255
# A string of RFC 9651 as the draft has it, or bare, as most clients send it.
_QUOTED = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_BARE = re.compile(r"[!#-~]+")


class BadKey(Exception):  # noqa: N818 -- says what it is
    """The header holds no key."""


def key_in(header: str) -> str:
    """The key itself: 1 to 255 printable ASCII characters. Raises BadKey."""
    text = header.strip()
    quoted = _QUOTED.fullmatch(text)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else text if _BARE.fullmatch(text) else ""
    if not 0 < len(key) <= LONGEST_KEY:
        raise BadKey
    return key


def fingerprint(request: HttpRequest, method: str, path: str, body: bytes) -> bytes:
    """Tells one request from another: method, path, query, condition, type and body.

    The boundary of a multipart body counts for nothing, because clients draw a new one for each try.
    """
    kind, _, options = str(request.META.get("CONTENT_TYPE") or "").partition(";")
    boundary = re.search(r'boundary="?([^";,]+)', options)
    if boundary:
        body = body.replace(boundary[1].encode("latin-1", "replace"), b"")
    query, condition = (str(request.META.get(name, "")) for name in ("QUERY_STRING", "HTTP_IF_MATCH"))
    head = [method, path, query, condition, kind.strip().lower()]
    return sha256(orjson.dumps(head) + b"\n" + body).digest()


def as_bytes(response: HttpResponse) -> bytes:
    """The whole answer, to be kept."""
    headers = [*response.items(), *getattr(response, "fixed_headers", ())]
    return orjson.dumps([response.status_code, headers]) + b"\n" + response.content


def as_response(kept: bytes) -> HttpResponse:
    """The same answer again."""
    head, _, body = kept.partition(b"\n")
    status, headers = orjson.loads(head)
    response = HttpResponse(body, status=status)
    for name, value in headers:
        response[name] = value
    return response
