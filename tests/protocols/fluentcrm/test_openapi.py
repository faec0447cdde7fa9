"""The wire's OpenAPI document: what it lists is what is served, and answers keep to it, whatever is sent."""

import re
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from portico.access import GRANTABLE
from portico.lib.yaml_in import read_yaml
from portico.protocols import fluentcrm
from portico.protocols.fluentcrm.routes import ROUTES
from tests.make import make_company, make_contact, make_key
from tests.server import Server

DOCUMENT: dict[str, Any] = read_yaml((Path(fluentcrm.__file__).parent / "openapi.yaml").read_bytes())
METHODS = {"get", "post", "put", "delete", "patch"}
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
# An unknown list is an empty body (wire notes 1, "null results"), which no schema can say.
AN_EMPTY_BODY = "GET /wp-json/fluent-crm/v2/lists/{id}"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_its_operations_are_the_routes() -> None:
    listed = {
        (method.upper(), path) for path, item in DOCUMENT["paths"].items() for method in item if method in METHODS
    }
    served = {(route.method, "/wp-json/" + re.sub(r"<\w+:(\w+)>", r"{\1}", route.path)) for route in ROUTES}
    assert listed == served


def test_every_operation_has_a_name_of_its_own() -> None:
    operations = [item[method] for item in DOCUMENT["paths"].values() for method in item if method in METHODS]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    assert all(operation["summary"] for operation in operations)


@pytest.fixture(scope="module")
def auth(server: Server) -> tuple[str, str]:  # noqa: ARG001 -- brings the database
    """A key in a company where there is something to find."""
    company = make_company()
    for number in range(3):
        make_contact(company, first_name=f"Person {number}", tags=["Some tag"])
    key = make_key(company, GRANTABLE)
    return key.username, key.password


OPERATIONS = [found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)]
POSITIVE, NEGATIVE = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE


def takes_something(operation: Any) -> bool:
    return any(list(part) for part in (operation.query, operation.path_parameters, operation.body))


# What takes nothing cannot be given anything wrong.
CALLS = [(one, mode) for one in OPERATIONS for mode in (POSITIVE, NEGATIVE) if mode is POSITIVE or takes_something(one)]


@pytest.mark.parametrize(("operation", "mode"), CALLS, ids=lambda value: getattr(value, "label", None) or value.value)
@pytest.mark.timeout(300)
def test_nothing_that_is_sent_breaks_it_and_answers_keep_to_the_document(
    server: Server, auth: tuple[str, str], operation: Any, mode: Any
) -> None:
    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=15,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def check(case: Any) -> None:
        response = case.call(base_url=server.url, auth=auth, timeout=60)
        if operation.label == AN_EMPTY_BODY and response.status_code == 200 and not response.content:
            return
        case.validate_response(response, checks=CHECKS)

    check()
