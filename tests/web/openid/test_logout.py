from urllib.parse import urlencode

import pytest

from portico.companies.models import Company
from portico.identity.models import Session
from portico.openid.models import MemberSession
from tests.make import make_company
from tests.server import Server
from tests.web.openid.software import (
    BYE,
    Browser,
    Software,
    make_anna,
    make_bob,
    make_software,
    member_browser,
    staff_browser,
)


@pytest.fixture
def acme() -> Company:
    return make_company()


@pytest.fixture
def shop(server: Server, acme: Company) -> Software:
    return make_software(server, acme)


def goodbye(**more: str) -> str:
    return f"/oauth/logout?{urlencode({'post_logout_redirect_uri': BYE, 'state': 'st&te', **more})}"


def test_a_client_signs_its_person_out_with_the_id_token(shop: Software, acme: Company) -> None:
    browser = member_browser(shop, make_bob(acme))
    tokens = shop.tokens_of(browser, scope="openid")  # lives with the session, as nothing else was asked for
    assert shop.userinfo(tokens["access_token"]).status_code == 200
    gone = browser.get(goodbye(id_token_hint=tokens["id_token"]))
    assert (gone.status_code, gone.headers["Location"]) == (303, f"{BYE}?state=st%26te")
    assert MemberSession.objects.get(company_id=acme.pk).ended_at is not None
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert 'type="password"' in browser.follow(browser.get(shop.address())).text
    # A second time there is nobody to sign out, and it leads on all the same.
    assert browser.get(goodbye(id_token_hint=tokens["id_token"])).headers["Location"].startswith(BYE)


def test_what_may_go_on_without_the_person_outlives_its_session(shop: Software, acme: Company) -> None:
    browser = member_browser(shop, make_bob(acme))
    tokens = shop.tokens_of(browser)
    browser.get(goodbye(id_token_hint=tokens["id_token"]))
    assert shop.refresh(tokens["refresh_token"]).status_code == 200


def test_without_proof_whom_it_means_the_person_is_asked(shop: Software, acme: Company) -> None:
    anna = make_anna(acme)
    browser = staff_browser(shop.server, anna)
    other = shop.tokens_of(staff_browser(shop.server, make_anna(acme)))["id_token"]
    for address in (
        goodbye(client_id=shop.client.client_id),
        goodbye(id_token_hint=other),
        goodbye(client_id=shop.client.client_id, id_token_hint=other[:-9] + "forgedone"),
    ):
        page = browser.get(address)
        assert "Sign out?" in page.text
    assert Session.objects.filter(company_id=acme.pk, membership=anna, ended_at=None).exists()
    gone = browser.send(page, decision="leave")
    assert gone.headers["Location"].startswith(BYE)
    assert not Session.objects.filter(company_id=acme.pk, membership=anna, ended_at=None).exists()


def test_anybody_may_sign_out_of_everything_here(shop: Software, acme: Company) -> None:
    browser = member_browser(shop, make_bob(acme))
    browser.session.cookies.update(staff_browser(shop.server, make_anna(acme)).session.cookies)
    page = browser.get("/oauth/logout")
    assert "Sign out?" in page.text
    assert "You are signed out" in browser.send(page, decision="leave").text
    assert not MemberSession.objects.filter(company_id=acme.pk, ended_at=None).exists()
    assert not Session.objects.filter(company_id=acme.pk, ended_at=None).exists()


def test_nobody_is_led_to_an_address_that_no_client_has_registered(shop: Software, acme: Company) -> None:
    browser = member_browser(shop, make_bob(acme))
    token = shop.tokens_of(browser)["id_token"]
    for more in (
        {},
        {"client_id": "client_00000000000000000000"},
        {"id_token_hint": "a.b.c"},
        {"id_token_hint": token, "post_logout_redirect_uri": "https://evil.example/"},
        {"id_token_hint": token, "post_logout_redirect_uri": f"{BYE}?x"},
    ):
        response = browser.get(goodbye(**more))
        assert (response.status_code, "Location" in response.headers) == (422, False)
    assert Browser(shop.server).get(f"/oauth/logout?state={'x' * 3000}").status_code == 200
    assert MemberSession.objects.filter(company_id=acme.pk, ended_at=None).exists()
