"""As tests/whole/test_killing.py, at a hundred moments."""

from collections import Counter
from pathlib import Path

import pytest

from tests.make import make_company
from tests.soak.measuring import say
from tests.whole.killing import Killer


@pytest.mark.parametrize(
    ("name", "points"), [("sign-in", 30), ("rotation", 30), ("erasure", 30), ("longer import", 10)]
)
def test_killed_at_random_moments_nothing_is_half_done(database: None, tmp_path: Path, name: str, points: int) -> None:  # noqa: ARG001 -- must be up
    killer, company = Killer(seed=points), make_company()
    seconds = killer.whole(name, company, tmp_path)
    came = Counter(killer.kill(name, make_company(), tmp_path, seconds * 1.1) for _ in range(points))
    say(f"{name}, {seconds * 1000:.0f} ms: {dict(sorted(came.items()))}")
    assert len(came) > 1  # the moments fell on both sides of a commit
