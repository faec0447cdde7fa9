"""What is measured: one request each, and the statements that Portico sends for it."""

import json
import pickle
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from benchmarks.marks import EMAIL, ID
from benchmarks.world import Company

API = "/wp-json/fluent-crm/v2"
BULK_ROWS = 500
_NOT_COUNTED = {"Prefer": "count=none"}
# Statements that look a credential up: the limit has no authentication.
_AUTHENTICATION = ('"api_key"', '"session"', '"session_token"', '"security_code"')


@dataclass(frozen=True, slots=True)
class Case:
    """`at_least` is the share of the limit that the design asks for; `company` is a slug."""

    name: str
    path: str
    at_least: float
    headers: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None  # each "EMAIL" in it becomes a fresh address in every request
    company: str = ""

    @property
    def bare_name(self) -> str:
        return f"{self.company}-{self.name}".replace(" ", "-")


def cases(company: Company) -> list[Case]:
    basic = {"Authorization": "Basic " + b64encode(f"{company.username}:{company.password}".encode()).decode()}
    tags, lists = company.tags[:2], company.lists[:1]
    bearer = {"Authorization": f"Bearer {company.jwt}"}
    new = {
        "email": "EMAIL",
        "first_name": "New",
        "last_name": "One",
        "status": "subscribed",
        "tags": tags,
        "lists": lists,
    }
    list_ = f"{API}/subscribers?per_page=10"
    return [
        Case("list", list_, 0.5, basic),
        Case("show", f"{API}/subscribers/{company.contact}", 0.5, basic),
        Case("search", f"{list_}&search={company.rare_term}", 0.5, basic),
        Case("tag filter", f"{list_}&tags[]={tags[0]}", 0.5, basic),
        Case("list filter", f"{list_}&lists[]={lists[0]}", 0.5, basic),
        Case("status filter", f"{list_}&statuses[]=unsubscribed", 0.5, basic),
        Case("owner", "/api/contacts?per_page=10", 0.5, bearer),
        # Its page and its exact total: 1.5 times the bare SQL.
        Case("other filter", f"{list_}&{_city_is(company.city)}", 0.67, basic),
        Case("other filter uncounted", f"{list_}&{_city_is(company.city)}", 0.5, {**basic, **_NOT_COUNTED}),
        Case("list uncounted", list_, 0.5, {**basic, **_NOT_COUNTED}),
        Case("page in the middle", f"{list_}&page={company.contacts // 20}", 0.0, basic),
        Case("cursor in the middle", f"{list_}&cursor={company.cursor}", 0.5, basic),
        Case("tags with counts", f"{API}/tags?per_page=50", 0.0, basic),
        Case("create", f"{API}/subscribers", 0.4, basic, new),
        Case("options", f"{API}/reports/options", 0.0, basic),
        Case("me", "/api/me", 0.4, bearer),
    ]


def _city_is(city: str) -> str:
    groups = [[{"source": ["subscriber", "city"], "operator": "=", "value": city}]]
    return f"filter_type=advanced&advanced_filters={quote(json.dumps(groups))}"


def bulk(company: Company) -> Case:
    """As "create", BULK_ROWS of them in one call."""
    (one,) = (case for case in cases(company) if case.name == "create")
    return Case("bulk", f"{API}/subscribers/bulk-add-update", 0, one.headers, {"contacts": [one.body] * BULK_ROWS})


def write_bare_cases(cases: list[Case], file: Path) -> None:
    """Call Portico's own views once each in this process, and keep what they send to the database."""
    file.write_bytes(pickle.dumps({case.bare_name: statements_of(case) for case in cases}))


def statements_of(case: Case) -> list[tuple[str, list[Any], bool]]:
    email = "captured@example.test"
    if case.body is not None:
        _forget(email)
    with _recording() as sent:
        status, answer = _called(case, email)
    if not status.startswith("2"):
        raise RuntimeError(f"{case.name} answered {status}: {answer[:200]!r}")
    kept = [one for one in sent if not any(table in one[0] for table in _AUTHENTICATION)]
    marks: dict[Any, str] = {}
    if case.body is not None:
        marks = {email: EMAIL, json.loads(answer)["contact"]["id"]: ID}
        _forget(email)
    return [(sql, [_marked(value, marks) for value in values], prepared) for sql, values, prepared in kept]


def _marked(value: Any, marks: dict[Any, str]) -> Any:
    """The bare server knows nothing of ours, so that our enumerations become plain texts."""
    if isinstance(value, Enum):
        return value.value
    return marks.get(value, value) if isinstance(value, str | int) else value


def _called(case: Case, email: str) -> tuple[str, bytes]:
    """Portico's own application, called in this process as the web server would call it."""
    from portico.http.application import application

    body = json.dumps(case.body).replace("EMAIL", email).encode() if case.body else b""
    path, _, query = case.path.partition("?")
    environ = {
        "REQUEST_METHOD": "POST" if case.body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_TYPE": "application/json" if case.body else "",
        "CONTENT_LENGTH": str(len(body)),
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.input": BytesIO(body),
        "wsgi.url_scheme": "http",
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in case.headers.items()},
    }
    said: list[str] = []
    answer = application(environ, lambda status, _headers: said.append(status))
    return said[0], b"".join(answer)


def _forget(email: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("contact_tag", "contact_list"):
            cursor.execute(
                f"DELETE FROM {table} WHERE contact_id IN (SELECT id FROM contact WHERE email = %s)",  # noqa: S608 -- ours
                [email],
            )
        cursor.execute("DELETE FROM contact WHERE email = %s", [email])


@contextmanager
def _recording() -> Iterator[list[tuple[str, list[Any], bool]]]:
    """Every statement in the order in which it is sent, whichever way it goes."""
    from django.db import connection

    from portico.lib.statements import Later, Statement

    sent: list[tuple[str, list[Any], bool]] = []
    fetch = Statement.fetch

    def recorded(self: Statement, values: Any) -> Any:
        given = [values[value.name] if isinstance(value, Later) else value for value in self.values]
        sent.append((self.sql, given, self.prepared))
        return fetch(self, values)

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's signature
        if not sql.startswith(("SAVEPOINT", "RELEASE")):
            sent.append((sql, list(params or []), False))
        return execute(sql, params, many, context)

    with patch.object(Statement, "fetch", recorded), connection.execute_wrapper(wrapper):
        yield sent
