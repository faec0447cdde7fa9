"""The whole way, with a client library that others have written."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from authlib.oidc.core import CodeIDToken  # type: ignore[import-untyped]  # it brings no types
from authlib.oidc.discovery import OpenIDProviderMetadata  # type: ignore[import-untyped]  # it brings no types
from joserfc import jwt
from joserfc.jwk import KeySet

from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.openid.models import Client
from tests.make import make_company
from tests.server import Server
from tests.web.openid.software import (
    BACK,
    PASSWORD,
    VERIFIER,
    Browser,
    Software,
    make_anna,
    make_bob,
    make_software,
    member_browser,
    staff_browser,
    told,
)


@pytest.fixture
def acme() -> Company:
    return make_company()


@pytest.fixture
def shop(server: Server, acme: Company) -> Software:
    return make_software(server, acme)


def verified(software: Software, token: dict[str, Any], **expected: str) -> CodeIDToken:
    """The ID token's claims, checked as a client has to: with the published keys, for this client and this sign-in."""
    keys = KeySet.import_key_set(software.server.get("/oauth/jwks").json())
    decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"value": software.server.url}, "aud": {"value": software.client.client_id}},
        {"client_id": software.client.client_id, "access_token": token["access_token"], **expected},
    )
    claims.validate(leeway=0)
    return claims


def fetched(software: Software, location: str) -> dict[str, Any]:
    """What the library makes of the address that the browser was led to."""
    token: dict[str, Any] = software.library().fetch_token(
        f"{software.server.url}/oauth/token", authorization_response=location, state="st&te", code_verifier=VERIFIER
    )
    return token


def test_the_discovery_documents_hold_what_the_standards_demand(server: Server) -> None:
    for name in ("openid-configuration", "oauth-authorization-server"):
        response = server.get(f"/.well-known/{name}", headers={"Origin": "https://anywhere.example"})
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        document = response.json()
        assert document["issuer"] == server.url
        # The library holds an issuer to https, which the tests' server has none of.
        OpenIDProviderMetadata(
            {k: v.replace("http:", "https:") if isinstance(v, str) else v for k, v in document.items()}
        ).validate()
    for place in ("token", "userinfo", "revocation", "introspection", "authorization", "end_session"):
        assert server.get(urlsplit(document[f"{place}_endpoint"]).path).status_code != 404
    (key, *_) = server.get("/oauth/jwks").json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}  # and nothing private


def test_one_of_the_staff_signs_in_to_another_software(shop: Software, acme: Company) -> None:
    anna = make_anna(acme)
    browser = staff_browser(shop.server, anna, ("password", "totp"))
    page = browser.get(shop.address())
    assert page.status_code == 200
    assert "Corner Shop" in page.text
    assert "https://shop.example.com" in page.headers["Content-Security-Policy"]
    answer = browser.send(page, decision="allow")
    answers = told(answer)
    assert (answers["state"], answers["iss"]) == ("st&te", shop.server.url)
    token = fetched(shop, answer.headers["Location"])
    claims = verified(shop, token, nonce="n-once")
    assert claims["sub"] == f"user:{anna.user_id}"
    assert claims["amr"] == ["otp", "pwd", "mfa"]
    assert (claims["company"], claims["role"], claims["email"]) == (acme.slug, "admin", anna.user.email)
    assert claims["email_verified"] is False  # a password does not show that one reads mail there
    assert "tags" not in claims
    told_of = shop.userinfo(token["access_token"]).json()
    assert told_of["sub"] == claims["sub"]
    assert told_of["name"] == "Anna Example"
    # Asked once: the next time nothing is shown.
    assert set(told(browser.get(shop.address(prompt="none")))) == {"code", "state", "iss"}
    entries = AuditEntry.objects.filter(company_id=acme.pk, actor=anna.user.email).order_by("pk")
    assert [entry.action for entry in entries] == [
        "session.begun", "client.allowed", "client.signed_in_to", "client.signed_in_to",
    ]  # fmt: skip


def test_a_contact_signs_in_with_its_password(shop: Software, acme: Company) -> None:
    bob = make_bob(acme, tags=["Gold", "Book Club"])
    browser = Browser(shop.server)
    page = browser.follow(browser.get(shop.address(login_hint="bob@example.com")))
    assert 'value="bob@example.com"' in page.text
    assert "/sign-in?next=%2Foauth%2Fauthorize%3F" in page.text  # staff go another way
    for email, password in ((bob.email, "wrong"), ("nobody@example.com", PASSWORD), ("", ""), (bob.email, "x" * 5000)):
        refused = browser.sign_in(page, email, password)
        assert refused.status_code == 401
        assert "That did not work" in refused.text
    consent = browser.follow(browser.sign_in(page, bob.email))
    assert "Bob Buyer" in consent.text
    token = fetched(shop, browser.send(consent, decision="allow").headers["Location"])
    claims = verified(shop, token, nonce="n-once")
    assert claims["sub"] == f"contact:{bob.pk}"
    assert (claims["role"], claims["tags"], claims["status"]) == ("contact", ["book-club", "gold"], "subscribed")
    assert (claims["amr"], claims["email"]) == (["pwd"], bob.email)
    access = jwt.decode(
        token["access_token"], KeySet.import_key_set(shop.server.get("/oauth/jwks").json()), algorithms=["RS256"]
    )
    assert access.header["typ"] == "at+jwt"
    assert access.claims["exp"] - access.claims["iat"] == 600
    assert (access.claims["tags"], access.claims["aud"]) == (["book-club", "gold"], shop.client.client_id)
    assert "email" not in access.claims
    assert shop.userinfo(token["access_token"]).json()["tags"] == ["book-club", "gold"]


