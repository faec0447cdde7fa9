from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portico.access import Actor, Permission, Role, operator, permissions_of, stranger
from portico.errors import Denied, Invalid, NotFound
from portico.identity.actions.leaving import remove_member
from portico.identity.actions.roles import change_role, seen_rights
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import Membership
from portico.web.browsers import COOKIE
from tests.make import make_company, make_member
from tests.server import Server
from tests.web.browser import Browser


def entered(server: Server, member: Membership) -> Browser:
    browser = Browser(server)
    browser.cookies.cookies.set(COOKIE, begin_browser_session(stranger(wire="web"), member, methods=["passcode"])[1])
    return browser


@pytest.mark.parametrize("way", ["role", "removal"])
def test_of_administrators_who_turn_each_other_out_at_once_one_stays(server: Server, way: str) -> None:
    for _ in range(6):
        company = make_company()
        pair = [make_member(company, name, Role.ADMIN) for name in ("Ann", "Bob")]
        browsers = [entered(server, one) for one in pair]
        tokens = [one.token("/contacts/add") for one in browsers]
        calls = []
        for browser, token, other in zip(browsers, tokens, reversed(pair), strict=True):
            form = {"role": "rep", "seen": seen_rights(other)} if way == "role" else {"name": other.user.email}
            path = f"/settings/people/{other.pk}" + ("" if way == "role" else "/remove")
            calls.append((browser, path, {"csrfmiddlewaretoken": token, **form}))

        def send(call: tuple[Browser, str, dict[str, str]]) -> requests.Response:
            browser, path, form = call
            return browser.call("POST", path, data=form)

        with ThreadPoolExecutor(2) as pool:
            statuses = [answer.status_code for answer in pool.map(send, calls)]
        assert 303 in statuses
        assert set(statuses) <= {303, 403, 404}  # and the other one to the page for signing in, if it came after all
        left = Membership.objects.filter(company=company, role=Role.ADMIN, is_active=True)
        assert left.count() == 1


def test_a_role_takes_what_belongs_to_it() -> None:
    company = make_company()
    ann, actor = make_member(company, "Ann", Role.REP), operator(company.pk)
    for role, permissions in (
        (Role.MANAGER, ()),
        (Role.REP, {Permission.CONTACTS_READ}),
        (Role.MANAGER, {Permission.ADMINISTRATION}),
    ):
        with pytest.raises(Invalid):
            change_role(actor, ann.pk, role=role, permissions=permissions)
    for nobody in (0, 2**70, make_member(make_company(), "Eve", Role.REP).pk):
        with pytest.raises(NotFound):
            change_role(actor, nobody, role=Role.ADMIN)
    assert change_role(actor, ann.pk, role=Role.ADMIN).role == Role.ADMIN
    manager = make_member(company, "Max", Role.MANAGER, {Permission.SETTINGS_WRITE})
    for by in (actor_of(manager), actor_of(ann, but=Role.REP)):
        with pytest.raises(Denied):
            change_role(by, manager.pk, role=Role.ADMIN)
    remove_member(actor, email=ann.user.email)
    with pytest.raises(NotFound):
        change_role(actor, ann.pk, role=Role.REP)


def actor_of(member: Membership, *, but: Role | None = None) -> Actor:
    """The member as its session says who it is; with `but`, one who had ceased to be an administrator."""
    role = Role(member.role)
    if but is not None:
        member.role = but
        member.save(update_fields=["role"])
    return Actor(
        member.company_id, member.user.email, "web", permissions_of(role, member.permissions), membership_id=member.pk
    )
