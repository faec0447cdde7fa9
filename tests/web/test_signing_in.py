import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlsplit

import pytest
import requests

from portico.access import Role, operator_for, stranger
from portico.companies.models import Company
from portico.errors import Denied
from portico.identity.actions.signing_in import issue_link
from portico.identity.models import Membership, Session, User
from portico.outbox.models import Mail
from portico.web.routes import ROUTES
from tests.make import make_member
from tests.server import Server
from tests.web.browser import PASSWORD, Browser, code_to, link_to, mails_to


def test_a_mailed_code_signs_in_and_the_session_can_be_left(browser: Browser, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.ADMIN)
    assert browser.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    done = browser.sign_in(anna)
    assert (done.status_code, done.headers["Location"]) == (303, "/account")
    assert all(word in done.headers["Set-Cookie"] for word in ("HttpOnly", "SameSite=Lax"))
    page = browser.get("/account")
    assert anna.user.email in page.text
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "same-origin")
    assert "script-src 'none'" in page.headers["Content-Security-Policy"]
    session = Session.objects.get(company_id=acme.pk, membership_id=anna.pk)
    assert (session.methods, session.wire) == (["passcode"], "web")
    kept = browser.session
    assert browser.send("/sign-out").headers["Location"] == "/sign-in?done=out"
    assert not browser.session
    browser.cookies.cookies.set("portico_session", kept)
    assert not browser.is_in


def test_the_code_page_says_what_is_wrong_beside_its_field(browser: Browser, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.REP)
    assert browser.get("/sign-in/code").headers["Location"] == "/sign-in"
    assert browser.send("/sign-in", email="no address").status_code == 422
    browser.send("/sign-in", email=anna.user.email)
    right = code_to(anna.user.email)
    wrong = browser.send("/sign-in/code", verification_code=f"{(int(right) + 1) % 10**6:06d}")
    assert wrong.status_code == 422
    assert 'aria-describedby="error-verification_code' in wrong.text
    for typed in ("", "x" * 5000, "\0", "\N{FULLWIDTH DIGIT ONE}23456"):
        assert browser.send("/sign-in/code", verification_code=typed).status_code in {410, 422}
    assert browser.send("/sign-in/code", verification_code=right).status_code == 410


def test_nobody_learns_from_a_page_who_is_known(server: Server, acme: Company) -> None:
    anna, gone = (make_member(acme, name, Role.REP) for name in ("Anna", "Gone"))
    Browser(server).enter(anna).set_password()
    User.objects.filter(pk=gone.user_id).update(is_active=False)
    addresses = (anna.user.email, gone.user.email, "nobody@nowhere.test")

    def seen(path: str, **fields: str) -> list[tuple[int, int, str | None, list[str]]]:
        answers = [Browser(server).send(path, email=email, **fields) for email in addresses]
        lengths = [len(one.text.replace(email, "")) for one, email in zip(answers, addresses, strict=True)]
        return [
            (one.status_code, length, one.headers.get("Location"), sorted(one.cookies.keys()))
            for one, length in zip(answers, lengths, strict=True)
        ]

    for path, fields in (("/sign-in", {}), ("/sign-in/password", {"password": "wrong"}), ("/forgot", {})):
        answers = seen(path, **fields)
        assert answers[0] == answers[2], path
        assert answers[1] == answers[2], path
    assert not Mail.objects.filter(to__in=addresses[1:]).exists()


def test_a_password_signs_in_who_has_one(browser: Browser, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.REP)
    browser.enter(anna).set_password()
    browser.send("/sign-out")
    email = anna.user.email.upper()
    for typed in ("", "wrong", PASSWORD + " ", "\0", "x" * 20_000):
        answer = browser.send("/sign-in/password", email=email, password=typed)
        assert answer.status_code == 422, typed[:20]
        assert "do not belong together" in answer.text
    assert browser.send("/sign-in/password", email="\0@x.test", password="x").status_code == 422
    # The same to every keyboard: NFKC.
    full_width = PASSWORD.replace("q", "\N{FULLWIDTH LATIN SMALL LETTER Q}")
    assert browser.send("/sign-in/password", email=email, password=full_width).headers["Location"] == "/account"
    assert Session.objects.filter(membership_id=anna.pk, methods=["password"]).exists()  # any company: by its member
    Membership.objects.filter(pk=anna.pk).update(is_active=False)
    assert not browser.is_in
    assert browser.send("/sign-in/password", email=email, password=PASSWORD).status_code == 422


def test_wrong_passwords_are_counted_and_a_known_device_is_not_kept_out(server: Server, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.REP)
    owner = Browser(server).enter(anna)
    owner.set_password()
    owner.send("/sign-out")
    other = Browser(server)
    token = other.token("/sign-in/password")

    def guess(_: int) -> requests.Response:
        form = {"csrfmiddlewaretoken": token, "email": anna.user.email, "password": "guess"}
        return other.call("POST", "/sign-in/password", data=form)

    with ThreadPoolExecutor(8) as pool:
        statuses = [answer.status_code for answer in pool.map(guess, range(30))]
    assert statuses.count(422) == 20
    assert statuses.count(429) == 10
    refused = other.send("/sign-in/password", email=anna.user.email, password=PASSWORD)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert owner.send("/sign-in/password", email=anna.user.email, password=PASSWORD).status_code == 303


