from collections.abc import Callable

import pytest

from portico.access import Permission, Role, stranger
from portico.companies.models import Company
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import Membership
from portico.web.browsers import COOKIE
from tests.make import make_company, make_member
from tests.server import Server
from tests.web.browser import Browser

Enter = Callable[[Membership], Browser]


@pytest.fixture
def acme() -> Company:
    return make_company("acme")


@pytest.fixture
def enter(server: Server) -> Enter:
    """A browser in which this member has signed in."""

    def entered(member: Membership) -> Browser:
        browser = Browser(server)
        _, token = begin_browser_session(stranger(wire="web"), member, methods=["passcode"])
        browser.cookies.cookies.set(COOKIE, token)
        return browser

    return entered


@pytest.fixture
def owner(acme: Company, enter: Enter) -> Browser:
    return enter(make_member(acme, "Olga", Role.ADMIN))


@pytest.fixture
def viewer(acme: Company, enter: Enter) -> Browser:
    """Who may see contacts, and nothing else."""
    return enter(make_member(acme, "Vera", Role.MANAGER, {Permission.CONTACTS_READ}))
