"""Pages for OpenAPI documents: rendered here, readable offline without a script, the document itself beside them."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from portico.errors import NotFound
from portico.http.boundary import answering
from portico.lib.yaml_in import read_yaml
from portico.web import errors
from portico.web.openapi import Reading, read
from portico.web.pages import page


def pages(documents: Mapping[str, Path]) -> list[URLPattern]:
    """/docs with a list, and /docs/NAME, NAME.json and NAME.yaml for each. A file that is not there is left out."""

    def found(name: str) -> Path:
        file = documents.get(name)
        if file is None or not file.is_file():
            raise NotFound("document")
        return file

    @answering(errors)
    def index(request: HttpRequest) -> HttpResponse:
        there = [(name, _reading(file, _age(file))) for name, file in documents.items() if file.is_file()]
        return page(request, "docs_index.html", documents=there)

    @answering(errors)
    def show(request: HttpRequest, name: str) -> HttpResponse:
        file = found(name)
        return page(request, "docs.html", name=name, reading=_reading(file, _age(file)))

    @answering(errors)
    def as_json(_request: HttpRequest, name: str) -> HttpResponse:
        file = found(name)
        return HttpResponse(_json(file, _age(file)), content_type="application/json")

    @answering(errors)
    def as_yaml(_request: HttpRequest, name: str) -> HttpResponse:
        return HttpResponse(found(name).read_bytes(), content_type="application/yaml")

    return [
        path("docs", index),
        path("docs/", index),
        path("docs/<slug:name>", show),
        path("docs/<slug:name>.json", as_json),
        path("docs/<slug:name>.yaml", as_yaml),
    ]


def _age(file: Path) -> int:
    return file.stat().st_mtime_ns


def _loaded(file: Path) -> dict[str, Any]:
    loaded = read_yaml(file.read_bytes())
    return loaded if isinstance(loaded, dict) else {}


@lru_cache(maxsize=8)
def _reading(file: Path, _age: int) -> Reading:
    return read(_loaded(file))


@lru_cache(maxsize=8)
def _json(file: Path, _age: int) -> bytes:
    # YAML reads 200: and 2021-01-01 as number and date; JSON wants texts.
    return orjson.dumps(_loaded(file), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