def test_a_mailed_link_signs_the_browser_in_and_leads_where_it_wanted_to_go(server: Server, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.REP)
    browser = Browser(server)
    browser.send("/sign-in?next=/docs", email=anna.user.email)
    path = link_to(anna.user.email)
    press = re.search(r'name="press" value="(\w+)"', browser.get(path).text)
    assert press
    pressed = browser.call("POST", path, data={"press": press[1]})
    assert pressed.status_code == 200
    assert 'content="0;url=/docs"' in pressed.text
    assert browser.is_in
    assert Browser(server).call("POST", path, data={"press": press[1]}).status_code == 410


def test_a_link_from_the_operator_signs_in_once_without_any_mail(browser: Browser, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.ADMIN)
    address = urlsplit(issue_link(operator_for(anna.user_id), email=anna.user.email)).path
    assert not mails_to(anna.user.email)
    press = re.search(r'name="press" value="(\w+)"', browser.get(address).text)
    assert press
    assert browser.call("POST", address, data={"press": press[1]}).headers["Location"] == "/account?done=link"
    assert browser.is_in
    assert browser.get(address).status_code == 410
    with pytest.raises(Denied):
        issue_link(stranger(wire="web"), email=anna.user.email)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.test/x",
        "https://evil.test/",
        "/\\evil.test",
        "javascript:alert(1)",
        "/\t/evil.test",
        "evil.test",
        "///x",
    ],
)
def test_signing_in_leads_nowhere_but_to_our_own_pages(browser: Browser, acme: Company, elsewhere: str) -> None:
    anna = make_member(acme, "Anna", Role.REP)
    done = browser.sign_in(anna, next=quote(elsewhere))
    assert (done.status_code, done.headers["Location"]) == (303, "/account")
    assert browser.get(f"/sign-in?next={quote(elsewhere)}").headers["Location"] == "/account"


def test_no_form_counts_without_the_token_of_its_page(browser: Browser, acme: Company) -> None:
    anna = make_member(acme, "Anna", Role.REP)
    browser.enter(anna)
    sessions = Session.objects.filter(company_id=acme.pk, ended_at=None).count()
    mails = len(mails_to(anna.user.email))
    posts = [one.path.replace("<int:id>", "1").replace("<str:link>", "prl_x") for one in ROUTES if one.method == "POST"]
    assert len(posts) > 15
    for path in posts:
        for form in ({}, {"csrfmiddlewaretoken": "x" * 64}):
            answer = browser.call("POST", f"/{path}", data={**form, "email": anna.user.email})
            assert answer.status_code == 403, path
            assert "did not come from this browser" in answer.text
    elsewhere = {"Origin": "https://evil.test"}
    form = {"csrfmiddlewaretoken": browser.token("/sign-out")}
    assert browser.call("POST", "/sign-out", data=form, headers=elsewhere).status_code == 403
    assert Session.objects.filter(company_id=acme.pk, ended_at=None).count() == sessions
    assert len(mails_to(anna.user.email)) == mails


def test_every_page_of_ones_own_asks_who_is_there(browser: Browser) -> None:
    from portico.http.routes import Public
    from portico.web.console.routes import CONSOLE

    closed = [one for one in ROUTES if one.demand is not Public]
    assert {*CONSOLE} < {*closed}
    assert {one.path.split("/")[0] for one in {*closed} - {*CONSOLE}} == {"account", "sign-out"}
    for one in closed:
        path = "/" + one.path.replace("<int:id>", "1")
        form = {"csrfmiddlewaretoken": browser.token("/sign-in")} if one.method == "POST" else None
        answer = browser.call(one.method, path, data=form)
        assert answer.status_code == 303, path
        assert answer.headers["Location"].startswith("/sign-in?next="), path


BROKEN: list[Callable[[Browser], requests.Response]] = [
    lambda browser: browser.call("POST", "/sign-in", data=b"x" * 40_000),
    lambda browser: browser.call("POST", "/sign-in", data=b"{}", headers={"Content-Type": "application/json"}),
    lambda browser: browser.call("POST", "/sign-in", data=b"\xff\xfe=%FF&%", headers={"Content-Type": "x/y"}),
    lambda browser: browser.call("PUT", "/sign-in"),
    lambda browser: browser.get("/account/nowhere"),
    lambda browser: browser.get("/reset/%00"),
    lambda browser: browser.get("/reset/a/b"),
    lambda browser: browser.call("GET", "/sign-in", headers={"Cookie": "portico_session=%00; portico_asked=%FF; ="}),
]


@pytest.mark.parametrize("send", BROKEN)
def test_what_no_browser_sends_is_refused_in_our_words(
    browser: Browser, send: Callable[[Browser], requests.Response]
) -> None:
    answer = send(browser)
    assert answer.status_code in {200, 404, 405, 410, 413, 422}
    assert "Traceback" not in answer.text
