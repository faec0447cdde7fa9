"""Every way the core can say no has an answer on this wire."""

import json

import pytest

from portico.errors import (
    FAMILY,
    Busy,
    Conflict,
    Denied,
    Gone,
    Invalid,
    NotFound,
    NotSignedIn,
    Problem,
    Refusal,
    TooMany,
)
from portico.protocols.fluentcrm import errors

EXPECTED: list[tuple[Refusal, int, set[str]]] = [
    (NotFound("contact"), 404, {"message"}),
    (Denied(), 403, {"code", "message", "data"}),
    (NotSignedIn(), 401, {"code", "message", "data"}),
    (Invalid(Problem("time_zone", "text", "No.")), 422, {"timezone"}),
    (Conflict("No."), 422, {"message"}),
    (Gone(), 422, {"message"}),
    (TooMany(7), 429, {"code", "message", "data"}),
    (Busy(3), 503, {"code", "message", "data"}),
]


def test_the_table_has_a_row_for_each_of_the_family_and_no_other() -> None:
    assert set(errors.ANSWERS) == set(FAMILY) == {type(no) for no, _, _ in EXPECTED}


@pytest.mark.parametrize(("no", "status", "keys"), EXPECTED, ids=lambda value: type(value).__name__)
def test_each_has_its_status_and_shape(no: Refusal, status: int, keys: set[str]) -> None:
    answer = errors.ANSWERS[type(no)](no)
    body = json.loads(answer.content)
    assert (answer.status_code, set(body)) == (status, keys)
    if "data" in body:
        assert body["data"]["status"] == status
    if isinstance(no, TooMany | Busy):
        assert answer["Retry-After"] == str(no.retry_after)


def test_a_bug_says_nothing_of_the_inside() -> None:
    body = json.loads(errors.bug("1234").content)
    assert (body["code"], body["data"]) == ("internal_server_error", {"status": 500})


def test_several_rules_of_one_field_stand_together() -> None:
    no = Invalid(Problem("email", "required", "A."), Problem("email", "email", "B."), Problem("consent", "x", "C."))
    assert errors.error_bag(no) == {"email": {"required": "A.", "email": "B."}, "status": {"x": "C."}}
