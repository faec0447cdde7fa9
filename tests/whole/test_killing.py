"""kill -9 at random moments: nothing half done, and one entry of the audit for what was done. More in tests/soak."""

from pathlib import Path

import pytest

from tests.make import make_company
from tests.whole.killing import Killer


@pytest.fixture(scope="module")
def killer(database: None) -> Killer:  # noqa: ARG001 -- must be up first
    return Killer(seed=14)


@pytest.mark.parametrize(("name", "points"), [("sign-in", 3), ("rotation", 3), ("erasure", 3)])
def test_what_is_killed_is_done_or_not_done_and_the_audit_knows_which(killer: Killer, name: str, points: int) -> None:
    company, folder = make_company(), Path()
    seconds = killer.whole(name, company, folder)
    for _ in range(points):
        killer.kill(name, company, folder, seconds)


def test_an_import_that_is_killed_stands_where_its_books_say_and_can_be_run_again(
    killer: Killer, tmp_path: Path
) -> None:
    killer.kill("import", make_company(), tmp_path, seconds=1.5)
