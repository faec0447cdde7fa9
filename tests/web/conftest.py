import pytest

from portico.companies.models import Company
from portico.identity.models import Throttle
from tests.make import make_company
from tests.server import Server
from tests.web.browser import Browser


@pytest.fixture(autouse=True)
def forgotten_tries(database: None) -> None:  # noqa: ARG001 -- must be up
    """All tests come from one address; none is to pay for another's tries."""
    Throttle.objects.all().delete()


@pytest.fixture
def browser(server: Server) -> Browser:
    return Browser(server)


@pytest.fixture
def acme() -> Company:
    return make_company("acme")
