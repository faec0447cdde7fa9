from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portico.access import Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.factor_models import PasswordReset
from portico.identity.models import Membership, User
from tests.make import make_member
from tests.server import Server
from tests.web.browser import Browser, link_to, mails_to, texts_to

NEW = "brittle copper vases"


@pytest.fixture
def anna(acme: Company) -> Membership:
    return make_member(acme, "Anna", Role.REP)


def link_for(browser: Browser, member: Membership) -> str:
    assert browser.send("/forgot", email=f" {member.user.email.upper()} ").headers["Location"] == "/forgot?done=mail"
    return link_to(member.user.email, "reset/prl_")


def test_a_mailed_link_sets_a_password_once_and_ends_all_sessions(
    server: Server, browser: Browser, anna: Membership
) -> None:
    signed_in = Browser(server).enter(anna)
    older, link = link_for(browser, anna), link_for(browser, anna)
    kept = PasswordReset.objects.filter(user_id=anna.user_id).latest("pk")
    assert link.removeprefix("/reset/").encode() not in bytes(kept.digest)
    assert browser.send(link, password="too short").status_code == 422  # and the link is as good as before
    assert browser.send(link, password=NEW).headers["Location"] == "/sign-in/password?done=reset"
    assert not signed_in.is_in
    for over in (link, older, "/reset/prl_nothing"):
        assert browser.get(over).status_code == 410
    assert "Your password was changed" in texts_to(anna.user.email)[-1]
    assert AuditEntry.objects.filter(action="password.set", subject_id=anna.user_id).count() == 1
    assert browser.send("/sign-in/password", email=anna.user.email, password=NEW).headers["Location"] == "/account"


def test_of_ten_who_use_a_link_at_once_one_sets_the_password(server: Server, anna: Membership) -> None:
    link = link_for(Browser(server), anna)
    browsers = [Browser(server) for _ in range(10)]
    forms = [
        (one, {"csrfmiddlewaretoken": one.token(link), "password": NEW + str(at)}) for at, one in enumerate(browsers)
    ]

    def send(pair: tuple[Browser, dict[str, str]]) -> requests.Response:
        return pair[0].call("POST", link, data=pair[1])

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, forms))
    won = [at for at, answer in enumerate(answers) if answer.status_code == 303]
    assert len(won) == 1
    assert {answer.status_code for answer in answers} == {303, 410}
    signed_in = Browser(server).send("/sign-in/password", email=anna.user.email, password=NEW + str(won[0]))
    assert signed_in.status_code == 303


def test_a_link_is_over_with_its_time_and_with_its_user(browser: Browser, anna: Membership) -> None:
    late, gone = link_for(browser, anna), link_for(browser, make_member(anna.company, "Gone", Role.REP))
    open_one = browser.token(late)
    PasswordReset.objects.filter(user_id=anna.user_id).update(expires_at="2020-01-01T00:00Z")
    User.objects.filter(pk=PasswordReset.objects.latest("pk").user_id or 0).update(is_active=False)
    assert browser.get(gone).status_code == 410
    answer = browser.call("POST", late, data={"csrfmiddlewaretoken": open_one, "password": NEW})
    assert answer.status_code == 410
    anna.user.refresh_from_db()
    assert not anna.user.password


def test_a_reset_is_no_way_around_a_second_factor(server: Server, browser: Browser, anna: Membership) -> None:
    Browser(server).enter(anna).add_app()
    link = link_for(browser, anna)
    assert browser.send(link, password="tz8%kfQ1").status_code == 303
    answer = browser.send("/sign-in/password", email=anna.user.email, password="tz8%kfQ1")
    assert answer.headers["Location"] == "/sign-in/factor"
    assert not browser.is_in


def test_mails_to_one_address_are_limited_known_or_not(browser: Browser, anna: Membership) -> None:
    for email in (anna.user.email, "nobody@nowhere.test"):
        statuses = [browser.send("/forgot", email=email).status_code for _ in range(8)]
        assert statuses == [303] * 6 + [429] * 2
    assert len(mails_to(anna.user.email)) == 6
    assert browser.send("/forgot", email="nonsense").status_code == 422
    assert browser.send("/forgot", email="\0@x.test").status_code == 422
