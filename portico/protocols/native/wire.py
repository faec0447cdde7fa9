"""How our own API is asked and answers: a JSON object in, JSON out, pages with a cursor."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import orjson
from django.http import HttpRequest, HttpResponse

from portico.access import Actor
from portico.errors import Invalid
from portico.http.bodies import read_body
from portico.protocols.native.errors import BrokenBody

_MOST_DIGITS = 18


class Request:
    """One call of somebody who is known. The body is read when it is first asked for."""

    def __init__(self, http: HttpRequest, actor: Actor) -> None:
        self.http = http
        self.actor = actor
        self.query = dict(parse_qsl(http.META.get("QUERY_STRING", ""), errors="replace"))
        self._body: Mapping[str, Any] | None = None

    @property
    def body(self) -> Mapping[str, Any]:
        """Raises BrokenBody."""
        if self._body is None:
            try:
                loaded = orjson.loads(read_body(self.http) or b"{}")
            except orjson.JSONDecodeError:
                raise BrokenBody from None
            if not isinstance(loaded, dict):
                raise BrokenBody
            self._body = loaded
        return self._body

    def id(self, name: str) -> int:
        """An id in the body that must be there. Raises Invalid."""
        value = self.body.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            raise Invalid.one(name, "required", f"{name} must be the number of one.")
        return value if 0 < value < 2**63 else 0  # no row has this id

    def texts(self, name: str) -> dict[str, str]:
        """An object in the body whose values are texts; empty when it is not there. Raises Invalid."""
        value = self.body.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise Invalid.one(name, "object", f"{name} must be an object of texts.")
        return value

    def limit(self, default: int, *, most: int) -> int:
        """How many rows a page is to have. Raises Invalid."""
        given = self.query.get("limit", str(default))
        if not given.isascii() or not given.isdigit() or not 1 <= int(given[:_MOST_DIGITS]) <= most:
            raise Invalid.one("limit", "number", f"limit is a number from 1 to {most}.")
        return int(given)

    def cursor(self, *kinds: type) -> tuple[Any, ...] | None:
        """Where the page begins, as `page` has given it away: values of these kinds. Raises Invalid."""
        given = self.query.get("cursor")
        if not given:
            return None
        try:
            values = orjson.loads(urlsafe_b64decode(given.encode()))
        except ValueError:
            values = None
        if not isinstance(values, list) or tuple(map(type, values)) != kinds or not all(map(_fits, values)):
            raise Invalid.one("cursor", "cursor", "This is no cursor of ours.")
        return tuple(values)


def _fits(value: Any) -> bool:
    """Whether PostgreSQL can take it."""
    return "\0" not in value if isinstance(value, str) else -(2**63) <= value < 2**63


def answer(value: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return document(orjson.dumps(value, default=_plain), status=status)


def document(json: bytes | str, *, status: int = 200) -> HttpResponse:
    """An answer that is JSON already."""
    return HttpResponse(json, status=status, content_type="application/json")


def page(rows: Sequence[Any], following: Sequence[Any] | None) -> HttpResponse:
    """Rows, and the cursor of the page after them, null at the end."""
    return answer({"data": rows, "next": _cursor(following)})


def joined_page(documents: Sequence[str], following: Sequence[Any] | None) -> HttpResponse:
    """The same of rows that are JSON already."""
    return document(f'{{"data":[{",".join(documents)}],"next":{orjson.dumps(_cursor(following)).decode()}}}')


def _cursor(following: Sequence[Any] | None) -> str | None:
    return None if following is None else urlsafe_b64encode(orjson.dumps(list(following))).decode()


def instant(moment: datetime) -> str:
    """RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: Any) -> str:
    return str(value)
