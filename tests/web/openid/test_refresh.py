"""Refresh tokens: each has one successor, however many ask for it at once; who comes too late has stolen it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db.models import F

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.actions import set_company
from portico.companies.models import Company
from portico.openid.models import Grant, RefreshToken
from portico.openid.queries.grants import IDLE, refresh_digest
from portico.outbox.actions import text_of
from portico.outbox.models import Mail
from tests.make import make_company
from tests.server import Server
from tests.web.openid.software import Software, make_anna, make_bob, make_software, member_browser, staff_browser


@pytest.fixture
def acme() -> Company:
    return make_company()


@pytest.fixture
def shop(server: Server, acme: Company) -> Software:
    return make_software(server, acme)


def age(token: str, seconds: int) -> None:
    """Make a token's first use as much older."""
    rows = RefreshToken.objects.filter(digest=refresh_digest(token))
    assert rows.update(used_at=F("used_at") - timedelta(seconds=seconds)) == 1


def test_fifty_at_once_get_one_and_the_same_successor(shop: Software, acme: Company) -> None:
    tokens = shop.tokens_of(staff_browser(shop.server, make_anna(acme)))  # the server has two web processes
    first = tokens["refresh_token"]
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(shop.refresh, [first] * 50))
    assert [answer.status_code for answer in answers] == [200] * 50
    (successor,) = {answer.json()["refresh_token"] for answer in answers}
    assert successor != first
    assert RefreshToken.objects.filter(company_id=acme.pk).count() == 2
    again = shop.refresh(first)
    assert again.json()["refresh_token"] == successor
    assert shop.userinfo(again.json()["access_token"]).status_code == 200
    third = shop.refresh(successor).json()["refresh_token"]
    assert third not in {first, successor}


def test_a_code_that_comes_many_times_at_once_gives_tokens_once(shop: Software, acme: Company) -> None:
    code = staff_browser(shop.server, make_anna(acme)).code(shop.address())
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(shop.redeem, [code] * 10))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9
    (good,) = (answer.json() for answer in answers if answer.ok)
    assert shop.userinfo(good["access_token"]).status_code == 401  # it was used twice, and so ended


def test_a_token_that_comes_again_too_late_ends_the_family(shop: Software, acme: Company) -> None:
    bob = make_bob(acme)
    set_company(operator(acme.pk), language="de")
    tokens = shop.tokens_of(member_browser(shop, bob))
    first = tokens["refresh_token"]
    fresh = shop.refresh(first).json()
    age(first, 9)
    assert shop.refresh(first).json()["refresh_token"] == fresh["refresh_token"]
    age(first, 2)
    stolen = shop.refresh(first)
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    # The whole family, with the newest of it.
    assert shop.refresh(fresh["refresh_token"]).json()["error"] == "invalid_grant"
    assert shop.userinfo(fresh["access_token"]).status_code == 401
    assert Grant.objects.get(company_id=acme.pk).end_reason == "refresh token reused"
    entry = AuditEntry.objects.get(company_id=acme.pk, action="client.grant_ended")
    assert (entry.subject, entry.subject_id, entry.address) == ("contact", bob.pk, "127.0.0.1")
    mail = Mail.objects.get(company_id=acme.pk, to=bob.email)
    assert mail.subject == "Bei Corner Shop abgemeldet"
    assert "zum zweiten Mal verwendet" in text_of(mail)
    assert first not in text_of(mail)
    # A second thief causes no second mail.
    assert shop.refresh(first).status_code == 400
    assert Mail.objects.filter(company_id=acme.pk).count() == 1


def test_many_that_come_too_late_at_once_end_the_family_once(shop: Software, acme: Company) -> None:
    tokens = shop.tokens_of(member_browser(shop, make_bob(acme)))
    shop.refresh(tokens["refresh_token"])
    age(tokens["refresh_token"], 11)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(shop.refresh, [tokens["refresh_token"]] * 8))
    assert {answer.status_code for answer in answers} == {400}
    assert Mail.objects.filter(company_id=acme.pk).count() == 1
    assert AuditEntry.objects.filter(company_id=acme.pk, action="client.grant_ended").count() == 1


def test_a_token_that_nobody_uses_for_a_month_is_over(shop: Software, acme: Company) -> None:
    tokens = shop.tokens_of(staff_browser(shop.server, make_anna(acme)))
    rows = RefreshToken.objects.filter(company_id=acme.pk)
    rows.update(created_at=F("created_at") - IDLE)
    assert shop.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    assert shop.post("/oauth/introspect", token=tokens["refresh_token"]).json() == {"active": False}
    rows.update(created_at=F("created_at") + IDLE)
    assert shop.refresh(tokens["refresh_token"]).status_code == 200
    Grant.objects.filter(company_id=acme.pk).update(expires_at="2020-01-01T00:00Z")
    assert shop.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_no_token_is_found_in_the_database_or_the_log(shop: Software, acme: Company) -> None:
    bob = make_bob(acme)
    browser = member_browser(shop, bob)
    code = browser.code(shop.address())
    tokens = shop.redeem(code).json()
    tokens |= {"successor": shop.refresh(tokens["refresh_token"]).json()["refresh_token"], "code": code}
    tokens |= {f"cookie {name}": value for name, value in browser.session.cookies.items()}
    log = shop.server.log()
    kept = str([list(model.objects.filter(company_id=acme.pk).values()) for model in (Grant, RefreshToken, AuditEntry)])
    assert tokens.pop("token_type") == "Bearer"
    for name, secret in {**tokens, "secret": shop.secret}.items():
        if isinstance(secret, str) and name != "scope":
            assert secret not in log, name
            assert secret not in kept, name
