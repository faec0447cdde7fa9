from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portico.access import Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.actions.factors import require_factor
from portico.identity.factor_models import AuthenticatorApp, RecoveryCode
from portico.identity.models import Membership, Session
from tests.make import make_member
from tests.protocols.fluid.app import App as RepsApp
from tests.protocols.fluid.app import jwt_of
from tests.server import Server
from tests.web.browser import App, Browser, code_to, mails_to, texts_to


@pytest.fixture
def anna(acme: Company) -> Membership:
    return make_member(acme, "Anna", Role.MANAGER)


@pytest.fixture
def app(browser: Browser, anna: Membership) -> App:
    """Anna's, set up in her browser."""
    return browser.enter(anna).add_app()


def halfway(server: Server, member: Membership) -> Browser:
    """Another browser, which has the mailed code right."""
    other = Browser(server)
    assert other.sign_in(member).headers["Location"] == "/sign-in/factor"
    return other


def all_at_once(browsers: list[Browser], code: str) -> list[requests.Response]:
    """Each has opened the page, then all send the same code in the same moment, over two processes."""
    tokens = [one.token("/sign-in/factor") for one in browsers]

    def send(pair: tuple[Browser, str]) -> requests.Response:
        browser, token = pair
        return browser.call("POST", "/sign-in/factor", data={"csrfmiddlewaretoken": token, "code": code})

    with ThreadPoolExecutor(len(browsers)) as pool:
        return list(pool.map(send, zip(browsers, tokens, strict=True)))


def many_halfway(server: Server, member: Membership, count: int) -> list[Browser]:
    """Browsers that owe the factor of one first step, as if its cookie had been copied."""
    first = halfway(server, member)
    others = [Browser(server) for _ in range(count - 1)]
    for one in others:
        one.cookies.cookies.set("portico_half", first.cookies.cookies["portico_half"])
    return [first, *others]


def test_a_sign_in_asks_for_the_app_and_takes_each_code_once(server: Server, anna: Membership, app: App) -> None:
    other = halfway(server, anna)
    assert not other.is_in
    wrong = other.send("/sign-in/factor", code=app.wrong_code)
    assert wrong.status_code == 422
    assert 'aria-invalid="true"' in wrong.text
    for typed in ("", "\0", "x" * 9000, "\N{FULLWIDTH DIGIT ONE}23456", app.code(-1)):  # the last one confirmed the app
        assert other.send("/sign-in/factor", code=typed).status_code == 422, typed[:9]
    assert other.send("/sign-in/factor", code=f" {app.code()[:3]} {app.code()[3:]}").headers["Location"] == "/account"
    assert other.is_in
    methods = (
        Session.objects.filter(membership_id=anna.pk).order_by("-pk").values_list("methods", flat=True)
    )  # any company: hers
    assert methods[0] == ["passcode", "totp"]
    assert halfway(server, anna).send("/sign-in/factor", code=app.code()).status_code == 422


def test_of_twenty_with_one_code_of_the_app_one_gets_in(server: Server, anna: Membership, app: App) -> None:
    browsers = many_halfway(server, anna, 10) + many_halfway(server, anna, 10)
    answers = all_at_once(browsers, app.code())
    assert [one.headers.get("Location") for one in answers].count("/account") == 1
    assert sum(one.is_in for one in browsers) == 1


def test_a_recovery_code_is_good_once_also_for_twenty_at_once(server: Server, anna: Membership, app: App) -> None:
    assert len(set(app.recovery_codes)) == 10
    code = app.recovery_codes[3].upper().replace("-", " ")
    answers = all_at_once(many_halfway(server, anna, 20), code)
    assert [one.headers.get("Location") for one in answers].count("/account") == 1
    assert halfway(server, anna).send("/sign-in/factor", code=code).status_code == 422
    assert RecoveryCode.objects.filter(user_id=anna.user_id, used_at=None).count() == 9


def test_codes_of_the_app_cannot_be_guessed_in_parallel(server: Server, anna: Membership, app: App) -> None:
    answers = all_at_once(many_halfway(server, anna, 30), app.wrong_code)
    statuses = [one.status_code for one in answers]
    assert set(statuses) == {422, 429}
    assert statuses.count(422) < 20  # the mailed code before was one of the account's tries


