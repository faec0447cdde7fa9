"""An OpenAPI 3 document as a page needs it: operations by tag, each with rows of fields and its examples.

Whatever is missing or odd in a document leaves a gap on the page, never an error. Texts are HTML, escaped.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

from portico.web.prose import inline, paragraphs

METHODS = ("get", "post", "put", "patch", "delete")
_DEEPEST = 5  # levels of fields in a table; deeper ones are told by the example


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a table. `name` is dotted where it is inside another one; `[]` marks elements of an array."""

    name: str
    kind: str
    text: str
    is_required: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """A request's or a response's body: which media type, its fields, an example as text."""

    media_type: str
    fields: list[Field]
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    status: str
    text: str
    headers: list[Field]
    bodies: list[Body]


@dataclass(frozen=True, slots=True)
class Operation:
    method: str
    path: str
    anchor: str
    title: str
    text: str
    parameters: list[Field]
    bodies: list[Body]
    answers: list[Answer]


@dataclass(slots=True)
class Reading:
    """A whole document, read."""

    title: str
    version: str
    text: str
    servers: list[str]
    groups: list[tuple[str, str, list[Operation]]] = field(default_factory=list)


def read(document: dict[str, Any]) -> Reading:
    info = _dict(document.get("info"))
    servers = [_text(_dict(server).get("url")) for server in _list(document.get("servers"))]
    reading = Reading(
        _text(info.get("title")) or "API",
        _text(info.get("version")),
        paragraphs(_text(info.get("description"))),
        servers,
    )
    told = {
        _text(_dict(tag).get("name")): paragraphs(_text(_dict(tag).get("description")))
        for tag in _list(document.get("tags"))
    }
    groups: dict[str, list[Operation]] = {name: [] for name in told}
    for tag, operation in _Document(document).operations():
        groups.setdefault(tag, []).append(operation)
    reading.groups = [(name, told.get(name, ""), held) for name, held in groups.items() if held]
    return reading


class _Document:
    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document

    def operations(self) -> Iterator[tuple[str, Operation]]:
        for path, item in _dict(self._document.get("paths")).items():
            known = self._at(item)
            for method in METHODS:
                if isinstance(known.get(method), dict):
                    yield self._operation(str(path), method, known[method], _list(known.get("parameters")))

    def _operation(self, path: str, method: str, operation: dict[str, Any], shared: list[Any]) -> tuple[str, Operation]:
        tags = _list(operation.get("tags")) or ["Operations"]
        anchor = _text(operation.get("operationId")) or f"{method}{path.replace('/', '-').strip('{}')}"
        return _text(tags[0]), Operation(
            method=method.upper(),
            path=path,
            anchor=anchor,
            title=_text(operation.get("summary")),
            text=paragraphs(_text(operation.get("description"))),
            parameters=[self._parameter(one) for one in (*shared, *_list(operation.get("parameters")))],
            bodies=self._bodies(self._at(operation.get("requestBody"))),
            answers=[self._answer(str(status), one) for status, one in _dict(operation.get("responses")).items()],
        )

    def _parameter(self, value: Any) -> Field:
        one = self._at(value)
        schema = self._at(one.get("schema"))
        text = _text(one.get("description")) or _text(schema.get("description"))
        return Field(
            _text(one.get("name")), self._kind(schema), inline(text), bool(one.get("required")), _text(one.get("in"))
        )

    def _answer(self, status: str, value: Any) -> Answer:
        one = self._at(value)
        headers = []
        for name, header in _dict(one.get("headers")).items():
            told = self._at(header)
            text = inline(_text(told.get("description")))
            headers.append(Field(str(name), self._kind(self._at(told.get("schema"))), text))
        return Answer(status, paragraphs(_text(one.get("description"))), headers, self._bodies(one))

    def _bodies(self, value: dict[str, Any]) -> list[Body]:
        bodies = []
        for media_type, content in _dict(value.get("content")).items():
            held = _dict(content)
            fields = list(self._fields(self._at(held.get("schema")), "", 0))
            bodies.append(Body(str(media_type), fields, self._example(held)))
        return bodies

    def _example(self, content: dict[str, Any]) -> str:
        example = content.get("example")
        for one in _dict(content.get("examples")).values():
            example = self._at(one).get("value") if example is None else example
        if example is None:
            example = self._at(content.get("schema")).get("example")
        if example is None:
            return ""
        return example if isinstance(example, str) else _pretty(example)

    def _fields(self, schema: dict[str, Any], prefix: str, depth: int) -> Iterator[Field]:
        if depth >= _DEEPEST:
            return
        for part in (*_list(schema.get("allOf")), *_list(schema.get("oneOf")), *_list(schema.get("anyOf"))):
            yield from self._fields(self._at(part), prefix, depth + 1)
        if "items" in schema:
            yield from self._fields(self._at(schema["items"]), f"{prefix}[]", depth + 1)
        required = _list(schema.get("required"))
        for name, value in _dict(schema.get("properties")).items():
            inside = self._at(value)
            whole = f"{prefix}.{name}" if prefix else str(name)
            yield Field(whole, self._kind(inside), inline(_text(inside.get("description"))), name in required)
            yield from self._fields(inside, whole, depth + 1)

    def _kind(self, schema: dict[str, Any]) -> str:
        kinds = schema.get("type")
        names = [_text(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind]
        if not names:
            parts = (*_list(schema.get("oneOf")), *_list(schema.get("anyOf")), *_list(schema.get("allOf")))
            names = list(dict.fromkeys(self._kind(self._at(part)) for part in parts))
        if names == ["array"] and "items" in schema:
            names = [f"array of {self._kind(self._at(schema['items'])) or 'anything'}"]
        kind = " or ".join(name for name in names if name)
        if "enum" in schema:
            kind += ": " + ", ".join(_text(value) if value is not None else "null" for value in _list(schema["enum"]))
        return f"{kind} ({_text(schema['format'])})" if schema.get("format") else kind

    def _at(self, value: Any) -> dict[str, Any]:
        """The object itself, or what its $ref points to inside the document; references in circles end as nothing."""
        for _ in range(16):
            if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                return _dict(value)
            at: Any = self._document
            for step in value["$ref"].removeprefix("#/").split("/"):
                at = _dict(at).get(step.replace("~1", "/").replace("~0", "~"))
            value = at
        return {}


def _pretty(example: Any) -> str:
    return orjson.dumps(example, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS, default=str).decode()


def _dict(value: Any) -> dict[Any, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
