"""Requests of this wire as plain values, and its answers as bytes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import quote

import orjson
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from portico.access import Actor
from portico.http.bodies import read_body
from portico.lib.php.query import parse_query
from portico.protocols.fluentcrm.sanitizing import plain_text

MOST_PER_PAGE = 1000
_LAST_PAGE = 10**12
_DIGITS_OF_ID = 18

# As recorded. There is no Access-Control-Allow-Origin: the wire stays closed to browsers of other origins.
_HEADERS = {
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
    "Link": f'<{settings.PUBLIC_URL}/wp-json/>; rel="https://api.w.org/"',
}


class Answer(HttpResponse):
    """JSON of this wire, with the headers that each of its answers has."""

    fixed_headers = tuple(_HEADERS.items())

    def __init__(self, body: str | bytes, status: int) -> None:
        # Named beside the type, because Django would search the type for it again at each use.
        super().__init__(body, status=status, content_type="application/json; charset=UTF-8", charset="utf-8")


class Unreadable(Exception):  # noqa: N818 -- says what it is; the entry answers 400
    """The body or query cannot be parsed."""

    def __init__(self, *, is_json: bool) -> None:
        super().__init__()
        self.is_json = is_json


@dataclass(frozen=True, slots=True)
class Multipart:
    """A body with files in it, not read yet: only who takes one reads it, under a bound of its own."""

    meta: Mapping[str, Any]
    stream: BinaryIO


@dataclass(slots=True)
class Call:
    """One request: who asks, and what for. Later sources win: path, then query, then form, then JSON body."""

    actor: Actor
    path: str
    parameters: Mapping[str, int | str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    environ: Mapping[str, Any] = field(default_factory=dict)
    multipart: Multipart | None = None

    def header(self, name: str) -> str | None:
        """None where it was not sent."""
        return self.environ.get(f"HTTP_{name.upper().replace('-', '_')}")

    def everything(self) -> dict[str, Any]:
        return {**self.parameters, **self.query, **self.form, **self.json}

    def value(self, name: str) -> Any:
        """None where it was not sent."""
        for source in (self.json, self.form, self.query, self.parameters):
            if name in source:
                return source[name]
        return None

    def text(self, name: str) -> str:
        """Plain text; "" for whatever is none."""
        return plain_text(as_text(self.value(name)) or "")

    def flag(self, name: str) -> bool:
        return is_truthy(self.value(name))

    def id(self, name: str = "id") -> int:
        """A number from 0 up; 0 for whatever is none."""
        return as_id(self.value(name)) or 0

    def items(self, name: str) -> list[Any]:
        return as_items(self.value(name))

    def ids(self, name: str) -> list[int]:
        return [id for id in map(as_id, self.items(name)) if id]

    def labels(self, name: str) -> tuple[int | str, ...]:
        return as_labels(self.value(name))

    def structure(self, name: str) -> Any:
        """JSON inside a parameter: text is decoded, but not text inside a JSON body (wire notes 1)."""
        value = self.value(name)
        if not isinstance(value, str) or name in self.json:
            return value
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return None

    @property
    def page(self) -> int:
        return min(max(self._paging("page", 1), 1), _LAST_PAGE)

    def per_page(self, default: int) -> int:
        return min(max(self._paging("per_page", default), 1), MOST_PER_PAGE)

    def _paging(self, name: str, default: int) -> int:
        # Not from a JSON body (wire notes 4).
        value = self.form.get(name, self.query.get(name, ""))
        return default if value == "" else whole_number(value)


def read(request: HttpRequest, call: Call) -> None:
    """Fill in query and body. Raises Unreadable, BodyTooLarge."""
    call.query = _variables(request.META.get("QUERY_STRING", "").encode("latin-1", "replace"))
    kind = (request.META.get("CONTENT_TYPE") or "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        call.multipart = Multipart(request.META, request.META["wsgi.input"])
        return
    body = read_body(request)
    if not body:
        return
    if kind == "application/json" or kind.endswith("+json"):
        call.json = _json(body)
    elif kind in {"", "application/x-www-form-urlencoded"}:
        call.form = _variables(body)


def _variables(raw: bytes) -> Mapping[str, Any]:
    try:
        return parse_query(raw) if raw else {}
    except ValueError:
        raise Unreadable(is_json=False) from None


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable(is_json=True) from None
    if isinstance(found, dict):
        return found
    return {str(place): item for place, item in enumerate(found)} if isinstance(found, list) else {}


def as_text(value: Any) -> str | None:
    """Text as PHP would write it; None for arrays and for nothing."""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) else None


def is_truthy(value: Any) -> bool:
    """PHP's truth: "0" is false too."""
    return bool(value) and value != "0"


def whole_number(value: Any) -> int:
    """PHP's intval: the digits at the start, or 0."""
    if isinstance(value, int | float):
        return int(value)
    text = value.strip()[:_DIGITS_OF_ID] if isinstance(value, str) else ""
    digits = text[1:] if text[:1] in {"-", "+"} else text
    end = next((place for place, one in enumerate(digits) if one not in "0123456789"), len(digits))
    return int(digits[:end] or 0) * (-1 if text.startswith("-") else 1)


def as_id(value: Any) -> int | None:
    """A number from 1 up that fits a column; None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        value = int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS_OF_ID else None
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**_DIGITS_OF_ID else None


def as_items(value: Any) -> list[Any]:
    """An array's items; a single value is an array of one."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]


def as_labels(value: Any) -> tuple[int | str, ...]:
    """Ids, and titles or slugs of tags and lists; what can be neither is left out."""
    found: list[int | str] = []
    for item in as_items(value):
        id = as_id(item)
        text = plain_text(item) if isinstance(item, str) else ""
        if id is not None:
            found.append(id)
        elif text and not text.isdigit():
            found.append(text)
    return tuple(found)


def answer(body: Any, status: int = 200) -> HttpResponse:
    """Anything that JSON can say."""
    return raw_answer(orjson.dumps(body), status)


def raw_answer(body: str | bytes, status: int = 200) -> HttpResponse:
    """JSON that is text already."""
    return Answer(body, status=status)


def message(text: str, status: int = 200, **more: Any) -> HttpResponse:
    return answer({"message": text, **more}, status)


def wordpress_error(status: int, code: str, text: str, **more: Any) -> HttpResponse:
    return answer({"code": code, "message": text, "data": {"status": status, **more}}, status)


def paginator(call: Call, total: int, rows: str, *, page: int, per_page: int) -> str:
    """The nine keys (wire notes 4). The addresses have only the path and the page: all else is dropped, as there."""
    last = -(-total // per_page)
    first = (page - 1) * per_page + 1
    shown = max(0, min(per_page, total - first + 1))
    head = {
        "total": total,
        "per_page": per_page,
        "current_page": page,
        "last_page": last,
        "next_page_url": page_url(call, page + 1) if page < last else None,
        "prev_page_url": page_url(call, page - 1) if page > 1 else None,
        "from": first if shown else None,
        "to": first + shown - 1 if shown else None,
    }
    return f'{orjson.dumps(head).decode()[:-1]},"data":[{rows}]}}'


def page_url(call: Call, page: int) -> str:
    return f"/wp-json/{quote(call.path.strip('/'))}?page={page}"


def only(body: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """`_fields` of the WordPress index: those keys that were asked for, all when none was."""
    wanted = {name.partition(".")[0] for name in names}
    return {key: value for key, value in body.items() if not wanted or key in wanted}