def test_adding_a_factor_ends_other_sessions_and_is_told_and_written_down(
    server: Server, browser: Browser, anna: Membership
) -> None:
    other = Browser(server).enter(anna)
    owed = Browser(server)
    browser.enter(anna)
    assert browser.is_in
    assert other.is_in
    app = browser.add_app()
    assert browser.is_in
    assert not other.is_in
    assert "authenticator app was added" in texts_to(anna.user.email)[-1]
    entry = AuditEntry.objects.filter(company_id=anna.company_id, action="factors.app_added").get()
    assert (entry.subject_id, entry.actor) == (anna.user_id, anna.user.email)
    seed = app.totp.secret
    assert seed not in str(entry.details)
    kept = bytes(AuthenticatorApp.objects.get(user_id=anna.user_id).sealed_seed)
    assert seed.encode() not in kept
    assert owed.sign_in(anna).headers["Location"] == "/sign-in/factor"
    assert browser.send("/account/app/begin", page="/account").status_code == 409
    removed = browser.send("/account/app/remove", page="/account")
    assert removed.headers["Location"] == "/account?done=app-removed"
    assert owed.send("/sign-in/factor", page="/sign-in", code=app.code()).headers["Location"] == "/sign-in"
    assert not RecoveryCode.objects.filter(user_id=anna.user_id).exists()
    assert Browser(server).sign_in(anna).headers["Location"] == "/account"


def test_an_app_counts_only_once_a_code_confirms_it(server: Server, browser: Browser, anna: Membership) -> None:
    browser.enter(anna)
    assert browser.send("/account/app", code="123456").status_code == 410
    browser.send("/account/app/begin", page="/account/app")
    assert browser.send("/account/app", code="nonsense").status_code == 422
    assert Browser(server).sign_in(anna).headers["Location"] == "/account"


def test_new_recovery_codes_take_the_place_of_the_old(
    server: Server, browser: Browser, anna: Membership, app: App
) -> None:
    renewed = browser.send("/account/recovery-codes", page="/account")
    assert renewed.status_code == 200
    assert app.recovery_codes[0] not in renewed.text
    assert halfway(server, anna).send("/sign-in/factor", code=app.recovery_codes[0]).status_code == 422
    plain = Browser(server).enter(make_member(anna.company, "Bea", Role.REP))
    assert plain.send("/account/recovery-codes", page="/account").status_code == 409


def test_who_owes_a_factor_that_the_company_demands_sets_it_up_first(
    server: Server, browser: Browser, acme: Company, anna: Membership
) -> None:
    rep = make_member(acme, "Rita", Role.REP)
    before, of_rep = Browser(server).enter(anna), Browser(server).enter(rep)
    jwt = jwt_of(anna)
    assert require_factor(operator(acme.pk), on=True) == 2
    assert not before.is_in
    assert server.get("/api/me", headers={"Authorization": f"Bearer {jwt}"}).status_code == 401
    assert of_rep.is_in
    assert browser.sign_in(anna).headers["Location"] == "/account"
    for path in ("/account", "/account/password"):
        assert browser.get(path).headers["Location"] == "/account/set-up"
    assert browser.send("/account/sessions/end-others", page="/sign-out").headers["Location"] == "/account/set-up"
    assert browser.get("/sign-in?next=/x").headers["Location"] == "/account/set-up"
    assert acme.name in browser.get("/account/set-up").text
    browser.add_app()
    assert browser.is_in
    assert require_factor(operator(acme.pk), on=True) == 0


def test_no_mailed_code_opens_by_a_wire_what_demands_a_factor(server: Server, acme: Company, anna: Membership) -> None:
    from tests.make import make_company

    other = make_company("other")
    make_member(other, "Anna", Role.REP, email=anna.user.email)
    phone = RepsApp(server)
    require_factor(operator(acme.pk), on=True)
    phone.uuid_for(anna.user.email)
    said = phone.confirm(phone.uuid_for(anna.user.email), code_to(anna.user.email)).json()
    assert other.slug in str(said)
    assert acme.slug not in str(said)
    only_there = make_member(acme, "Olaf", Role.ADMIN)
    phone.uuid_for(only_there.user.email)
    assert not mails_to(only_there.user.email)
