"""Who tries codes, asks for mails or claims to be elsewhere: against four web processes of two servers."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import requests
from django.db.models import F

from portico.access import Role
from portico.companies.models import Company
from portico.identity.actions.attempts import TRIES_AT_ACCOUNT, TRIES_ON_DEVICE
from portico.identity.models import Challenge, KnownDevice, Session, Throttle
from tests.make import make_member
from tests.protocols.fluid.app import App, assert_envelope, letter_to, mails_to
from tests.server import Server

ATTACKER = {"User_Agent": "curl", "X_Forwarded_For": "198.51.100.66", "X_Forwarded_Proto": "https"}
PHONE = {"User_Agent": "Rep app 1.0 (phone)", "X_Forwarded_For": "203.0.113.20", "X_Forwarded_Proto": "https"}


@pytest.fixture(scope="module")
def behind(server: Server) -> Iterator[Server]:  # noqa: ARG001 -- its database must be up
    """A second server, with two processes of its own, that believes this machine to be its proxy."""
    folder = Path(os.environ["PORTICO_DATA"])
    with Server.running(folder, "web", PORTICO_TRUSTED_PROXIES="127.0.0.1") as running:
        yield running


@pytest.fixture
def attacker(behind: Server) -> App:
    return App(behind, **ATTACKER)


@pytest.fixture
def rita(acme: Company) -> str:
    return make_member(acme, "Rita", Role.REP).user.email


def mail_time_passes(email: str) -> None:
    Challenge.objects.filter(email=email).update(expires_at=F("expires_at") - timedelta(seconds=31))


def new_uuid(app: App, email: str) -> str:
    mail_time_passes(email)
    return app.uuid_for(email)


def use_up_the_account(attacker: App, email: str) -> None:
    """All that a stranger may try."""
    left = TRIES_AT_ACCOUNT.free
    while left:
        uuid = new_uuid(attacker, email)
        wrong = letter_to(email).wrong_code
        for _ in range(min(left, 5)):
            assert attacker.confirm(uuid, wrong).status_code == 422
            left -= 1


def test_of_two_hundred_wrong_codes_at_once_over_four_processes_only_the_allowed_count(
    app: App, behind: Server, rita: str
) -> None:
    apps = [app, App(behind, **ATTACKER)]
    uuids = [new_uuid(app, rita) for _ in range(5)]
    letters = mails_to(rita)
    assert len(letters) == len(uuids)
    wrong = letter_to(rita).wrong_code
    Throttle.objects.all().delete()

    def try_one(number: int) -> int:
        return apps[number % 2].confirm(uuids[number % 5], wrong).status_code

    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(try_one, range(200)))
    assert answers.count(422) == TRIES_AT_ACCOUNT.free
    assert set(answers) <= {422, 429, 410}
    assert max(Challenge.objects.filter(public_id__in=uuids).values_list("tries", flat=True)) <= 5
    # Neither another mail nor a resend gives tries back.
    again = app.resend(new_uuid(app, rita)).json()["multi_factor_authentication"]["uuid"]
    for one in apps:
        refused = one.confirm(again, letter_to(rita).code)
        assert_envelope(refused, 429)
        assert 3500 < int(refused.headers["Retry-After"]) <= 3600


def test_who_knows_the_address_cannot_keep_its_owner_out_on_a_known_device(
    behind: Server, attacker: App, rita: str
) -> None:
    phone = App(behind, **PHONE)
    phone.sign_in(rita)
    use_up_the_account(attacker, rita)
    assert_envelope(attacker.confirm(new_uuid(attacker, rita), "000000"), 429)
    while attacker.send(rita).status_code == 201:
        mail_time_passes(rita)
    mails = len(mails_to(rita))

    elsewhere = App(behind, **{**PHONE, "X_Forwarded_For": "203.0.114.20"})
    other_app = App(behind, **{**PHONE, "User_Agent": "Rep app 1.1 (phone)"})
    for stranger in (attacker, elsewhere, other_app):
        assert_envelope(stranger.send(rita), 429)
    # The phone may be anywhere in the range of its provider.
    phone.headers["X-Forwarded-For"] = "203.0.113.99"
    uuid = phone.uuid_for(rita)
    assert len(mails_to(rita)) == mails + 1
    assert phone.confirm(uuid, letter_to(rita).wrong_code).status_code == 422
    assert phone.confirm(uuid, letter_to(rita).code).status_code == 200
    # That the owner came in gives the attacker nothing.
    assert_envelope(attacker.send(rita), 429)


def test_a_known_device_s_challenge_is_its_own(behind: Server, attacker: App, rita: str) -> None:
    """Asked for within the same seconds, by one who spoils every challenge that he gets."""
    phone = App(behind, **PHONE)
    phone.sign_in(rita)
    theirs, own = attacker.uuid_for(rita), phone.uuid_for(rita)
    assert theirs != own
    assert [app.uuid_for(rita) for app in (attacker, phone)] == [theirs, own]
    letter = letter_to(rita)
    for _ in range(5):
        assert attacker.confirm(theirs, "000000").status_code == 422
    assert_envelope(attacker.confirm(theirs, "000000"), 410)
    assert phone.confirm(own, letter.code).status_code == 200


def test_a_known_device_may_try_little_and_costs_nobody_else(behind: Server, rita: str) -> None:
    phone, tablet = App(behind, **PHONE), App(behind, **{**PHONE, "User_Agent": "Rep app 1.0 (tablet)"})
    for app in (phone, tablet):
        app.sign_in(rita)
    for _ in range(2):
        uuid = new_uuid(phone, rita)
        for _ in range(TRIES_ON_DEVICE.free // 2):
            assert phone.confirm(uuid, letter_to(rita).wrong_code).status_code == 422
    uuid = new_uuid(phone, rita)
    assert_envelope(phone.confirm(uuid, letter_to(rita).code), 429)
    # Neither the wait's knocking nor other places' tries have used up the code.
    assert Challenge.objects.get(public_id=uuid).tries == 0
    assert tablet.confirm(uuid, letter_to(rita).code).status_code == 200
    new_place = App(behind, **{**PHONE, "User_Agent": "Rep app 2.0"})
    assert new_place.confirm(new_uuid(new_place, rita), letter_to(rita).code).status_code == 200


def test_spoofed_forwarding_headers_change_nothing(server: Server, behind: Server, acme: Company) -> None:
    rita, bob = (make_member(acme, name, Role.REP) for name in ("Rita", "Bob"))
    for url, headers, address in (
        (server, {}, "127.0.0.1"),
        # What a client says stands before what the proxy saw.
        (behind, {"X_Forwarded_For": "192.0.2.1, 10.0.0.1, 203.0.113.20", "X_Forwarded_Proto": "http, https"},
         "203.0.113.20"),
    ):  # fmt: skip
        app = App(url, **{**LIES, **headers, "User_Agent": "app"})
        app.sign_in(rita.user.email)
        session = Session.objects.filter(company_id=acme.pk, membership_id=rita.pk).order_by("-id")[0]
        assert session.address == address
        device = KnownDevice.objects.filter(user_id=rita.user_id).order_by("-id")[0]
        assert device.address == address.rpartition(".")[0] + ".0/24"
        assert "evil" not in letter_to(rita.user.email).mail.sender_name
    Throttle.objects.all().delete()

    def ask(number: int) -> requests.Response:
        lies = {name: value.replace("192.0.2.1", f"192.0.2.{number}") for name, value in LIES.items()}
        return App(server, **lies).send(bob.user.email)

    answers = [ask(number).status_code for number in range(64)]
    assert answers == [201] * 60 + [429] * 4


LIES = {
    "X_Forwarded_For": "192.0.2.1",
    "X_Forwarded_Proto": "https",
    "X_Forwarded_Host": "evil.test",
    "Forwarded": "for=192.0.2.1;proto=https;host=evil.test",
    "X_Real_IP": "192.0.2.1",
    "X_Client_IP": "192.0.2.1",
    "True_Client_IP": "192.0.2.1",
    "CF_Connecting_IP": "192.0.2.1",
    "Via": "1.1 evil.test",
}
