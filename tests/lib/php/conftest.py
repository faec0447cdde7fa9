from collections.abc import Iterator

import pytest

from tests.lib.php.real import RealPHP


@pytest.fixture(scope="session")
def php() -> Iterator[RealPHP]:
    program = RealPHP.program()
    if program is None:
        pytest.skip("no php on the PATH: comparison with real PHP left out")
    real = RealPHP(program)
    yield real
    real.close()