def test_a_public_client_proves_itself_by_pkce_alone(server: Server, acme: Company) -> None:
    app = make_software(server, acme, is_public=True)
    browser = staff_browser(server, make_anna(acme))
    token = app.tokens_of(browser)
    assert app.userinfo(token["access_token"]).status_code == 200
    assert app.refresh(token["refresh_token"]).status_code == 200
    refused = app.post("/oauth/introspect", token=token["access_token"])
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def test_only_what_was_granted_is_told(server: Server, acme: Company) -> None:
    shop = make_software(server, acme, scopes=["openid", "email"])
    browser = staff_browser(server, make_anna(acme))
    token = shop.tokens_of(browser, scope="openid profile email role nonsense offline_access")
    assert token["scope"] == "openid email"
    assert "refresh_token" not in token
    assert set(shop.userinfo(token["access_token"]).json()) == {"sub", "email", "email_verified", "company"}
    assert shop.redeem(browser.code(shop.address(scope="openid"))).json()["scope"] == "openid"


def test_a_question_may_come_as_a_form(shop: Software) -> None:
    response = shop.server.post("/oauth/authorize", data=shop.question())
    assert response.status_code == 303
    assert parse_qs(urlsplit(response.headers["Location"]).query)["redirect_uri"] == [BACK]


def test_whoever_says_no_goes_back_with_that(shop: Software, acme: Company) -> None:
    browser = staff_browser(shop.server, make_anna(acme))
    answers = told(browser.send(browser.get(shop.address()), decision="deny"))
    assert (answers["error"], answers["state"]) == ("access_denied", "st&te")
    assert "Corner Shop" in browser.get(shop.address()).text  # and is asked again


def test_whoever_is_somebody_else_signs_in_anew(shop: Software, acme: Company) -> None:
    browser = staff_browser(shop.server, make_anna(acme))
    page = browser.get(shop.address())
    assert "https://shop.example.com" in page.text
    page = browser.follow(browser.send(page, decision="other"))
    bob = make_bob(acme)
    consent = browser.follow(browser.sign_in(page, bob.email))
    assert "Bob Buyer" in consent.text
    assert shop.redeem(told(browser.send(consent, decision="allow"))["code"]).status_code == 200


def test_who_signed_in_last_counts_where_both_may(shop: Software, acme: Company) -> None:
    anna, bob = make_anna(acme), make_bob(acme)
    browser = member_browser(shop, bob)
    browser.session.cookies.update(staff_browser(shop.server, anna).session.cookies)
    assert anna.user.email in browser.get(shop.address()).text
    Client.objects.filter(pk=shop.client.pk).update(is_for_users=False)
    assert str(bob.email) in browser.get(shop.address()).text


def test_the_question_says_how_fresh_a_sign_in_has_to_be(shop: Software, acme: Company) -> None:
    bob = make_bob(acme)
    fresh = Browser(shop.server)
    assert told(fresh.get(shop.address(prompt="none")))["error"] == "login_required"
    browser = member_browser(shop, bob)
    assert told(browser.get(shop.address(prompt="none")))["error"] == "consent_required"
    browser.code(shop.address())
    assert "code" in told(browser.get(shop.address(prompt="none", max_age="3600")))
    assert "Corner Shop" in browser.get(shop.address(prompt="consent")).text
    assert told(browser.get(shop.address(prompt="none", max_age="0")))["error"] == "login_required"
    for more in ({"prompt": "login"}, {"max_age": "0"}, {"prompt": "select_account"}):
        again = browser.get(shop.address(**more))
        assert "Sign in again" in again.text
        page = browser.follow(browser.send(again))
        assert 'type="password"' in page.text
        assert "code" in told(browser.follow(browser.sign_in(page, bob.email)))


def test_an_id_token_of_old_says_who_is_meant(shop: Software, acme: Company) -> None:
    anna, bob = staff_browser(shop.server, make_anna(acme)), member_browser(shop, make_bob(acme))
    hint = shop.tokens_of(anna)["id_token"]
    shop.tokens_of(bob)
    assert "code" in told(anna.get(shop.address(prompt="none", id_token_hint=hint)))
    assert told(bob.get(shop.address(prompt="none", id_token_hint=hint)))["error"] == "login_required"
    assert told(bob.get(shop.address(id_token_hint="x.y.z")))["error"] == "invalid_request"


def test_somebody_of_no_company_of_the_clients_is_offered_another_sign_in(server: Server, acme: Company) -> None:
    shop = make_software(server, acme, people="users")
    stranger = staff_browser(server, make_anna(make_company("beta")))
    page = stranger.get(shop.address())
    assert "Sign in again" in page.text
    answer = stranger.follow(stranger.send(page))
    assert answer.headers["Location"].startswith("/sign-in?next=%2Foauth%2Fauthorize%3F")
