"""The list of operations on docs/protocols/fluentcrm.md: up to date, and true."""

import re
from collections import Counter

import pytest

from tests.coverage_page import EMPTY, END, NOT_YET, PAGE, SERVED, Operation, operations, renewed, served
from tests.protocols.fluentcrm.client import BASE, Crm
from tests.server import Server

KNOWN = list(operations())


def states() -> dict[tuple[str, str], str]:
    """As the page says: state by method and path."""
    rows = re.findall(r"^\| `([A-Z]+) (/\S+)`(?: \(pro\))? \| .*? \| ([\w ]+) \|$", PAGE.read_text(), re.MULTILINE)
    return {(method, path): state for method, path, state in rows}


def test_the_page_is_what_would_be_made_of_the_routes_now() -> None:
    text = PAGE.read_text()
    assert renewed(text) == text, "run python -m tests.coverage_page --write"


def test_a_page_that_says_something_else_is_found_out() -> None:
    text = PAGE.read_text()
    lying = text.replace(f"| {SERVED} |", f"| {NOT_YET} |", 1)
    assert lying != text == renewed(lying)
    with pytest.raises(ValueError, match="marks"):
        renewed(text.replace(END, ""))


def test_all_operations_are_on_it_once() -> None:
    assert len(KNOWN) == 319
    assert len({operation.key for operation in KNOWN}) == 319
    assert states().keys() == {(operation.method, operation.path) for operation in KNOWN}
    assert Counter(states().values()).keys() <= {SERVED, EMPTY, NOT_YET}


def test_what_it_calls_served_is_there_for_a_caller_and_nothing_else_is(server: Server, mia: Crm) -> None:
    told = states()

    def is_there(operation: Operation) -> bool:
        path = BASE + re.sub(r"{\w+}", "7", operation.path)
        # Without credentials, so that nothing is done: a route is 401, or answers all the same where it is public.
        response = server.call(operation.method, path)
        return not (response.status_code == 404 and response.json().get("code") == "rest_no_route")

    for operation in KNOWN:
        assert is_there(operation) == (told[operation.method, operation.path] != NOT_YET), operation
    assert mia.get("/reports/ping").status_code == 200


def test_permissions_on_it_are_those_of_the_routes() -> None:
    text, ours = PAGE.read_text(), served()
    for operation in KNOWN:
        one = ours.get(operation.key)
        if one is not None:
            edition = " (pro)" if operation.edition == "pro" else ""
            state = EMPTY if one.is_empty else SERVED
            assert f"| `{operation.method} {operation.path}`{edition} | {one.permission} | {state} |" in text
