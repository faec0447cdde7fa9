"""What there is to read (wire notes 24): an article for each group of operations that /docs/fluentcrm describes."""

from dataclasses import asdict, dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from django.conf import settings
from django.http import HttpResponse

from portico.errors import NotFound
from portico.lib.yaml_in import read_yaml
from portico.protocols.fluentcrm.wire import Call, answer

_PAGE = f"{settings.PUBLIC_URL}/docs/fluentcrm"


@dataclass(frozen=True, slots=True)
class _Article:
    title: str
    content: str
    link: str


def index(_call: Call) -> HttpResponse:
    category = {"value": "interface", "label": "Interface"}
    return answer({"docs": [{**asdict(article), "category": category} for article in _articles()]})


def show(call: Call) -> HttpResponse:
    """By its place in the index, from 1. Raises NotFound."""
    articles, id = _articles(), int(call.parameters["id"])
    if not 0 < id <= len(articles):
        raise NotFound("article")
    return answer({**asdict(articles[id - 1]), "id": id})


@cache
def _articles() -> list[_Article]:
    """Made from the OpenAPI document itself, so that none can be out of date."""
    document = read_yaml(files(__package__).joinpath("openapi.yaml").read_bytes())
    groups: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for item in document["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "operationId" in operation:
                groups[operation["tags"][0]].append(operation)
    return [_article(name, operations) for name, operations in groups.items() if operations]


def _article(name: str, operations: list[dict[str, Any]]) -> _Article:
    rows = [f'<li><a href="{_PAGE}#{one["operationId"]}">{escape(one["summary"])}</a></li>' for one in operations]
    return _Article(name, f"<ul>{''.join(rows)}</ul>", f"{_PAGE}#{operations[0]['operationId']}")


def addons(call: Call) -> HttpResponse:
    """None: there are no plugins here. The switches of features that are being tried are in the settings."""
    return answer(
        {"addons": [], **({"experimental_features": []} if "experimental_features" in call.items("with") else {})}
    )
