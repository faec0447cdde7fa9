"""The document says what is served, and what is served is as the document says."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portico.identity.actions.credentials import NewKey
from portico.lib.yaml_in import read_yaml
from portico.protocols.native import routes
from tests.make import make_company, make_contact, make_key
from tests.server import Server

FILE = Path(routes.__file__).with_name("openapi.yaml")
DOCUMENT: dict[str, Any] = read_yaml(FILE.read_bytes())
METHODS = {"get", "post", "put", "patch", "delete"}
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_the_document_has_the_operations_that_are_served_and_no_others() -> None:
    served = {
        (route.method, "/api/portico/v1/" + route.path.replace("<int:", "{").replace(">", "}"))
        for route in routes.ROUTES
    }
    told = {(method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item if method in METHODS}
    assert told == served


def test_it_is_shown_with_the_others(server: Server) -> None:
    assert 'href="/docs/portico"' in server.get("/docs").text
    page = server.get("/docs/portico").text
    assert all(f"<code>{path}</code>" in page for path in DOCUMENT["paths"])


@pytest.fixture(scope="module")
def key(database: None) -> NewKey:  # noqa: ARG001 -- must be up
    company = make_company()
    for _ in range(3):
        make_contact(company, phone="0170 1234567", tags=["Gold"])
    return make_key(company)


@SCHEMA.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_call_breaks_an_operation(case: Any, server: Server, key: NewKey) -> None:
    headers = {"Authorization": f"Bearer {key.password}"}
    case.call_and_validate(base_url=server.url, headers=headers, checks=CHECKS)


def test_contacts_and_events_are_as_the_document_says(server: Server) -> None:
    company = make_company()
    ids = [make_contact(company, phone="0170 1234567", tags=["Gold"]).pk for _ in range(3)]
    headers = {"Authorization": f"Bearer {make_key(company).password}"}
    answers = {}
    for path in ("contacts/{id}", "contacts/{id}/history", "contacts/duplicates"):
        address = f"/api/portico/v1/{path}"
        cursor = {"cursor": "WyJwaG9uZSIsIiJd"} if "duplicates" in path else {}  # where phones begin
        answer = server.get(address.format(id=ids[0]), headers=headers, params=cursor)
        SCHEMA[address]["GET"].validate_response(schemathesis.Response.from_requests(answer, verify=False))
        answers[path] = answer.json()
    assert [tag["title"] for tag in answers["contacts/{id}"]["tags"]] == ["Gold"]
    assert answers["contacts/{id}/history"]["data"][0]["action"] == "contact.added"
    (group,) = answers["contacts/duplicates"]["data"]
    assert (group["reason"], [one["id"] for one in group["contacts"]]) == ("phone", ids)
