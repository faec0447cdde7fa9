import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from portico.access import Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.identity.models import KnownDevice, Membership, Session
from tests.make import make_company, make_member
from tests.server import Server
from tests.web.browser import PASSWORD, Browser, code_to, make_stale, texts_to


@pytest.fixture
def anna(acme: Company) -> Membership:
    return make_member(acme, "Anna", Role.MANAGER)


def own_session(member: Membership) -> int:
    rows = Session.objects.filter(membership_id=member.pk, ended_at=None)  # any company: its member's
    return rows.order_by("-pk").values_list("pk", flat=True)[0]


def test_a_new_password_ends_other_sessions_and_is_told(server: Server, browser: Browser, anna: Membership) -> None:
    other = Browser(server).enter(anna)
    browser.enter(anna).set_password()
    assert browser.is_in
    assert not other.is_in
    assert "Your password was changed" in texts_to(anna.user.email)[-1]
    anna.user.refresh_from_db()
    assert anna.user.password.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "at least 15"),
        ("quiet otter la", "at least 15"),
        ("x" * 257, "at most 256"),
        ("p@ssw0rd12345678!", "first that would be tried"),
        ("qwertyuiopasdfgh", "first that would be tried"),
    ],
)
def test_a_password_that_cannot_be_taken_changes_nothing(
    browser: Browser, anna: Membership, password: str, why: str
) -> None:
    refused = browser.enter(anna).send("/account/password", password=password)
    assert refused.status_code == 422
    assert why in refused.text
    assert 'id="error-password"' in refused.text
    anna.user.refresh_from_db()
    assert not anna.user.password


def test_with_a_second_factor_eight_characters_are_enough(browser: Browser, anna: Membership) -> None:
    browser.enter(anna).add_app()
    browser.set_password("tz8%kfQ1")
    own = browser.send("/account/password", password=anna.user.first_name + anna.company.slug)
    assert "first that would be tried" in own.text


def test_a_sign_in_changes_only_after_a_fresh_proof_by_mail(browser: Browser, anna: Membership) -> None:
    browser.enter(anna)
    make_stale(anna)
    to = "/account/prove?next=%2Faccount%2Fpassword"
    for method, path in (("GET", "/account/password"), ("GET", "/account/app"), ("GET", "/account/passkeys/add")):
        assert browser.call(method, path).headers["Location"].startswith("/account/prove?next=%2Faccount%2F")
    stale = browser.send("/account/password", page="/sign-out", password=PASSWORD)
    assert stale.headers["Location"] == "/account/prove?next=%2Faccount"
    browser.send("/account/prove/mail" + to[len("/account/prove") :], page=to)
    assert browser.send(to, verification_code="000000x").status_code == 422
    proved = browser.send(to, verification_code=code_to(anna.user.email))
    assert proved.headers["Location"] == "/account/password"
    browser.set_password()


def test_the_proof_is_the_strongest_that_there_is(browser: Browser, anna: Membership) -> None:
    browser.enter(anna).set_password()
    make_stale(anna)
    assert browser.send("/account/prove", code="wrong").status_code == 422
    browser.send("/account/prove/mail", page="/account/prove")
    mailed = code_to(anna.user.email)
    assert browser.send("/account/prove", verification_code=mailed).status_code == 422  # a mailbox is less than asked
    assert browser.send("/account/prove", code=PASSWORD).headers["Location"] == "/account"
    app = browser.add_app()
    make_stale(anna)
    assert browser.send("/account/prove", code=PASSWORD).status_code == 422
    assert browser.send("/account/prove", code=app.code()).headers["Location"] == "/account"
    make_stale(anna)
    assert browser.send("/account/prove", code=app.code()).status_code == 422  # used
    assert browser.send("/account/prove?next=//evil.test", code=app.recovery_codes[0]).headers["Location"] == "/account"
    methods = Session.objects.filter(pk=own_session(anna)).values_list("methods", flat=True)[0]  # any company: hers
    assert methods == ["passcode", "password", "totp", "recovery"]


