import pytest

from portico.access import Role
from portico.companies.models import Company
from portico.identity.models import Membership
from tests.make import make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


@pytest.fixture
def rita(acme: Company) -> Membership:
    return make_member(acme, "Rita", Role.REP)


@pytest.fixture
def rep(rita: Membership, enter: Enter) -> Browser:
    return enter(rita)
