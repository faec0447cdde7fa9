"""Who comes in, and how (wire notes 2 and 5; the manual page "Authentication")."""

import base64
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from portico.access import Role, operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.identity.actions.credentials import add_key, revoke_key
from portico.identity.models import Membership
from tests.make import make_company, make_key, make_member
from tests.protocols.fluentcrm.client import BASE, Crm
from tests.server import Server

PING = f"{BASE}/reports/ping"


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def test_a_key_opens_in_base64_and_un_encoded_as_the_manual_prints_it(server: Server, mia: Crm) -> None:
    pair = f"{mia.key.username}:{mia.key.password}"
    assert server.get(PING, headers=basic(pair)).status_code == 200
    assert server.get(PING, headers={"Authorization": f"Basic {pair}"}).status_code == 200


def test_spaces_in_the_password_and_case_of_the_name_do_not_matter_and_the_email_is_a_name_too(
    server: Server, mia: Crm
) -> None:
    grouped = " ".join(mia.key.password[i : i + 4] for i in range(0, len(mia.key.password), 4))
    assert server.get(PING, headers=basic(f"{mia.key.username.upper()}:{grouped}")).status_code == 200
    assert server.get(PING, headers={"Authorization": f"basic {mia.key.username}:{grouped}"}).status_code == 200
    holder = Membership.objects.get(pk=mia.key.key.membership_id)
    assert server.get(PING, headers=basic(f"{holder.user.email}:{mia.key.password}")).status_code == 200


def test_everything_that_is_no_good_credential_gets_one_and_the_same_401(server: Server, mia: Crm) -> None:
    other = make_key(make_company())
    username, password = mia.key.username, mia.key.password
    tries = [
        {},
        basic(f"nobody:{password}"),
        basic(f"{username}:wrong"),
        basic(f"{username}:{password[:-1]}x"),
        basic(f"{username}:{other.password}"),
        basic(":"),
        basic(""),
        basic(username),
        basic(f"{username}:"),
        {"Authorization": "Basic"},
        {"Authorization": "Basic :"},
        {"Authorization": "Basic !!!!"},
        {"Authorization": "Basic /////w=="},
        {"Authorization": f"Bearer {password}"},
    ]
    answers = [server.get(PING, headers=headers) for headers in tries]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["code"] == "rest_forbidden"
    assert answers[0].json()["data"] == {"status": 401}


def test_a_bad_basic_header_is_401_also_where_there_is_nothing_and_where_anybody_may_look(
    server: Server, mia: Crm
) -> None:
    bad = basic(f"{mia.key.username}:wrong")
    for path in (f"{BASE}/no-such-route", "/wp-json/", BASE):
        assert server.get(path, headers=bad).status_code == 401
    assert server.get(f"{BASE}/no-such-route").status_code == 404
    assert server.get("/wp-json/").status_code == 200


def test_keys_end_by_revoking_by_time_and_with_their_holder(server: Server, company: Company) -> None:
    by = operator(company.pk)
    manager = make_member(company, "Mia", Role.MANAGER, {"reports.read"})  # type: ignore[arg-type]  # a StrEnum's value
    revoked = add_key(by, email=manager.user.email, name="old")
    expired = add_key(by, email=manager.user.email, name="short", expires_in=timedelta(seconds=-1))
    good = add_key(by, email=manager.user.email, name="new")
    revoke_key(by, revoked.key.pk)
    assert Crm(server, revoked).get("/reports/ping").status_code == 401
    assert Crm(server, expired).get("/reports/ping").status_code == 401
    assert Crm(server, good).get("/reports/ping").status_code == 200
    revoke_key(by, good.key.pk)
    assert Crm(server, good).eventually(401)
    last = Crm(server, add_key(by, email=manager.user.email, name="last"))
    assert last.get("/reports/ping").status_code == 200
    Membership.objects.filter(pk=manager.pk).update(is_active=False)
    assert last.eventually(401)


def test_a_key_whose_holder_became_an_administrator_is_403(mia: Crm) -> None:
    Membership.objects.filter(pk=mia.key.key.membership_id).update(role=Role.ADMIN)
    answer = mia.get("/reports/ping")
    assert (answer.status_code, answer.json()["code"]) == (403, "rest_forbidden")


def test_an_account_password_is_no_credential(server: Server, mia: Crm) -> None:
    holder = Membership.objects.get(pk=mia.key.key.membership_id)
    holder.user.set_password("correct horse battery")
    holder.user.save()
    assert server.get(PING, headers=basic(f"{holder.user.email}:correct horse battery")).status_code == 401


def test_with_the_module_off_there_are_no_routes_for_the_company(company: Company, mia: Crm) -> None:
    switch_module(operator(company.pk), module="fluentcrm", on=False)
    for path in ("/reports/ping", "/subscribers", ""):
        answer = mia.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "rest_no_route")
    switch_module(operator(company.pk), module="fluentcrm", on=True)
    assert mia.eventually(200)


def test_credentials_in_the_address_are_not_read_unless_that_is_switched_on(server: Server, mia: Crm) -> None:
    answer = server.get(f"{PING}?_wp_http_referer={mia.key.username}:{mia.key.password}")
    assert answer.status_code == 401
    assert "Warning" not in answer.headers


@pytest.fixture(scope="module")
def testing_server(server: Server) -> Iterator[Server]:  # noqa: ARG001 -- same database
    """A second web server on the same database that takes credentials from addresses, and listens to the network."""
    settings_of_it = {"PORTICO_ALLOW_URL_CREDENTIALS": "on", "PORTICO_TRUSTED_PROXIES": "127.0.0.1/32"}
    with Server.running(Path(settings.DATA_FOLDER), "web", **settings_of_it) as running:
        yield running


def test_where_it_is_switched_on_credentials_in_the_address_work_and_the_answer_warns(
    testing_server: Server, mia: Crm
) -> None:
    address = f"{PING}?_wp_http_referer={mia.key.username}:{mia.key.password}"
    answer = testing_server.get(address)
    assert answer.status_code == 200
    assert answer.headers["Warning"].startswith("299")
    wrong = testing_server.get(f"{PING}?_wp_http_referer={mia.key.username}:wrong")
    assert wrong.status_code == 401
    assert mia.key.password not in testing_server.log()


def test_credentials_over_plain_http_from_elsewhere_are_refused_with_a_code_that_says_so(
    testing_server: Server, mia: Crm
) -> None:
    from_elsewhere = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"}
    refused = testing_server.get(PING, auth=mia.auth, headers=from_elsewhere)
    assert (refused.status_code, refused.json()["code"]) == (403, "rest_https_required")
    by_https = {**from_elsewhere, "X-Forwarded-Proto": "https"}
    assert testing_server.get(PING, auth=mia.auth, headers=by_https).status_code == 200
    assert testing_server.get("/wp-json/", headers=from_elsewhere).status_code == 200


def test_a_header_of_undecodable_bytes_is_401(server: Server) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall(
            b"GET " + PING.encode() + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Authorization: Basic \xff\xfe:\xff\r\n\r\n"
        )
        status = line.makefile("rb").readline()
    assert b" 401 " in status or b" 400 " in status
