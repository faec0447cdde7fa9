import pytest

from portico.companies.models import Company
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def mia(server: Server, company: Company) -> Crm:
    """A manager who may do everything but administration, through her key."""
    return Crm(server, make_key(company))
