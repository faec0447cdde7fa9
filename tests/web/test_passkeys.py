import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portico.access import Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.factor_models import Passkey
from portico.identity.models import Membership, Session
from tests.make import make_member
from tests.server import Server
from tests.web.authenticator import Authenticator
from tests.web.browser import Browser, texts_to

ADD = "/account/passkeys/add"


@pytest.fixture
def anna(acme: Company) -> Membership:
    return make_member(acme, "Anna", Role.MANAGER)


@pytest.fixture
def key(server: Server, browser: Browser, anna: Membership) -> Authenticator:
    """Anna's, added in her browser."""
    made = Authenticator(server.url)
    assert add(browser.enter(anna), made).status_code == 200
    return made


def add(browser: Browser, key: Authenticator, name: str = "my phone") -> requests.Response:
    return browser.send(ADD, name=name, answer=key.create(browser.options(ADD)))


def sign_in(browser: Browser, answer: str) -> requests.Response:
    return browser.send("/sign-in/passkey", page="/sign-in", answer=answer)


def test_a_passkey_alone_signs_in(server: Server, browser: Browser, anna: Membership, key: Authenticator) -> None:
    assert "my phone" in browser.get("/account").text
    assert "A passkey was added" in texts_to(anna.user.email)[-1]
    other = Browser(server)
    assert sign_in(other, key.get(other.options("/sign-in"))).headers["Location"] == "/account"
    assert other.is_in
    methods = (
        Session.objects.filter(membership_id=anna.pk).order_by("-pk").values_list("methods", flat=True)
    )  # any company: hers
    assert methods[0] == ["passkey"]
    kept = Passkey.objects.get(user_id=anna.user_id)
    assert kept.sign_count == key.count
    assert kept.last_used_at


def test_a_passkey_is_a_second_factor(server: Server, anna: Membership, key: Authenticator) -> None:
    other = Browser(server)
    assert other.sign_in(anna).headers["Location"] == "/sign-in/factor"
    page, path = "/sign-in/factor", "/sign-in/factor/passkey"
    assert other.send(path, page=page, answer="").status_code == 422
    foreign = Authenticator(server.url)
    assert other.send(path, page=page, answer=foreign.get(other.options(page))).status_code == 422
    # What was signed for a sign-in alone does not count here, nor the other way round.
    assert other.send(path, page=page, answer=key.get(Browser(server).options("/sign-in"))).status_code == 422
    assert sign_in(other, key.get(other.options(page))).status_code == 422
    key.flags = type(key.flags).UP  # a key without finger or PIN is enough for a second step
    assert other.send(path, page=page, answer=key.get(other.options(page))).headers["Location"] == "/account"


def test_a_challenge_is_answered_once_also_by_ten_at_once(server: Server, key: Authenticator) -> None:
    browsers = [Browser(server) for _ in range(10)]
    options = browsers[0].options("/sign-in")
    pairs = [(one, one.token("/sign-in"), key.get(options)) for one in browsers]

    def send(pair: tuple[Browser, str, str]) -> requests.Response:
        browser, token, answer = pair
        return browser.call("POST", "/sign-in/passkey", data={"csrfmiddlewaretoken": token, "answer": answer})

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, pairs))
    assert [one.status_code for one in answers].count(303) == 1
    assert sum(one.is_in for one in browsers) == 1


