import pytest

from tests.whole.test_two_companies import Beta, make_beta


@pytest.fixture(scope="session")
def beta(database: None) -> Beta:  # noqa: ARG001 -- must be up first
    """The other company. Nobody may change it, so one is enough for all."""
    return make_beta()
