"""What is wrong, stolen, too old or somebody else's."""

import base64
import hmac
import json
import time
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from portico.access import Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.passwords import set_password
from portico.contacts.models import ContactTag, Tag
from portico.errors import FAMILY, Busy, Invalid, NotFound, Problem, TooMany
from portico.identity.models import Membership, User
from portico.openid import signing
from portico.openid.actions.clients import revoke_client, rotate_client
from portico.openid.actions.member_sessions import FAILURES_OF_BROWSERS
from portico.openid.models import Client, Grant
from portico.web.openid import errors
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


def test_nobody_is_sent_to_an_address_that_is_not_registered(shop: Software, acme: Company) -> None:
    browser = staff_browser(shop.server, make_anna(acme))
    for more in (
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": BACK + "&x=1"},
        {"redirect_uri": BACK.replace("shop", "SHOP")},
        {"redirect_uri": None},
        {"client_id": "client_00000000000000000000"},
        {"client_id": None},
        {"client_id": "x" * 5000},
        {"client_id": "\0"},
    ):
        response = browser.get(shop.address(**more))
        assert response.status_code == 422, more
        assert "Location" not in response.headers
    twice = browser.get(f"{shop.address()}&redirect_uri=https%3A%2F%2Fevil.example")
    assert (twice.status_code, "Location" in twice.headers) == (422, False)


@pytest.mark.parametrize(
    ("error", "more"),
    [
        ("invalid_request", {"code_challenge": None}),
        ("invalid_request", {"code_challenge": "short"}),
        ("invalid_request", {"code_challenge_method": "plain", "code_challenge": VERIFIER[:43]}),
        ("invalid_request", {"code_challenge_method": None}),
        ("unsupported_response_type", {"response_type": "token"}),
        ("unsupported_response_type", {"response_type": None}),
        ("invalid_request", {"response_mode": "form_post"}),
        ("invalid_scope", {"scope": "email"}),
        ("invalid_scope", {"scope": None}),
        ("invalid_request", {"prompt": "none login"}),
        ("invalid_request", {"prompt": "dance"}),
        ("invalid_request", {"max_age": "-1"}),
        ("invalid_request", {"nonce": "n" * 1001}),
        ("request_not_supported", {"request": "eyJhbGciOiJub25lIn0.e30."}),
        ("request_uri_not_supported", {"request_uri": "https://evil.example"}),
    ],
)
def test_the_client_is_told_what_is_wrong_with_its_question(
    shop: Software, error: str, more: dict[str, str | None]
) -> None:
    answers = told(shop.server.get(shop.address(**more)))
    assert (answers["error"], answers["state"], answers["iss"]) == (error, "st&te", shop.server.url)


def test_a_form_that_another_site_sends_decides_nothing(shop: Software, acme: Company) -> None:
    anna, bob = make_anna(acme), make_bob(acme)
    browser = staff_browser(shop.server, anna)
    page = browser.get(shop.address())
    forged = {"decision": "allow", "subject": f"user:{anna.user_id}", "question": urlencode(shop.question())}
    others = Browser(shop.server)
    theirs = others.get(shop.address())
    proof = others.follow(theirs).text.partition('name="proof" value="')[2][:64]
    for form in (forged, {**forged, "proof": ""}, {**forged, "proof": proof}):
        response = browser.session.post(f"{shop.server.url}/oauth/authorize", data=form, allow_redirects=False)
        assert response.status_code == 403
    signing_in = {"email": str(bob.email), "password": PASSWORD, "question": forged["question"]}
    assert shop.server.post("/oauth/sign-in", data=signing_in).status_code == 403
    assert shop.server.post("/oauth/again", data=signing_in).status_code == 403
    assert shop.server.post("/oauth/logout", data=forged).status_code == 403
    # Somebody else has signed in since the page was shown: nothing is allowed in that one's name.
    browser.session.cookies.update(staff_browser(shop.server, make_anna(acme)).session.cookies)
    again = browser.send(page, decision="allow")
    assert again.headers["Location"].startswith("/oauth/authorize?")
    assert not Grant.objects.filter(company_id=acme.pk).exists()


