"""The document says what is served, and what is served is as the document says."""

from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portico.identity.actions.credentials import NewKey
from portico.protocols.native import routes
from tests.make import make_company, make_contact, make_key
from tests.server import Server

FILE = Path(routes.__file__).with_name("openapi.yaml")
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text())
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


def test_a_contact_is_as_the_document_says(server: Server, key: NewKey) -> None:
    headers = {"Authorization": f"Bearer {key.password}"}
    groups = server.get("/api/portico/v1/contacts/duplicates", headers=headers).json()
    while not groups["data"]:
        cursor = {"cursor": groups["next"]}
        groups = server.get("/api/portico/v1/contacts/duplicates", headers=headers, params=cursor).json()
    ids = [one["id"] for one in groups["data"][0]["contacts"]]
    assert (groups["data"][0]["reason"], len(ids)) == ("phone", 3)
    answer = server.get(f"/api/portico/v1/contacts/{ids[0]}", headers=headers)
    operation = SCHEMA["/api/portico/v1/contacts/{id}"]["GET"]
    operation.validate_response(schemathesis.Response.from_requests(answer, verify=False))
    assert [tag["title"] for tag in answer.json()["tags"]] == ["Gold"]