def test_sessions_are_named_and_ended_one_by_one_or_all_others(
    server: Server, browser: Browser, anna: Membership
) -> None:
    first = Browser(server).enter(anna)
    id = own_session(anna)
    browser.enter(anna)
    path = f"/account/sessions/{id}"
    assert browser.send(f"{path}/name", page="/account", name="x" * 101).status_code == 422
    assert browser.send(f"{path}/name", page="/account", name="the <b>kiosk</b>").status_code == 303
    assert "the &lt;b&gt;kiosk&lt;/b&gt;" in browser.get("/account").text
    stranger = Browser(server).enter(make_member(make_company("other"), "Olga", Role.ADMIN))
    for end in ("name", "end"):
        assert stranger.send(f"{path}/{end}", page="/account", name="mine").status_code == 404
        assert stranger.send(f"/account/sessions/999999999999999999/{end}", page="/account").status_code == 404
    assert first.is_in
    assert browser.send(f"{path}/end", page="/account").headers["Location"] == "/account?done=session-ended"
    assert not first.is_in
    second = Browser(server).enter(anna)
    assert browser.send("/account/sessions/end-others", page="/account").status_code == 303
    assert browser.is_in
    assert not second.is_in
    own = own_session(anna)
    assert browser.send(f"/account/sessions/{own}/end", page="/account").headers["Location"] == "/sign-in?done=out"
    assert not browser.session


def test_of_many_who_end_one_session_at_once_one_does(server: Server, anna: Membership) -> None:
    Browser(server).enter(anna)
    id = own_session(anna)
    browsers = [Browser(server).enter(anna) for _ in range(4)]
    forms = [{"csrfmiddlewaretoken": one.token("/account")} for one in browsers]
    with ThreadPoolExecutor(4) as pool:
        with transaction.atomic():  # so that all have begun before the first can
            Session.objects.select_for_update().get(pk=id)
            ends = [
                pool.submit(one.call, "POST", f"/account/sessions/{id}/end", data=form)
                for one, form in zip(browsers, forms, strict=True)
            ]
            wait_until_waiting(len(ends))
        answers = sorted(end.result().status_code for end in ends)
    assert answers == [303, 404, 404, 404]
    ended = AuditEntry.objects.filter(company_id=anna.company_id, action="session.ended", subject_id=id)
    assert ended.count() == 1


def wait_until_waiting(many: int) -> None:
    """Until so many connections wait for a row that somebody holds."""
    until = time.monotonic() + 30
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid)"
                " WHERE NOT l.granted AND l.locktype IN ('transactionid', 'tuple') AND a.datname = current_database()"
            )
            if cursor.fetchone()[0] >= many:
                return
            time.sleep(0.02)
    raise AssertionError("They never came to wait.")


def test_a_device_is_forgotten_only_by_its_own_user(server: Server, browser: Browser, anna: Membership) -> None:
    browser.enter(anna)
    device = KnownDevice.objects.get(user_id=anna.user_id)
    path = f"/account/devices/{device.pk}/forget"
    assert path in browser.get("/account").text
    stranger = Browser(server).enter(make_member(anna.company, "Olga", Role.ADMIN))
    assert stranger.send(path, page="/account").status_code == 404
    assert browser.send(path, page="/account").headers["Location"] == "/account?done=device-forgotten"
    assert path not in browser.get("/account").text


def test_one_goes_over_to_another_company_of_ones_own_only(server: Server, browser: Browser, anna: Membership) -> None:
    other, foreign = make_company("other"), make_company("foreign")
    there = make_member(other, "Anna", Role.REP, email=anna.user.email)
    browser.enter(anna)
    before = browser.session
    for wanted in (str(foreign.pk), "999999999999999999", "9" * 40, "x", ""):
        assert browser.send("/account/company", page="/account", company=wanted).status_code == 404
    make_stale(anna)
    assert browser.send("/account/company", page="/account", company=str(other.pk)).status_code == 303
    assert f"rep of <strong>{other.name}</strong>" in browser.get("/account").text
    assert browser.get("/account/password").headers["Location"].startswith("/account/prove")  # not fresher than before
    assert Session.objects.filter(company_id=other.pk, membership_id=there.pk, ended_at=None).count() == 1
    old = Browser(server)
    old.cookies.cookies.set("portico_session", before)
    assert not old.is_in
    browser.send("/sign-out")
    assert f"<strong>{other.name}</strong>" in browser.enter(anna).get("/account").text  # where she was last
