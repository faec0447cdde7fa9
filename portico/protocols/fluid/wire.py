"""Fluid's way of asking and answering: parameters from query or body alike, JSON out, `meta` beside the payload."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse

from portico.access import Actor, stranger
from portico.errors import Invalid
from portico.http.bodies import read_body
from portico.http.boundary import current_request_id
from portico.http.client import agent_of, client_of
from portico.lib.php.query import parse_query
from portico.protocols.fluid.errors import BrokenBody

WIRE = "fluid"  # the name of this door, and of the module that opens it
LONGEST_NUMBER = 15  # digits of a page number that we read; beyond is only "very large"


def asking(http: HttpRequest) -> Actor:
    """Who calls, before anything is known of him."""
    address = client_of(http).address
    return stranger(wire=WIRE, request_id=current_request_id.get(), address=address, agent=agent_of(http))


class Request:
    """One call: its parameters, and who asks. Whoever has not signed in is a stranger."""

    def __init__(self, http: HttpRequest, actor: Actor | None = None) -> None:
        self.http = http
        self.actor = actor or asking(http)
        self.fields = self._fields()

    def _fields(self) -> dict[str, Any]:
        """Rails takes a parameter from either place; a body wins over the address."""
        try:
            query = parse_query(self.http.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
            return {**query, **self._body()}
        except ValueError:
            raise BrokenBody from None

    def _body(self) -> Mapping[str, Any]:
        if self.http.content_type == "multipart/form-data":
            return {}  # a file, for a handler that reads it as it comes
        raw = read_body(self.http)
        if not raw.strip():
            return {}
        if self.http.content_type == "application/x-www-form-urlencoded" and raw.lstrip()[:1] != b"{":
            return parse_query(raw)
        body = orjson.loads(raw)
        if not isinstance(body, dict):
            raise ValueError  # noqa: TRY004 -- as unreadable as what is no JSON
        return body

    def text(self, name: str) -> str:
        """A parameter that must be there. Raises Invalid."""
        value = self.optional(name)
        if not value:
            raise Invalid.one(name, "required", f"{name} is missing.")
        return value

    def optional(self, name: str) -> str | None:
        """A parameter, None or "" when it is not there. Raises Invalid when it is no text."""
        return as_text(name, self.fields.get(name))

    def inside(self, wrapper: str, name: str) -> str:
        """A parameter that must be there, in its wrapper or, as some clients send it, without. Raises Invalid."""
        outer = self.fields.get(wrapper)
        value = as_text(name, outer.get(name)) if isinstance(outer, dict) else self.optional(name)
        if not value:
            raise Invalid.one(name, "required", f"{wrapper}.{name} is missing.")
        return value

    def number(self, name: str, default: int, *, most: int) -> int:
        """A counting parameter, brought into 1..most; what is no number counts as not given."""
        value = self.fields.get(name)
        digits = str(value).strip() if isinstance(value, str | int) else ""
        sign, digits = digits[:1] == "-", digits.lstrip("+-")
        if not digits.isascii() or not digits.isdigit():
            return default
        number = 10**LONGEST_NUMBER if len(digits) > LONGEST_NUMBER else int(digits)
        return 1 if sign else max(1, min(number, most))


def as_text(name: str, value: Any) -> str | None:
    """A text as our tables can hold it; numbers count as their digits. Raises Invalid."""
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Invalid.one(name, "text", f"{name} must be a text.")
    if "\0" in value:
        raise Invalid.one(name, "text", f"{name} has characters that no text can have.")
    return value


def meta() -> dict[str, str]:
    """Which request this was, and when it was answered."""
    return {"request_id": current_request_id.get(), "timestamp": instant(datetime.now(UTC))}


def instant(moment: datetime) -> str:
    """ISO 8601 in UTC, whole seconds, with Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def keyed(payload: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """A keyed answer with `meta` beside its keys."""
    return bare({**payload, "meta": meta()}, status=status)


def bare(value: Any, *, status: int = 200) -> HttpResponse:
    return document(orjson.dumps(value), status=status)


def document(json: bytes | str, *, status: int = 200) -> HttpResponse:
    """An answer that is JSON already."""
    return HttpResponse(json, status=status, content_type="application/json")
