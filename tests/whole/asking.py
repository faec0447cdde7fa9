"""The same question about another company's things and about what never was, by whoever may ask on a wire."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
import requests

from portico.access import Role
from tests.make import make_company, make_key, make_member
from tests.protocols.fluid.app import jwt_of
from tests.server import Server
from tests.whole.test_two_companies import NOBODY, Beta, Call, Names, path

Told = tuple[int, str, list[str]]
Calls = dict[tuple[str, str], tuple[Call, ...]]


@dataclass(frozen=True, slots=True)
class Wire:
    """Where its routes are, and how somebody of a new company comes in, who has nothing there."""

    at: str
    somebody: Callable[[], dict[str, Any]]


def _by_key() -> dict[str, Any]:
    key = make_key(make_company())
    return {"auth": (key.username, key.password)}


def _by_bearer() -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {make_key(make_company()).password}"}}


def _by_token() -> dict[str, Any]:
    return {"headers": {"Authorization": f"Bearer {jwt_of(make_member(make_company(), 'Rob', Role.REP))}"}}


KEY, BEARER, TOKEN = Wire("/wp-json/", _by_key), Wire("/api/portico/v1/", _by_bearer), Wire("/api/", _by_token)


@cache
def reader(wire: Wire) -> dict[str, Any]:
    """One for all questions that change nothing."""
    return wire.somebody()


def told(response: requests.Response, names: Names) -> Told:
    """What an answer tells: status, text and header names, with names and numbers that must differ taken out."""
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32}|mfa_\w+", "RANDOM", response.text)
    for name in (str(getattr(names, field)) for field in Names.__slots__):
        if not name.isdigit():
            text = text.replace(name, "NAME").replace(quote(name), "NAME")
    text = re.sub(r"\d+", "0", text)
    return response.status_code, text, sorted(header for header in response.headers if header != "Content-Length")


def ask(server: Server, wire: Wire, method: str, route: str, call: Call, names: Names) -> Told:
    """One call by somebody of a third company: another one for each change, or the second would find the first."""
    how = {"path": route, **call(names)}
    somebody = reader(wire) if method == "GET" else wire.somebody()
    return told(server.call(method, wire.at + (how.pop("path") or route), **somebody, **how), names)


def assert_untellable(server: Server, wire: Wire, beta: Beta, method: str, route: str, *calls: Call) -> None:
    """That every call answers for Beta's things what it answers for nobody's, and changes nothing of Beta's."""
    before = beta.everything()
    for call in calls:
        of_other = ask(server, wire, method, route, call, beta.names)
        assert of_other == ask(server, wire, method, route, call, NOBODY)
        assert of_other[0] < 500
    assert beta.everything() == before


def each(calls: Calls, methods: Iterable[str] = ("GET", "POST", "PUT", "PATCH", "DELETE")) -> list[Any]:
    """For parametrize: method, route, call."""
    return [
        pytest.param(method, route, call, id=f"{method} {route} {number}")
        for (method, route), of_route in calls.items()
        if method in methods
        for number, call in enumerate(of_route)
    ]


def with_ids(calls: Calls) -> list[Any]:
    """For parametrize: method and route of those that name something by its number."""
    return [pytest.param(method, route, id=f"{method} {route}") for method, route in calls if "<int:" in route]


def every_id(route: str) -> Iterator[Call]:
    """The route with each of a company's numbers in each of its places, whatever the place is for."""
    for field in fields(Names):
        if field.type == "int" or field.type is int:
            place = f"{{n.{field.name}}}"
            yield path(re.sub(r"<int:\w+>", place, re.sub(r"<str:\w+>", "custom_segments", route)))
