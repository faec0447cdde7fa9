import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from portico.access import GRANTABLE, Permission, Role, operator, stranger
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.errors import Conflict, Denied, NotFound, NotSignedIn
from portico.identity.actions.credentials import add_key
from portico.identity.actions.leaving import disable_user, enable_user, remove_member
from portico.identity.actions.people import add_member
from portico.identity.actions.sessions import add_session_token, begin_browser_session
from portico.identity.models import ApiKey, Membership
from portico.identity.queries.sessions import get_live_session_of_cookie, get_live_session_of_token
from portico.web.browsers import COOKIE
from tests.make import make_company, make_member
from tests.protocols.fluid.app import bearer, jwt_of
from tests.server import Server
from tests.web.openid.software import make_software, staff_browser

PROMISED = 5  # seconds


class Mia:
    """A manager with everything that opens a door: a key on two wires, a JWT, a user-company token, a cookie, and
    what another software got with her consent.
    """

    def __init__(self, company: Company, server: Server) -> None:
        self.company = company
        self.software = make_software(server, company)
        made = make_member(company, "Mia", Role.MANAGER, GRANTABLE)
        self.member = Membership.objects.select_related("user", "company").get(pk=made.pk)
        self.key = add_key(operator(company.pk), email=self.email, name="Zapier")
        self.begin()

    def begin(self) -> None:
        somebody = stranger(wire="web")
        self.jwt = jwt_of(self.member)
        self.cookie = begin_browser_session(somebody, self.member, methods=["passcode"])[1]
        self.token = add_session_token(get_live_session_of_cookie(self.cookie, somebody).actor)
        browser = staff_browser(self.software.server, self.member)
        self.access_token = self.software.tokens_of(browser)["access_token"]

    @property
    def email(self) -> str:
        return self.member.user.email

    def doors(self, server: Server) -> dict[str, bool]:
        """Which of them open."""
        basic = (self.key.username, self.key.password)
        calls: dict[str, dict[str, object]] = {
            "/wp-json/fluent-crm/v2/tags": {"auth": basic},
            "/api/portico/v1/contacts/duplicates": {"headers": bearer(self.key.password)},
            "/api/me": {"headers": bearer(self.jwt)},
            "/api/contacts": {"headers": bearer(self.token)},
            "/account": {"cookies": {COOKIE: self.cookie}},
            "/oauth/userinfo": {"headers": bearer(self.access_token)},
        }
        return {path: server.get(path, **how).status_code == 200 for path, how in calls.items()} | {
            "cookie": self.is_good(get_live_session_of_cookie, self.cookie),
            "token": self.is_good(get_live_session_of_token, self.token),
        }

    @staticmethod
    def is_good(look_up: Callable[..., object], token: str) -> bool:
        try:
            look_up(token, stranger(wire="web"))
        except NotSignedIn:
            return False
        return True


def shut_within_the_promise(mia: Mia, *servers: Server) -> None:
    """Each of a server's processes is asked, eight calls a door: one that has seen it says nothing of the others."""
    end = time.monotonic() + PROMISED
    while any(any(mia.doors(server).values()) for server in servers for _ in range(8)) and time.monotonic() < end:
        time.sleep(0.1)
    for server in servers:
        for _ in range(8):
            assert not any(mia.doors(server).values())


@pytest.fixture
def mia(server: Server) -> Mia:
    return Mia(make_company(), server)


@pytest.fixture
def start(server: Server) -> Iterator[Callable[[], Server]]:  # noqa: ARG001 -- its database must be up
    with ExitStack() as stack:
        yield lambda: stack.enter_context(Server.running(Path(os.environ["PORTICO_DATA"]), "web"))


def test_a_removed_member_is_refused_everywhere_also_after_a_restart(
    mia: Mia, server: Server, start: Callable[[], Server]
) -> None:
    other = start()
    bob = Mia(mia.company, server)
    for one in (server, other):
        assert all(mia.doors(one).values())
    remove_member(operator(mia.company.pk), email=mia.email.upper())
    shut_within_the_promise(mia, server, other)
    other.stop()
    shut_within_the_promise(mia, start())
    assert all(bob.doors(server).values())
    assert not server.post("/api/authentication/send_mfa", params={"email": mia.email}).json().get("errors")
    entry = AuditEntry.objects.get(company_id=mia.company.pk, action="member.removed")
    assert (entry.subject_id, entry.actor) == (mia.member.pk, "operator")
    with pytest.raises(NotFound):
        remove_member(operator(mia.company.pk), email=mia.email)


def test_one_who_is_added_again_comes_back_without_old_sessions_and_keys(mia: Mia, server: Server) -> None:
    remove_member(operator(mia.company.pk), email=mia.email)
    # As if they had been made in the very moment of the removal.
    mia.jwt = jwt_of(mia.member)
    ApiKey.objects.filter(pk=mia.key.key.pk).update(revoked_at=None)
    back = add_member(operator(mia.company.pk), email=mia.email, role=Role.REP)
    assert (back.pk, back.role, back.is_active, back.permissions) == (mia.member.pk, "rep", True, [])
    shut_within_the_promise(mia, server)
    mia.begin()
    doors = mia.doors(server)
    assert doors.pop("/wp-json/fluent-crm/v2/tags") is doors.pop("/api/portico/v1/contacts/duplicates") is False
    assert all(doors.values())
    with pytest.raises(Conflict):
        add_member(operator(mia.company.pk), email=mia.email, role=Role.ADMIN)


def test_who_is_removed_from_one_company_stays_in_the_others(mia: Mia, server: Server) -> None:
    globex = make_company("globex")
    there = make_member(globex, "Mia", Role.REP, email=mia.email)
    token = jwt_of(there)
    remove_member(operator(mia.company.pk), email=mia.email)
    assert server.get("/api/me", headers=bearer(token)).status_code == 200


def test_a_disabled_user_is_refused_everywhere_until_enabled(mia: Mia, server: Server) -> None:
    by = operator(0)
    disable_user(by, mia.member.user_id)
    shut_within_the_promise(mia, server)
    with pytest.raises(Conflict):
        disable_user(by, mia.member.user_id)
    enable_user(by, mia.member.user_id)
    doors = mia.doors(server)
    lasting = ("/wp-json/fluent-crm/v2/tags", "/api/portico/v1/contacts/duplicates", "/oauth/userinfo")
    assert [doors.pop(path) for path in lasting] == [True] * 3
    assert not any(doors.values())
    told = AuditEntry.objects.filter(subject="user", subject_id=mia.member.user_id).values_list("action", flat=True)
    assert {"user.disabled", "user.enabled", "sessions.ended"} <= set(told)


def test_only_who_may_removes_and_disables(mia: Mia) -> None:
    bob = make_member(mia.company, "Bob", Role.REP)
    session = get_live_session_of_cookie(mia.cookie, stranger(wire="web"))
    for refused in (
        lambda: remove_member(session.actor, email=bob.user.email),
        lambda: disable_user(session.actor, bob.user_id),
        lambda: disable_user(operator(mia.company.pk), bob.user_id),
        lambda: enable_user(operator(mia.company.pk), bob.user_id),
    ):
        with pytest.raises(Denied):
            refused()
    assert Permission.ADMINISTRATION not in session.actor.permissions
    for unknown in (
        lambda: remove_member(operator(make_company().pk), email=bob.user.email),
        lambda: disable_user(operator(0), 2**62),
    ):
        with pytest.raises(NotFound):
            unknown()
    assert Membership.objects.get(company_id=mia.company.pk, pk=bob.pk).is_active