def test_a_code_is_good_once_for_its_client_with_its_verifier(server: Server, shop: Software, acme: Company) -> None:
    browser = staff_browser(server, make_anna(acme))
    other = make_software(server, acme)
    code = browser.code(shop.address())
    for refused in (
        shop.redeem(code, code_verifier="w" * 43),
        shop.redeem(code, code_verifier="short"),
        shop.redeem(code, redirect_uri="https://shop.example.com/other"),
        other.redeem(code),
        shop.redeem(code[:-1] + ("a" if code[-1] != "a" else "b")),
        shop.redeem("x" * 5000),
    ):
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
        assert refused.headers["Cache-Control"] == "no-store"
    whole = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    for missing in whole:
        part_of = {name: value for name, value in whole.items() if name != missing}
        assert shop.post("/oauth/token", **part_of).json()["error"] == "invalid_request"
    tokens = shop.redeem(code).json()
    assert shop.userinfo(tokens["access_token"]).status_code == 200
    # A second time somebody else has it: all that it gave ends.
    assert shop.redeem(code).json()["error"] == "invalid_grant"
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert shop.refresh(tokens["refresh_token"]).json()["error"] == "invalid_grant"
    ended = AuditEntry.objects.get(company_id=acme.pk, action="client.grant_ended")
    assert ended.details == {"client": "Corner Shop", "reason": "code reused"}
    late = browser.code(shop.address())
    Grant.objects.filter(company_id=acme.pk, code_used_at=None).update(code_expires_at="2020-01-01T00:00Z")
    assert shop.redeem(late).json()["error"] == "invalid_grant"


def test_a_client_proves_itself_or_is_unknown(server: Server, shop: Software, acme: Company) -> None:
    code = staff_browser(server, make_anna(acme)).code(shop.address())
    name, secret = shop.client.client_id, str(shop.secret)
    theirs = make_software(server, make_company("beta"))
    wrong = (
        (name, "wrong"),
        (name, theirs.secret),
        (theirs.client.client_id, secret),
        ("client_00000000000000000000", secret),
        ("\0", secret),
        (name, ""),
    )
    answers = {shop.redeem(code, auth=auth).text for auth in wrong}
    assert len(answers) == 1
    assert json.loads(answers.pop())["error"] == "invalid_client"
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    unproven = server.post("/oauth/token", data={**form, "client_id": name})
    assert (unproven.status_code, unproven.json()["error"]) == (401, "invalid_client")
    assert "Basic" in unproven.headers["WWW-Authenticate"]
    both = server.post("/oauth/token", data={**form, "client_secret": secret}, auth=(name, secret))
    assert (both.status_code, both.json()["error"]) == (400, "invalid_request")
    posted = server.post("/oauth/token", data={**form, "client_id": name, "client_secret": secret})
    assert posted.status_code == 200
    new = rotate_client(operator(acme.pk), name, grace=timedelta(hours=1)).secret
    for good in (secret, new):
        assert shop.refresh(posted.json()["refresh_token"], auth=(name, good)).status_code == 200
    Client.objects.filter(pk=shop.client.pk).update(old_until="2020-01-01T00:00Z")
    assert shop.refresh("x", auth=(name, secret)).status_code == 401
    revoke_client(operator(acme.pk), name)
    assert shop.refresh("x", auth=(name, new)).json()["error"] == "invalid_client"
    assert shop.userinfo(posted.json()["access_token"]).status_code == 401
    assert server.get(shop.address()).status_code == 422


