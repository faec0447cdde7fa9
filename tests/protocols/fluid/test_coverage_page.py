"""The list of operations on docs/protocols/fluid.md: up to date, and true."""

import re

from tests.coverage_page import renewed
from tests.fluid_page import MARKS, NOT_THERE, PAGE, made, operations, served
from tests.server import Server


def rows() -> dict[tuple[str, str], tuple[str, str]]:
    """As the page says: mark and permission by method and path."""
    found = re.findall(r"^\| `([A-Z]+) (/api/\S+)` \| (\w+) \| (.*?) \|$", PAGE.read_text(), re.MULTILINE)
    return {(method, path): (mark, permission) for method, path, mark, permission in found}


def test_the_page_is_what_would_be_made_of_the_routes_now() -> None:
    text = PAGE.read_text()
    assert renewed(text, made) == text, "run python -m tests.coverage_page --write"
    lying = text.replace(f"| {NOT_THERE} |", "| none |", 1)
    assert lying != text == renewed(lying, made)


def test_each_operation_is_on_it_once() -> None:
    known = list(operations())
    keys = {one.key for one in known}
    assert len(keys) == len(known)
    assert {one.mark for one in known} == set(MARKS)
    assert len(rows()) == len(keys | served().keys())


def test_what_it_says_is_so_for_a_caller(server: Server) -> None:
    for (method, path), (_, permission) in rows().items():
        # Without credentials, so that nothing is done: 401 for what is there and is not for everybody.
        answer = server.call(method, re.sub(r"{\w+}", "7", path))
        if permission == NOT_THERE:
            assert answer.status_code in {404, 405}, (method, path)
        elif permission == "none":
            assert answer.status_code != 405, (method, path)
        else:
            assert answer.status_code == 401, (method, path)
