import pytest

from portico.companies.models import Company
from portico.identity.actions.credentials import NewKey
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.protocols.native.client import Native
from tests.server import Server


@pytest.fixture
def company() -> Company:
    return make_company()


@pytest.fixture
def key(company: Company) -> NewKey:
    """Of a manager who may do everything but administration."""
    return make_key(company)


@pytest.fixture
def mia(server: Server, key: NewKey) -> Native:
    return Native(server, key)


@pytest.fixture
def crm(server: Server, key: NewKey) -> Crm:
    """The same manager through another door."""
    return Crm(server, key)
