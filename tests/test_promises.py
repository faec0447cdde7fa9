"""docs/security.md: each promise names tests, and there are such tests."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text()
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def names_in(file: str) -> set[str]:
    return {one.name for one in ast.parse((ROOT / file).read_text()).body if isinstance(one, ast.FunctionDef)}


def test_each_test_that_a_promise_names_is_there() -> None:
    named = NAMED.findall(TEXT)
    assert len(named) > 50
    assert [f"{file}::{name}" for file, name in named if name not in names_in(file)] == []


def test_no_promise_is_without_a_test() -> None:
    promises = re.split(r"^- ", TEXT, flags=re.MULTILINE)[1:]
    assert [promise for promise in promises if NAMED.search(promise) is None] == []
    assert TEXT.count("::test_") == len(NAMED.findall(TEXT))  # or one is misspelt