Answer = Callable[[Authenticator, str], str]
WRONG: dict[str, Answer] = {
    "nothing": lambda _key, _options: "",
    "no JSON": lambda _key, _options: "{",
    "a list": lambda _key, _options: "[]",
    "numbers": lambda _key, _options: '{"id": 1, "rawId": 2, "response": 3}',
    "no response": lambda key, options: json.dumps({**json.loads(key.get(options)), "response": {}}),
    "far too long": lambda _key, _options: json.dumps({"id": "x" * 25_000}),
    "an answer for making one": lambda key, options: key.get(options).replace("signature", "attestationObject"),
    "a foreign challenge": lambda key, options: key.get(json.dumps({**json.loads(options), "challenge": "AAAA"})),
    "another server": lambda key, options: key.get(json.dumps({**json.loads(options), "rpId": "evil.test"})),
    "a count that stands": lambda key, options: key.get(options, count=0),
    "another person's handle": lambda key, options: key.get(options, handle=b"somebody else"),
    "a foreign key": lambda key, options: _as(Authenticator(key.origin), key).get(options),
    "another origin": lambda key, options: _as(key, key, origin="https://evil.test").get(options),
    "no person seen": lambda key, options: _as(key, key, flags=type(key.flags).UP).get(options),
    "broken bytes": lambda key, options: key.get(options).replace('"authenticatorData": "', '"authenticatorData": "AA'),
    "a text that is none": lambda key, options: key.get(options).replace('"signature": "', '"signature": "\\ud800'),
}


def _as(made: Authenticator, key: Authenticator, **changes: object) -> Authenticator:
    """An authenticator that claims to be the key, changed in one thing."""
    made.id, made.handle, made.count = key.id, key.handle, key.count
    for name, value in changes.items():
        setattr(made, name, value)
    return made


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_no_other_answer_signs_in(server: Server, key: Authenticator, answer: Answer) -> None:
    other = Browser(server)
    if answer is WRONG["a count that stands"]:
        assert sign_in(other, key.get(other.options("/sign-in"))).status_code == 303
        other = Browser(server)
    refused = sign_in(other, answer(key, other.options("/sign-in")))
    assert refused.status_code == 422
    assert "did not work here" in refused.text
    assert not other.is_in


def test_a_copied_passkey_is_written_down(server: Server, anna: Membership, key: Authenticator) -> None:
    first, second = Browser(server), Browser(server)
    sign_in(first, key.get(first.options("/sign-in")))
    sign_in(second, key.get(second.options("/sign-in"), count=1))
    assert AuditEntry.objects.filter(action="factors.passkey_copied", subject_id=anna.user_id).count() == 1


def test_making_a_passkey_asks_for_a_name_and_a_good_answer(server: Server, browser: Browser, anna: Membership) -> None:
    browser.enter(anna)
    key = Authenticator(server.url)
    for name in ("", "x" * 101, "\0"):
        refused = browser.send(ADD, name=name, answer=key.create(browser.options(ADD)))
        assert refused.status_code == 422
        assert "at most 100 characters" in refused.text
    for answer in (
        "",
        "{}",
        key.create(browser.options(ADD))[:-9],
        Authenticator("https://evil.test").create(browser.options(ADD)),
    ):
        assert browser.send(ADD, name="x", answer=answer).status_code == 422
    others = Browser(server).enter(make_member(anna.company, "Bob", Role.REP))
    assert browser.send(ADD, name="x", answer=key.create(others.options(ADD))).status_code == 422
    made = key.create(browser.options(ADD))
    assert browser.send(ADD, name="x", answer=made).status_code == 200
    assert browser.send(ADD, name="y", answer=made).status_code == 422
    assert add(browser, key).status_code == 409
    assert add(others, key).status_code == 409
    assert Passkey.objects.filter(user_id=anna.user_id).count() == 1


def test_only_its_own_user_removes_a_passkey(
    server: Server, browser: Browser, anna: Membership, key: Authenticator
) -> None:
    id = Passkey.objects.get(user_id=anna.user_id).pk
    others = Browser(server).enter(make_member(anna.company, "Olga", Role.ADMIN))
    for path in (f"/account/passkeys/{id}/remove", "/account/passkeys/999999999999999999/remove"):
        assert others.send(path, page="/account").status_code == 404
    assert browser.send(f"/account/passkeys/{id}/remove", page="/account").headers["Location"].startswith("/account?")
    other = Browser(server)
    assert sign_in(other, key.get(other.options("/sign-in"))).status_code == 422
    assert Browser(server).sign_in(anna).headers["Location"] == "/account"
