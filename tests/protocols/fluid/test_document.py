from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portico.access import Role
from portico.companies.models import Company
from portico.identity.models import Challenge, Throttle
from portico.lib.yaml_in import read_yaml
from portico.outbox.models import Mail
from portico.protocols.fluid import mock
from portico.protocols.fluid.routes import ROUTES
from tests.make import make_contact, make_member
from tests.protocols.fluid.app import App, assert_envelope, bearer, jwt_of
from tests.server import Server

DOCUMENT: dict[str, Any] = read_yaml(Path(mock.DOCUMENT).read_bytes())
OPERATIONS = [(path, method) for path, item in DOCUMENT["paths"].items() for method in item if method in mock.METHODS]
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def test_the_document_has_the_operations_that_are_served_and_no_others() -> None:
    served = {
        (route.method, "/api/" + route.path.replace("<int:", "{").replace("<str:", "{").replace(">", "}"))
        for route in ROUTES
    }
    assert {(method.upper(), path) for path, method in OPERATIONS} == served


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_the_mock_answers_each_operation_with_its_sample(server: Server, path: str, method: str) -> None:
    before = Mail.objects.count(), Challenge.objects.count()
    filled = path.replace("{fluid_shop}", "myco").replace("{company_id}", "980190965").replace("{id}", "1")
    answer = server.call(method.upper(), f"/_mock/docs/apis/rep{filled}", params={"email": "string"}, data="{}")
    status, sample = mock._good_answer(DOCUMENT, DOCUMENT["paths"][path][method])  # noqa: SLF001 -- what the document says
    assert (answer.status_code, answer.json()) == (status, sample)
    assert (Mail.objects.count(), Challenge.objects.count()) == before


def test_the_mock_knows_nothing_else(server: Server) -> None:
    for path in ("", "api/nothing", "api/contacts/1/2", "api/%0A"):
        assert_envelope(server.get(f"/_mock/docs/apis/rep/{path}"), 404)
    assert_envelope(server.delete("/_mock/docs/apis/rep/api/me"), 405)


@pytest.fixture(scope="module")
def token(database: None) -> str:  # noqa: ARG001 -- must be up
    from tests.make import make_company

    company: Company = make_company()
    rita = make_member(company, "Rita", Role.REP)
    make_contact(company, owner_id=rita.pk)
    return jwt_of(rita)


@SCHEMA.parametrize()
@settings(
    max_examples=12,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_generated_call_breaks_an_operation(case: Any, server: Server, token: str) -> None:
    Throttle.objects.all().delete()
    headers = bearer(token) if case.operation.definition.raw.get("security") else {}
    case.call_and_validate(base_url=server.url, headers=headers, checks=CHECKS)


def test_the_samples_are_what_the_schemas_say(app: App) -> None:
    """A sample that its own schema refuses would mislead whoever develops against the mock."""
    for operation in SCHEMA.get_all_operations():
        assert isinstance(operation, Ok)
        made = operation.ok()
        path = made.path.replace("{fluid_shop}", "myco").replace("{company_id}", "1").replace("{id}", "1")
        answer = app.server.call(made.method.upper(), f"/_mock/docs/apis/rep{path}")
        made.validate_response(schemathesis.Response.from_requests(answer, verify=False))
