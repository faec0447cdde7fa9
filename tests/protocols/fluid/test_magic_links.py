from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import F

from portico.access import Role, operator
from portico.companies.actions import set_company
from portico.companies.models import Company
from portico.identity.models import Challenge, Session
from portico.web.presses import press_of
from tests.chromium import chromium
from tests.make import make_member
from tests.protocols.fluid.app import App, assert_envelope, button_of, letter_to, mails_to

APP = "https://app.acme.test"


@pytest.fixture
def acme(acme: Company) -> Company:
    return set_company(operator(acme.pk), allowed_origins=[APP, "http://localhost:3000"])


def ask(app: App, email: str, acme: Company, **more: str) -> int:
    response = app.server.post(
        "/api/authentication/magic_link", params={"email": email, "fluid_shop": acme.slug, **more}
    )
    return response.status_code


def token_in(location: str) -> str:
    return parse_qs(urlsplit(location).query)["token"][0]


def redeem(app: App, token: str) -> int:
    return app.server.post("/api/authentication/magic_link/confirm", json={"token": token}).status_code


def test_opening_the_link_changes_nothing_and_its_button_works_once(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    uuid = app.uuid_for(rita.user.email)
    letter = letter_to(rita.user.email)
    for _ in range(3):
        shown = app.server.get(letter.path)
        assert shown.status_code == 200
        assert "<button" in shown.text
        assert app.server.call("HEAD", letter.path).status_code == 200
    pressed = app.press(letter)
    assert (pressed.status_code, pressed.headers["Location"]) == (303, "/account?done=link")
    assert app.press(letter).status_code == 410
    assert app.server.get(letter.path).status_code == 410
    assert_envelope(app.confirm(uuid, letter.code), 410)
    # The browser is signed in, but no app by that.
    assert [one.wire for one in Session.objects.filter(company_id=acme.pk, membership_id=rita.pk)] == ["web"]


def test_what_is_no_press_of_the_button_leaves_the_link_unused(app: App, acme: Company) -> None:
    """What scanners do: open the link, send the form without its button, from elsewhere, or by a script."""
    rita = make_member(acme, "Rita", Role.REP).user.email
    bob = make_member(acme, "Bob", Role.REP).user.email
    uuid = app.uuid_for(rita)
    app.uuid_for(bob)
    path = letter_to(rita).path
    form, foreign = ({"press": press_of(letter_to(email).link)} for email in (rita, bob))
    browser = {"Sec-Fetch-Site": "same-origin", "Sec-CH-UA": '"Chromium";v="140"'}
    attempts = [
        app.server.get(path),
        app.server.call("HEAD", path),
        app.server.post(path),
        app.server.post(path, data={"press": ""}),
        app.server.post(path, data={"press": "Sign in"}),
        app.server.post(path, data=foreign),
        app.server.post(path, params=form),
        app.server.post(path, json=form),
        app.server.post(path, files={"press": b"x" * 10}),
        app.server.post(path, data=b"\0=%00&press=\xff", headers={"Content-Type": "multipart/form-data; boundary=?"}),
        app.server.post(path, data={str(number): "" for number in range(2000)}),
        app.server.post(path, data=form, headers={"Origin": "https://evil.test"}),
        app.server.post(path, data=form, headers={"Origin": "http://[::1"}),
        app.server.post(path, data=form, headers={"Sec-Fetch-Site": "cross-site"}),
        app.server.post(path, data=form, headers={"Sec-Fetch-Site": "none"}),
        app.server.post(path, data=form, headers=browser),
    ]
    assert {answer.status_code for answer in attempts} == {200}
    assert all("<button" in answer.text for answer in attempts[2:])
    assert Challenge.objects.get(public_id=uuid).ended_at is None
    pressed = app.server.post(path, data=form, headers={**browser, "Sec-Fetch-User": "?1"})
    assert pressed.status_code == 303
    # An older browser, and one that does not tell who acted.
    again = {"press": press_of(letter_to(bob).link)}
    assert app.server.post(letter_to(bob).path, data=again, headers={"Origin": "null"}).status_code == 303


SENT_ONCE = """
addEventListener("load", () => {
    if (!sessionStorage.sent) { sessionStorage.sent = 1; %s }
    else document.title = "sent";
});
"""


def test_a_browser_s_script_does_not_use_the_link_and_its_person_does(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    uuid = app.uuid_for(rita)
    url = app.server.url + letter_to(rita).path
    with chromium() as browser:
        for script in ("submit()", "requestSubmit()", "elements[0].click()"):
            page = browser.new_page()
            page.add_init_script(SENT_ONCE % f"document.forms[0].{script}")
            page.goto(url)
            page.wait_for_function("document.title === 'sent'")
            assert page.locator("button").count() == 1, script
        page.locator("button").click()
        page.get_by_text("You are signed in").wait_for()
    assert Challenge.objects.get(public_id=uuid).ended_at is not None


def test_the_button_leads_to_the_app_with_a_token_that_signs_in_once(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    assert ask(app, rita, acme, redirect_url=f"{APP}/in?from=mail#top") == 201
    shown = app.server.get(letter_to(rita).path)
    assert APP in shown.text
    assert f"form-action 'self' {APP}" in shown.headers["Content-Security-Policy"]
    pressed = app.press(letter_to(rita))
    assert pressed.status_code == 303
    location = pressed.headers["Location"]
    assert location.startswith(f"{APP}/in?from=mail&token=pxt_")
    assert location.endswith("#top")
    token = token_in(location)
    confirmed = app.server.post("/api/authentication/magic_link/confirm", json={"token": token})
    assert confirmed.status_code == 200
    assert list(confirmed.json()) == ["authenticated", "auth_type", "companies", "meta"]
    assert app.call("GET", "/api/me", confirmed.json()["companies"][0]["jwt"]).status_code == 200
    assert redeem(app, token) == 410


def test_the_exchange_token_lives_one_minute(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    ask(app, rita, acme, redirect_url=f"{APP}/in")
    token = token_in(app.press(letter_to(rita)).headers["Location"])
    row = Challenge.objects.get(email=rita)
    assert row.exchange_expires_at is not None
    assert row.ended_at is not None
    assert row.exchange_expires_at - row.ended_at == timedelta(minutes=1)
    Challenge.objects.filter(pk=row.pk).update(exchange_expires_at=F("exchange_expires_at") - timedelta(minutes=1))
    assert redeem(app, token) == 410
    assert redeem(app, token[:-1] + ("A" if token[-1] != "A" else "B")) == 404
    assert redeem(app, "") == 422


def test_of_parallel_presses_and_redemptions_one_each_succeeds(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    ask(app, rita, acme, redirect_url=f"{APP}/in")
    letter = letter_to(rita)
    button = button_of(app.server, letter.path)
    with ThreadPoolExecutor(12) as pool:
        presses = list(pool.map(lambda _: button(), range(12)))
        good = [press for press in presses if press.status_code == 303]
        assert len(good) == 1
        assert {press.status_code for press in presses} == {303, 410}
        token = token_in(good[0].headers["Location"])
        assert sorted(pool.map(lambda _: redeem(app, token), range(12))) == [200, *[410] * 11]


def test_code_and_link_at_once_are_one_sign_in(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    uuid = app.uuid_for(rita)
    letter = letter_to(rita)
    button = button_of(app.server, letter.path)
    with ThreadPoolExecutor(8) as pool:
        calls = [
            pool.submit(button) if number % 2 else pool.submit(app.confirm, uuid, letter.code) for number in range(8)
        ]
        first, *others = sorted(call.result().status_code for call in calls)
    assert first in {200, 303}
    assert others == [410] * 7


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.test/",
        "https://app.acme.test.evil.test/",
        "https://app.acme.test@evil.test/",
        "https://evil.test\\@app.acme.test/",
        "https://evil.test#@app.acme.test/",
        "http://app.acme.test/",
        "https://app.acme.test:444/",
        "//app.acme.test/",
        "/in",
        "javascript:alert(1)",
        "https://app.acme.test/\r\nSet-Cookie: a=b",
        "https://app.acme.test/" + "x" * 3000,
        "https://[::1",
    ],
)
def test_only_origins_of_the_company_are_led_to(app: App, acme: Company, address: str) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    assert ask(app, rita, acme, redirect_url=address) == 422
    assert mails_to(rita) == []


def test_a_redirect_needs_a_company_that_named_it(app: App, acme: Company, globex: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    assert ask(app, rita, globex, redirect_url=APP) == 422
    refused = app.server.post("/api/authentication/magic_link", params={"email": rita, "redirect_url": APP})
    assert "redirect_url" in assert_envelope(refused, 422)["errors"]
    by_host = app.server.post(
        "/api/authentication/magic_link",
        json={"email": rita, "redirect_url": "http://LOCALHOST:3000/in"},
        headers={"Host": f"{acme.slug}.portico.test"},
    )
    assert by_host.status_code == 201


def test_an_origin_gets_tokens_only_of_companies_that_named_it(app: App, acme: Company, globex: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    make_member(globex, "Rita", Role.REP, email=rita)
    hank = make_member(globex, "Hank", Role.REP).user.email
    for email in (rita, hank):
        assert ask(app, email, acme, redirect_url=f"{APP}/in") == 201
    token = token_in(app.press(letter_to(rita)).headers["Location"])
    confirmed = app.server.post("/api/authentication/magic_link/confirm", json={"token": token})
    assert [company["id"] for company in confirmed.json()["companies"]] == [acme.pk]
    # Acme cannot lure somebody who is not its own to its site with a mail of ours.
    assert mails_to(hank) == []


def test_asking_for_another_way_back_mails_again(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    app.uuid_for(rita)
    for _ in range(2):
        assert ask(app, rita, acme, redirect_url=f"{APP}/in") == 201
    assert len(mails_to(rita)) == 2


def test_all_links_that_are_over_show_one_page(app: App, acme: Company) -> None:
    used, late, replaced = (make_member(acme, name, Role.REP).user.email for name in ("Rita", "Bob", "Carl"))
    uuids = {email: app.uuid_for(email) for email in (used, late, replaced)}
    paths = [letter_to(email).path for email in (used, late, replaced)]
    assert app.press(letter_to(used)).status_code == 303
    Challenge.objects.filter(public_id=uuids[late]).update(expires_at=F("expires_at") - timedelta(minutes=11))
    app.resend(uuids[replaced])
    paths += ["/sign-in/pul_nothing", "/sign-in/x%00y", "/sign-in/%FF"]
    answers = [app.server.call(method, path) for path in paths for method in ("GET", "POST")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(410, answers[0].text)}


def test_the_pages_keep_the_link_to_themselves(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    app.uuid_for(rita)
    path = letter_to(rita).path
    before = [app.server.get(path), app.server.post(path)]
    pressed = app.press(letter_to(rita))
    pages = [*before, app.server.get(path)]
    for answer in (*pages, pressed):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
    for answer in pages:
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "<script" not in answer.text
        assert not answer.cookies
    assert set(pressed.cookies.keys()) == {"portico_session", "portico_device"}
    assert letter_to(rita).link not in app.server.log()