def test_bad_calls_of_the_token_endpoint_are_told_so(shop: Software) -> None:
    post = shop.server.post
    auth = (shop.client.client_id, str(shop.secret))
    for body, kind in (
        (b"{}", "application/json"),
        (b"grant_type=authorization_code&grant_type=x", "application/x-www-form-urlencoded"),
        (b"grant_type=%00", "application/x-www-form-urlencoded"),
        (b"a=1&" * 100, "application/x-www-form-urlencoded"),
        (b"x=" + b"y" * 100_000, "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "application/x-www-form-urlencoded"),
        (b"", ""),
    ):
        response = post("/oauth/token", data=body, headers={"Content-Type": kind}, auth=auth)
        assert (response.status_code, response.json()["error"]) == (400, "invalid_request"), body[:20]
    assert shop.post("/oauth/token", grant_type="password").json()["error"] == "unsupported_grant_type"
    assert shop.server.get("/oauth/token").status_code == 405
    assert shop.server.get("/oauth/nothing").status_code == 404
    assert shop.server.call("HEAD", shop.address()).status_code == 405


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def test_forged_and_twisted_tokens_are_refused(shop: Software, acme: Company) -> None:
    tokens = shop.tokens_of(staff_browser(shop.server, make_anna(acme)))
    good = tokens["access_token"]
    head, body, mark = good.split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    (key,) = [one for one in signing._keys.all() if one.kid == header["kid"]]  # noqa: SLF001 -- what a thief would need
    mine = RSAKey.generate_key(2048)

    def made(changes: dict[str, Any], secret: Any = key.secret, **more: Any) -> str:
        kept = {**header, **more}
        return jwt.encode(kept, {**claims, **changes}, secret, algorithms=[kept["alg"]])

    signed = f"{part({**header, 'alg': 'HS256'})}.{body}"
    public = hmac.digest(key.secret.as_pem(private=False), signed.encode(), "sha256")
    forged = {
        "none": f"{part({**header, 'alg': 'none'})}.{body}.",
        "no signature": f"{head}.{body}.",
        "HS256 with the public key": f"{signed}.{base64.urlsafe_b64encode(public).decode().rstrip('=')}",
        "another key": made({}, mine),
        "kid of a path": made({}, mine, kid="../../dev/null"),
        "kid of SQL": made({}, mine, kid="' OR 1=1 --"),
        "kid of NUL": f"{part({**header, 'kid': chr(0)})}.{body}.{mark}",
        "kid of numbers": f"{part({**header, 'kid': 1})}.{body}.{mark}",
        "jku": f"{part({**header, 'jku': 'https://evil.example/keys'})}.{body}.{mark}",
        "jwk": f"{part({**header, 'jwk': mine.as_dict(private=False)})}.{body}.{mark}",
        "over by a second": made({"exp": int(time.time()) - 1}),
        "no end": made({"exp": None}),
        "an ID token": tokens["id_token"],
        "a refresh token": tokens["refresh_token"],
        "other claims": f"{head}.{part({**claims, 'grant': 1})}.{mark}",
        "64 kB": "x" * 60_000,
        "parts": "a.b.c.d",
        "lists": f"{part([])}.{part([])}.{part([])}",
        "umlauts": "ü.ü.ü".encode().decode("latin-1"),
        "nothing": "",
    }
    for name, token in forged.items():
        response = shop.userinfo(token)
        assert response.status_code in {401, 431}, name
        if response.status_code == 401:
            assert response.headers["WWW-Authenticate"].startswith("Bearer"), name
            assert response.headers["Cache-Control"] == "no-store"
        if token not in {"", tokens["refresh_token"]}:
            assert shop.post("/oauth/introspect", token=token).json() == {"active": False}, name
    for headers in ({}, {"Authorization": good}, {"Authorization": f"Bearer {good}, Bearer {good}"}):
        assert shop.server.get("/oauth/userinfo", headers=headers).status_code == 401
    assert shop.userinfo(made({})).status_code == 200
    assert shop.userinfo(made({"scope": "email"})).status_code == 403


def grants(company: Company) -> list[Any]:
    return list(Grant.objects.filter(company_id=company.pk).order_by("pk").values())


def test_nothing_of_another_company_can_be_told_from_nothing(server: Server, shop: Software, acme: Company) -> None:
    beta = make_company("beta")
    theirs = make_software(server, beta)
    bob, eve = make_bob(acme), make_bob(beta)
    foreign = theirs.tokens_of(member_browser(theirs, eve))
    before = grants(beta)
    never = "por_" + "0" * 30
    for token in (foreign["access_token"], foreign["refresh_token"], never):
        assert shop.post("/oauth/introspect", token=token).json() == {"active": False}
        assert (shop.post("/oauth/revoke", token=token).status_code, shop.refresh(token).status_code) == (200, 400)
    assert shop.refresh(foreign["refresh_token"]).text == shop.refresh(never).text
    # Another company's contact, and what its browser keeps, are nobody here.
    browser = Browser(server)
    page = browser.follow(browser.get(shop.address()))
    unknown = browser.sign_in(page, "nobody@people.test")
    assert browser.sign_in(page, eve.email).text.replace(str(eve.email), "X") == unknown.text.replace(
        "nobody@people.test", "X"
    )
    signed_in = member_browser(theirs, eve)
    for name, value in list(signed_in.session.cookies.items()):
        signed_in.session.cookies.set(
            name.replace(str(beta.pk), str(acme.pk)), value, domain="127.0.0.1", path="/oauth"
        )
    assert 'type="password"' in signed_in.follow(signed_in.get(shop.address())).text
    assert grants(beta) == before
    assert theirs.refresh(foreign["refresh_token"]).status_code == 200
    assert bob.company_id == acme.pk


def test_a_client_does_not_see_what_another_one_was_given(server: Server, shop: Software, acme: Company) -> None:
    other = make_software(server, acme)
    tokens = shop.tokens_of(staff_browser(server, make_anna(acme)))
    for token in (tokens["access_token"], tokens["refresh_token"]):
        assert shop.post("/oauth/introspect", token=token).json()["active"] is True
        assert other.post("/oauth/introspect", token=token).json() == {"active": False}
        assert other.post("/oauth/revoke", token=token).status_code == 200
    assert other.refresh(tokens["refresh_token"]).status_code == 400
    assert shop.refresh(tokens["refresh_token"], scope="openid").json()["scope"] == "openid"
    assert shop.refresh(tokens["refresh_token"], scope="openid everything").json()["error"] == "invalid_scope"
    assert shop.post("/oauth/revoke", token=tokens["access_token"]).status_code == 200
    assert shop.userinfo(tokens["access_token"]).status_code == 401
    assert shop.post("/oauth/introspect", token=tokens["access_token"]).json() == {"active": False}


def is_let_in(shop: Software, tokens: dict[str, Any]) -> tuple[bool, bool]:
    """By userinfo, and by a refresh token."""
    return shop.userinfo(tokens["access_token"]).ok, shop.refresh(tokens["refresh_token"]).ok


def test_staff_that_is_no_more_is_refused_at_once(shop: Software, acme: Company) -> None:
    anna = make_anna(acme, Role.MANAGER)
    tokens = shop.tokens_of(staff_browser(shop.server, anna))
    assert is_let_in(shop, tokens) == (True, True)
    members, users = Membership.objects.filter(pk=anna.pk), User.objects.filter(pk=anna.user_id)
    for rows in (members, users):
        rows.update(is_active=False)
        assert is_let_in(shop, tokens) == (False, False)
        rows.update(is_active=True)
    assert is_let_in(shop, tokens) == (True, True)
    users.update(password="another one")
    assert is_let_in(shop, tokens) == (False, False)


def test_a_contact_that_is_no_more_a_member_is_refused_at_once(server: Server, acme: Company) -> None:
    bob = make_bob(acme, tags=["Gold"])
    tag = Tag.objects.get(company_id=acme.pk, slug="gold")
    shop = make_software(server, acme, people="contacts", required_tags=[tag.pk])
    plain = make_bob(acme)
    outside = Browser(server)
    page = outside.follow(outside.get(shop.address()))
    assert outside.sign_in(page, plain.email).status_code == 401  # right password, no tag
    browser = member_browser(shop, bob)
    tokens = shop.tokens_of(browser)
    assert is_let_in(shop, tokens) == (True, True)
    ContactTag.objects.filter(company_id=acme.pk, contact=bob).delete()
    assert is_let_in(shop, tokens) == (False, False)
    assert told(browser.get(shop.address(prompt="none")))["error"] == "login_required"
    ContactTag.objects.create(company_id=acme.pk, contact=bob, tag=tag)
    assert is_let_in(shop, tokens) == (True, True)
    set_password(operator(acme.pk), bob.pk, "a new one")
    assert is_let_in(shop, tokens) == (False, False)
    assert told(browser.get(shop.address(prompt="none")))["error"] == "login_required"
    delete_contacts(operator(acme.pk), [bob.pk])
    assert is_let_in(shop, tokens) == (False, False)
    assert not Grant.objects.filter(company_id=acme.pk).exists()


def test_guesses_of_a_members_password_are_bounded_with_those_of_remote_authentication(
    shop: Software, acme: Company
) -> None:
    bob = make_bob(acme)
    browser = Browser(shop.server)
    page = browser.follow(browser.get(shop.address()))
    answers = [browser.sign_in(page, bob.email, f"guess {number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert browser.sign_in(page, bob.email).status_code == 429


def test_few_passwords_cannot_be_tried_with_many_people_from_one_address(shop: Software, acme: Company) -> None:
    bob = make_bob(acme)
    for _ in range(FAILURES_OF_BROWSERS.tries - 1):  # what as many wrong sign-ins count
        FAILURES_OF_BROWSERS.count(f"{acme.pk} 127.0.0.1")
    browser = Browser(shop.server)
    page = browser.follow(browser.get(shop.address()))
    assert browser.sign_in(page, "nobody@people.test").status_code == 401
    assert browser.sign_in(page, bob.email).status_code == 429
    other = make_software(shop.server, make_company("beta"))
    assert member_browser(other, make_bob(other.client.company)).session.cookies  # no other company's members wait


def test_pages_of_clients_may_read_what_scripts_of_others_may_not(shop: Software) -> None:
    ours, theirs = {"Origin": "https://shop.example.com"}, {"Origin": "https://evil.example"}
    asked = {"Access-Control-Request-Method": "POST"}
    allowed = shop.server.call("OPTIONS", "/oauth/token", headers={**ours, **asked})
    assert (allowed.status_code, allowed.headers["Access-Control-Allow-Origin"]) == (204, ours["Origin"])
    assert "Authorization" in allowed.headers["Access-Control-Allow-Headers"]
    refused = shop.server.call("OPTIONS", "/oauth/token", headers={**theirs, **asked})
    assert "Access-Control-Allow-Origin" not in refused.headers
    for path in ("/oauth/token", "/oauth/revoke"):
        assert shop.server.post(path, headers=ours).headers["Access-Control-Allow-Origin"] == ours["Origin"]
        assert "Access-Control-Allow-Origin" not in shop.server.post(path, headers=theirs).headers
    assert "Access-Control-Allow-Origin" not in shop.server.get(shop.address(), headers=ours).headers


def test_every_refusal_has_an_answer_of_the_endpoints() -> None:
    assert set(FAMILY) <= set(errors.ANSWERS)
    samples = {NotFound: NotFound("x"), Invalid: Invalid(Problem("x", "y", "z")), TooMany: TooMany(7), Busy: Busy(7)}
    for kind in FAMILY:
        answer = errors.ANSWERS[kind](samples.get(kind) or kind())
        assert 400 <= answer.status_code < 504
        assert set(json.loads(answer.content)) == {"error", "error_description"}
        assert answer.headers.get("Retry-After") == ("7" if kind in {TooMany, Busy} else None)


def raw(server: Server, method: str, path: str, headers: list[tuple[str, str]], body: bytes = b"") -> int:
    """A call whose headers may come twice, or be larger than any library sends them."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest(method, path)
    for name, value in [*headers, ("Content-Length", str(len(body)))]:
        connection.putheader(name, value)
    try:
        connection.endheaders(body)
        return connection.getresponse().status
    except OSError:
        return 0  # the server has hung up on us
    finally:
        connection.close()


def test_headers_that_come_twice_or_are_huge_break_nothing(shop: Software, acme: Company) -> None:
    good = shop.tokens_of(staff_browser(shop.server, make_anna(acme)))["access_token"]
    basic = base64.b64encode(f"{shop.client.client_id}:{shop.secret}".encode()).decode()
    form = ("Content-Type", "application/x-www-form-urlencoded")
    body = b"grant_type=refresh_token&refresh_token=x"
    bearer, client = ("Authorization", f"Bearer {good}"), ("Authorization", f"Basic {basic}")
    forged = ("Authorization", f"Bearer {good[:-4]}AAAA")
    huge = ("Authorization", "Bearer " + "x" * 65_536)
    wrong = [
        ("Authorization", f"Basic {word}") for word in ("", "!!!", basic[:-3], base64.b64encode(b"\xff:\xff").decode())
    ]
    for headers in ([bearer, forged], [forged, bearer], [huge], [client, bearer]):
        assert raw(shop.server, "GET", "/oauth/userinfo", headers) < 500, headers
    for headers in ([client, client], [client, ("Authorization", "Basic eA==")], [huge], *([one] for one in wrong)):
        assert raw(shop.server, "POST", "/oauth/token", [*headers, form], body) < 500, headers
    for headers in (
        [("Cookie", "x" * 65_536)],
        [("Cookie", "portico_member_1=x; portico_member_1=y; portico_form=\xff")],
    ):
        assert raw(shop.server, "GET", shop.address(), headers) < 500
    assert raw(shop.server, "GET", shop.address(state="s" * 60_000), []) < 500
    assert raw(shop.server, "GET", "/oauth/userinfo", [bearer]) == 200
