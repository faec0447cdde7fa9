"""The mock of the manual page: each operation's sample from the OpenAPI document, without credentials or effect."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse

from portico.errors import NotFound
from portico.http.boundary import answering
from portico.lib.yaml_in import read_yaml
from portico.protocols.fluid import errors
from portico.protocols.fluid.wire import bare

DOCUMENT = Path(__file__).with_name("openapi.yaml")
METHODS = ("get", "post", "put", "patch", "delete")


@answering(errors)
def sample(http: HttpRequest, path: str) -> HttpResponse:
    """The first good answer that the document has for this operation."""
    method = "GET" if http.method == "HEAD" else http.method
    for pattern, answers in _operations():
        if pattern.fullmatch("/" + path.strip("/")):
            if method not in answers:
                raise errors.WrongMethod(list(answers))
            status, example = answers[method]
            return bare(example, status=status)
    raise NotFound("operation")


@cache
def _operations() -> list[tuple[re.Pattern[str], dict[str, tuple[int, Any]]]]:
    document = read_yaml(DOCUMENT.read_bytes())
    return [
        (
            re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))),
            {method.upper(): _good_answer(document, item[method]) for method in METHODS if method in item},
        )
        for path, item in document["paths"].items()
    ]


def _good_answer(document: dict[str, Any], operation: dict[str, Any]) -> tuple[int, Any]:
    """Its status and sample. Answers that several operations give are kept once, behind a reference."""
    status = next(status for status in operation["responses"] if status.startswith("2"))
    answer = operation["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    return int(status), answer["content"]["application/json"]["example"]
