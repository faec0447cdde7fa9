"""The request as plain values, the answer as PHP writes it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import urlencode

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParser, MultiPartParserError

from portico.errors import Invalid
from portico.http.bodies import read_body
from portico.lib.php.json import json_encode
from portico.lib.php.query import QueryValue, parse_query
from portico.lib.php.serialize import serialize
from portico.protocols.activemember.fields import all_fields, chosen_fields

Parameters = Mapping[str, QueryValue]

CODE = "mbr_auth"
MOST_NAMES = 1000  # in one list
_OFF = {"0", "false", "no", "off"}
_NO_TAG = 0  # an id that no tag has: what is no id must be held too, and nobody holds it


@dataclass(frozen=True, slots=True)
class Form:
    """How the answer is written; the default is PHP's serialize()."""

    is_json: bool
    is_base64: bool

    def write(self, into: HttpResponse, *, value: object) -> HttpResponse:
        """The value as the whole body: PHP 8.3 warns about every byte around it."""
        body = json_encode(value) if self.is_json else serialize(value)
        into.content = base64.b64encode(body) if self.is_base64 else body
        into["Content-Length"] = str(len(into.content))
        is_readable_json = self.is_json and not self.is_base64
        into["Content-Type"] = "application/json" if is_readable_json else "text/plain; charset=UTF-8"
        into["Cache-Control"] = "no-store"
        into["X-Content-Type-Options"] = "nosniff"
        return into


@dataclass(frozen=True, slots=True)
class Asked:
    """A call. `fields` None asks for all; 0 among `required_tags` is what was no id of a tag."""

    user: str
    password: str
    fields: tuple[str, ...] | None
    required_tags: frozenset[int]


def in_query(request: HttpRequest) -> dict[str, QueryValue]:
    """The address's parameters; more than PHP would take are none at all."""
    return _parsed(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))


def in_body(request: HttpRequest) -> dict[str, QueryValue]:
    """The form's parameters: like PHP, only of a POST, and only in the two types of a form. Raises BodyTooLarge."""
    content_type = request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if request.method != "POST":
        return {}
    if content_type == "application/x-www-form-urlencoded":
        return _parsed(read_body(request))
    if content_type == "multipart/form-data":
        return _parsed(_urlencoded(request, read_body(request)))
    return {}


def _parsed(raw: bytes) -> dict[str, QueryValue]:
    try:
        return parse_query(raw)
    except ValueError:
        return {}


def _urlencoded(request: HttpRequest, body: bytes) -> bytes:
    """The same form in the other type, so that names with brackets mean the same in both. A broken one is empty."""
    about = {"CONTENT_TYPE": request.META["CONTENT_TYPE"], "CONTENT_LENGTH": len(body)}
    try:
        fields, _files = MultiPartParser(about, BytesIO(body), [], "utf-8").parse()
    except (MultiPartParserError, SuspiciousOperation, ValueError):
        return b""
    return urlencode([(name, value) for name, values in fields.lists() for value in values]).encode()


def form_of(parameters: Parameters) -> Form:
    return Form(is_json=_is_on(parameters.get("json")), is_base64=_is_on(parameters.get("base64")))


def _is_on(value: "QueryValue | None") -> bool:
    """The manual says "if passed": so it is on also with an empty value, and off only for a plain no."""
    return value is not None and not (isinstance(value, str) and value.strip().lower() in _OFF)


def code_of(parameters: Parameters) -> str:
    """The security code. Raises Invalid for an array."""
    return _text(parameters, CODE)


def asked(parameters: Parameters) -> Asked:
    """What the site asks. Raises Invalid where a text is missing or an array came for one."""
    return Asked(
        user=_text(parameters, "user").strip(),
        password=_text(parameters, "pass"),
        fields=tuple(_listed(parameters, "retfields")) or None,
        required_tags=frozenset(_tag_id(item) for item in _listed(parameters, "required_tags")),
    )


def _text(parameters: Parameters, name: str) -> str:
    value = parameters.get(name)
    if not isinstance(value, str):
        raise Invalid.one(name, "text", f"{name} must be a text.")
    return value


def _listed(parameters: Parameters, name: str) -> list[str]:
    """The items between commas; empty ones do not count, so that an empty list is as good as none."""
    text = _text(parameters, name) if name in parameters else ""
    if text.count(",") >= MOST_NAMES:
        raise Invalid.one(name, "long", f"{name} has more than {MOST_NAMES} items.")
    return [item.strip() for item in text.split(",") if item.strip()]


def _tag_id(item: str) -> int:
    is_id = item.isascii() and item.isdigit() and len(item) <= len(str(2**63))
    return int(item) if is_id else _NO_TAG


def answer(document: str, names: tuple[str, ...] | None) -> dict[str, str | dict[str, str]]:
    """The member's fields, all or those that were asked for."""
    fields = all_fields(document)
    return fields if names is None else chosen_fields(fields, names)
