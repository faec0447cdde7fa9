import pytest

from portico.companies.models import Company
from portico.identity.models import Throttle
from tests.make import make_company
from tests.protocols.fluid.app import App
from tests.server import Server


@pytest.fixture(autouse=True)
def forgotten_tries(database: None) -> None:  # noqa: ARG001 -- must be up
    """All tests come from one address; none is to pay for another's tries."""
    Throttle.objects.all().delete()


@pytest.fixture
def app(server: Server) -> App:
    return App(server)


@pytest.fixture
def acme() -> Company:
    return make_company("acme")


@pytest.fixture
def globex() -> Company:
    return make_company("globex")
