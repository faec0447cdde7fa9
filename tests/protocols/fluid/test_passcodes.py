import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
import requests
from django.db.models import F
from django.utils import timezone

from portico.access import Role, operator
from portico.audit.models import AuditEntry
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.identity.models import Challenge, Membership, Session, User
from tests.make import make_company, make_member
from tests.protocols.fluid.app import App, assert_envelope, letter_to, mails_to, shop_of


def nobody() -> str:
    return f"nobody-{uuid4().hex[:8]}@nowhere.test"


def grow_old(uuid: str, seconds: int) -> None:
    Challenge.objects.filter(public_id=uuid).update(expires_at=F("expires_at") - timedelta(seconds=seconds))


def test_a_rep_signs_in_with_the_mailed_code_to_each_of_its_companies(app: App, acme: Company, globex: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    make_member(globex, "Rita", Role.MANAGER, email=rita.user.email)

    sent = app.send(rita.user.email)
    assert sent.status_code == 201
    assert list(sent.json()) == ["multi_factor_authentication", "meta"]
    mfa = sent.json()["multi_factor_authentication"]
    assert list(mfa) == ["uuid", "authenticated", "verification_channel", "verification_code_expires_at"]
    assert re.fullmatch(r"mfa_[0-9a-z]{32}", mfa["uuid"])
    assert (mfa["authenticated"], mfa["verification_channel"]) == (False, "email")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", mfa["verification_code_expires_at"])

    confirmed = app.confirm(mfa["uuid"], letter_to(rita.user.email).code)
    assert confirmed.status_code == 200
    body = confirmed.json()
    assert list(body) == ["authenticated", "auth_type", "companies", "meta"]
    assert (body["authenticated"], body["auth_type"]) == (True, "rep")
    assert [company["id"] for company in body["companies"]] == [acme.pk, globex.pk]
    first = body["companies"][0]
    assert list(first) == ["id", "name", "shop_name", "logo_url", "jwt", "primary_domain_hostname", "auth_type"]
    assert (first["name"], first["shop_name"], first["auth_type"]) == ("Acme", shop_of(acme), "rep")
    assert body["companies"][1]["auth_type"] is None
    for company in body["companies"]:
        assert app.call("GET", "/api/me", company["jwt"]).json()["company"]["id"] == company["id"]
    assert "set-cookie" not in {name.lower() for answer in (sent, confirmed) for name in answer.headers}


def test_an_unknown_address_gets_the_same_answer_and_no_mail(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    stranger = nobody()
    known, unknown = app.send(rita), app.send(stranger)
    assert known.status_code == unknown.status_code == 201
    for body in (known.json(), unknown.json()):
        body["meta"].clear()
        mfa = body["multi_factor_authentication"]
        assert set(mfa) == {"uuid", "authenticated", "verification_channel", "verification_code_expires_at"}
    assert known.headers.keys() == unknown.headers.keys()
    assert len(mails_to(rita)) == 1
    assert mails_to(stranger) == []
    uuid = unknown.json()["multi_factor_authentication"]["uuid"]
    assert Challenge.objects.get(public_id=uuid).user_id is None
    assert_envelope(app.confirm(uuid, "123456"), 422)
    assert app.resend(uuid).status_code == 201
    assert mails_to(stranger) == []


def test_nobody_is_mailed_who_could_sign_in_nowhere(app: App, acme: Company, globex: Company) -> None:
    rita, bob, carl = (make_member(acme, name, Role.REP) for name in ("Rita", "Bob", "Carl"))
    Membership.objects.filter(pk=rita.pk).update(is_active=False)
    User.objects.filter(pk=bob.user_id).update(is_active=False)
    dora = make_member(globex, "Dora", Role.REP)
    switch_module(operator(globex.pk), module="fluid", on=False)
    for member in (rita, bob, dora):
        assert app.send(member.user.email).status_code == 201
        assert mails_to(member.user.email) == []
    assert app.send(carl.user.email).status_code == 201
    assert len(mails_to(carl.user.email)) == 1


def test_asking_again_at_once_answers_the_same_and_mails_nothing(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    first = app.send(rita).json()["multi_factor_authentication"]
    assert app.send(rita.upper()).json()["multi_factor_authentication"] == first
    assert len(mails_to(rita)) == 1
    grow_old(first["uuid"], 31)
    assert app.uuid_for(rita) != first["uuid"]
    assert len(mails_to(rita)) == 2
    stranger = nobody()
    assert app.uuid_for(stranger) == app.uuid_for(stranger)


def test_of_many_requests_at_once_one_mails(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    with ThreadPoolExecutor(12) as pool:
        uuids = set(pool.map(lambda _: app.uuid_for(rita), range(24)))
    assert len(uuids) == 1
    assert len(mails_to(rita)) == 1


@pytest.mark.parametrize("email", ["", "no address", "a@", "a@b@c.test", "x" * 300 + "@b.test", "a\0b@c.test"])
def test_what_is_no_address_is_refused(app: App, email: str) -> None:
    assert "email" in assert_envelope(app.send(email), 422)["errors"]


def test_a_code_may_be_tried_five_times(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    uuid = app.uuid_for(rita)
    letter = letter_to(rita)
    for _ in range(5):
        assert "verification_code" in assert_envelope(app.confirm(uuid, letter.wrong_code), 422)["errors"]
    assert_envelope(app.confirm(uuid, letter.code), 410)
    assert_envelope(app.resend(uuid), 410)
    # One credential: the link has gone with the code.
    assert app.press(letter).status_code == 410
    assert app.uuid_for(rita) != uuid


def test_of_many_wrong_codes_at_once_five_count(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    uuid = app.uuid_for(rita)
    wrong = letter_to(rita).wrong_code
    with ThreadPoolExecutor(24) as pool:
        answers = [response.status_code for response in pool.map(lambda _: app.confirm(uuid, wrong), range(60))]
    assert answers.count(422) == 5
    assert answers.count(410) == 55
    assert Challenge.objects.get(public_id=uuid).tries == 5


def test_of_twenty_right_codes_at_once_one_signs_in(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    uuid = app.uuid_for(rita.user.email)
    code = letter_to(rita.user.email).code
    with ThreadPoolExecutor(20) as pool:
        answers = [response.status_code for response in pool.map(lambda _: app.confirm(uuid, code), range(20))]
    assert answers.count(200) == 1
    assert answers.count(410) == 19
    assert Session.objects.filter(company_id=acme.pk, membership_id=rita.pk).count() == 1


def test_a_code_ends_after_ten_minutes_and_after_its_use(app: App, acme: Company) -> None:
    rita, bob = (make_member(acme, name, Role.REP).user.email for name in ("Rita", "Bob"))
    late, used = app.uuid_for(rita), app.uuid_for(bob)
    left = Challenge.objects.get(public_id=late).expires_at - timezone.now()
    assert timedelta(minutes=9) < left <= timedelta(minutes=10)
    grow_old(late, 600)
    assert_envelope(app.confirm(late, letter_to(rita).code), 410)
    assert app.confirm(used, letter_to(bob).code).status_code == 200
    assert_envelope(app.confirm(used, letter_to(bob).code), 410)
    assert app.press(letter_to(bob)).status_code == 410
    assert_envelope(app.confirm("mfa_" + "0" * 32, "123456"), 404)


def test_a_code_sent_again_replaces_the_old_one_and_keeps_the_count(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    old = app.uuid_for(rita)
    first = letter_to(rita)
    for _ in range(3):
        assert app.confirm(old, first.wrong_code).status_code == 422
    again = app.resend(old)
    assert again.status_code == 201
    new = again.json()["multi_factor_authentication"]["uuid"]
    second = letter_to(rita)
    assert new != old
    assert len(mails_to(rita)) == 2
    assert_envelope(app.confirm(old, first.code), 404)
    assert_envelope(app.resend(old), 404)
    assert app.server.post(first.path).status_code == 410
    assert app.confirm(new, second.wrong_code).status_code == 422
    assert app.confirm(new, second.code).status_code == 200


def test_a_late_code_may_be_sent_again(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    late = app.uuid_for(rita)
    grow_old(late, 700)
    new = app.resend(late).json()["multi_factor_authentication"]["uuid"]
    assert app.confirm(new, letter_to(rita).code).status_code == 200


def test_of_many_resends_of_one_uuid_one_mails(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    uuid = app.uuid_for(rita)
    with ThreadPoolExecutor(6) as pool:
        answers = [response.status_code for response in pool.map(lambda _: app.resend(uuid), range(6))]
    assert sorted(answers) == [201, 404, 404, 404, 404, 404]
    assert len(mails_to(rita)) == 2


def assert_told_to_wait(response: requests.Response) -> None:
    assert_envelope(response, 429)
    assert 1 <= int(response.headers["Retry-After"]) <= 3600


def test_an_address_is_mailed_only_so_often(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    stranger = nobody()
    for email in (rita, stranger):
        for _ in range(6):
            grow_old(app.uuid_for(email), 31)
        assert_told_to_wait(app.send(email))
    assert len(mails_to(rita)) == 6


def test_one_client_may_ask_only_so_often(app: App) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = [response.status_code for response in pool.map(lambda _: app.send(nobody()), range(64))]
    assert answers.count(201) == 60
    assert_told_to_wait(app.send(nobody()))


def test_twenty_wrong_codes_close_an_account_to_codes_but_not_to_its_link(app: App, acme: Company) -> None:
    rita, bob = (make_member(acme, name, Role.REP).user.email for name in ("Rita", "Bob"))
    for _ in range(4):
        uuid = app.uuid_for(rita)
        for _ in range(5):
            assert app.confirm(uuid, letter_to(rita).wrong_code).status_code == 422
    last = app.uuid_for(rita)
    assert_told_to_wait(app.confirm(last, letter_to(rita).code))
    assert app.press(letter_to(rita)).status_code == 200
    assert app.confirm(app.uuid_for(bob), letter_to(bob).code).status_code == 200


def test_right_codes_do_not_count_as_wrong_ones(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    for _ in range(6):
        uuid = app.uuid_for(rita)
        for _ in range(3):
            assert app.confirm(uuid, letter_to(rita).wrong_code).status_code == 422
        assert app.confirm(uuid, letter_to(rita).code).status_code == 200


def test_the_shop_lends_its_name_and_narrows_nothing(app: App, acme: Company, globex: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    make_member(globex, "Rita", Role.REP, email=rita.user.email)
    uuid = app.uuid_for(rita.user.email, fluid_shop=f"{globex.slug.upper()}.fluid.app")
    mail = letter_to(rita.user.email).mail
    assert mail.sender_name == "Globex"
    assert "Globex" in mail.subject
    confirmed = app.confirm(uuid, letter_to(rita.user.email).code).json()
    assert [company["id"] for company in confirmed["companies"]] == [acme.pk, globex.pk]


def test_the_called_host_lends_its_company_s_name_too(app: App, acme: Company) -> None:
    by_host, by_address, by_unknown = (make_member(acme, name, Role.REP).user.email for name in ("Rita", "Bob", "Carl"))
    path = "/api/authentication/send_mfa"
    app.server.post(path, params={"email": by_host}, headers={"Host": f"{acme.slug}.portico.test:8000"})
    app.server.post(path, params={"email": by_address})
    app.server.post(path, params={"email": by_unknown, "fluid_shop": "no-such-shop"})
    assert letter_to(by_host).mail.sender_name == "Acme"
    assert letter_to(by_address).mail.sender_name == "Portico"
    assert letter_to(by_unknown).mail.sender_name == "Portico"


def test_links_come_from_the_settings_whatever_the_host_says(app: App, acme: Company) -> None:
    rita = make_member(acme, "Rita", Role.REP).user.email
    app.server.post("/api/authentication/send_mfa", params={"email": rita}, headers={"Host": "evil.test"})
    from portico.outbox.actions import text_of

    text = text_of(mails_to(rita)[-1])
    assert f"{app.server.url}/sign-in/" in text
    assert "evil" not in text


def test_parameters_are_read_from_body_and_query_alike(app: App, acme: Company) -> None:
    rita, bob = (make_member(acme, name, Role.REP).user.email for name in ("Rita", "Bob"))
    sent = app.server.post("/api/authentication/send_mfa", json={"email": rita})
    uuid = sent.json()["multi_factor_authentication"]["uuid"]
    resent = app.server.post("/api/authentication/resend_mfa", json={"uuid": uuid})
    uuid = resent.json()["multi_factor_authentication"]["uuid"]
    flat = {"uuid": uuid, "verification_code": letter_to(rita).code}
    assert app.server.post("/api/authentication/confirm_mfa", params=flat).status_code == 200
    sent = app.server.post("/api/authentication/send_mfa", data={"email": bob})
    form = {
        "uuid": sent.json()["multi_factor_authentication"]["uuid"],
        "multi_factor_authentication[verification_code]": letter_to(bob).code,
    }
    assert app.server.post("/api/authentication/confirm_mfa", data=form).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"uuid": "mfa_x"},
        {"uuid": "mfa_x", "multi_factor_authentication": {}},
        {"uuid": "mfa_x", "multi_factor_authentication": "123456"},
        {"uuid": ["mfa_x"], "multi_factor_authentication": {"verification_code": "123456"}},
        {"uuid": "mfa_x", "multi_factor_authentication": {"verification_code": {"a": 1}}},
        {"uuid": "mfa\0x", "multi_factor_authentication": {"verification_code": "123456"}},
    ],
)
def test_a_confirmation_without_its_parts_is_refused(app: App, body: dict[str, object]) -> None:
    assert_envelope(app.server.post("/api/authentication/confirm_mfa", json=body), 422)


def test_signing_in_is_in_the_audit_without_code_or_link(app: App) -> None:
    acme = make_company()
    rita = make_member(acme, "Rita", Role.REP)
    app.sign_in(rita.user.email)
    letter = letter_to(rita.user.email)
    begun = AuditEntry.objects.get(company_id=acme.pk, action="session.begun")
    assert (begun.actor, begun.membership_id, begun.wire) == (rita.user.email, rita.pk, "fluid")
    told = repr(list(AuditEntry.objects.order_by("-id").values())[:10])
    assert letter.code not in told.replace("-", "")
    assert letter.link not in told
