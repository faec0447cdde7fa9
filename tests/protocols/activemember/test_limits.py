import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from portico.audit.models import AuditEntry
from portico.contacts.actions.members import (
    FAILURES_FROM_ADDRESS,
    FAILURES_OF_MEMBER,
    FAILURES_WITH_CODE,
)
from portico.identity.actions.credentials import add_code
from portico.identity.hashing import SECONDS_UNTIL_LESS_BUSY
from portico.identity.models import SecurityCode, Throttle
from portico.identity.queries.credentials import WRONG_CODES_FROM_ADDRESS
from portico.identity.throttle import Limit
from tests.make import make_code
from tests.protocols.activemember.site import PASSWORD, Site, make_site
from tests.server import Server

AWAY = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}


@pytest.fixture(scope="module")
def small_server(server: Server) -> Iterator[Server]:  # noqa: ARG001 -- its database must be up
    """One process that hashes one password at a time, lets nobody wait for it, and believes this machine's headers."""
    folder = Path(os.environ["PORTICO_DATA"])
    settings = {
        "PORTICO_WEB_PROCESSES": "1",
        "PORTICO_HASHES_AT_ONCE": "1",
        "PORTICO_HASHES_WAITING": "0",
        "PORTICO_TRUSTED_PROXIES": "127.0.0.1",
    }
    with Server.running(folder, "web", **settings) as running:
        yield running


def test_after_ten_failures_a_member_has_to_wait_and_nobody_else(site: Site) -> None:
    ann, bob = site.member("ann"), site.member("bob")
    for number in range(10):
        assert site.ask(ann.email, f"wrong {number}").status_code == 200
    refused = site.ask((ann.email or "").upper())
    assert refused.status_code == 429
    assert refused.content == b"b:0;"
    assert 0 < int(refused.headers["Retry-After"]) <= FAILURES_OF_MEMBER.first
    assert site.fields(bob.email)
    other = make_site(site.server)
    same = other.member("x", password="there")
    type(same).objects.filter(pk=same.pk).update(email=ann.email)
    assert other.fields(ann.email, "there")


def later(subject: bytes, seconds: float) -> None:
    """As if this much time had gone by since the last failure."""
    Throttle.objects.filter(subject=subject).update(since=F("since") - timedelta(seconds=seconds))


def test_the_wait_ends_and_grows_with_each_failure_after_it_but_not_for_ever(site: Site) -> None:
    ann = site.member()
    key = FAILURES_OF_MEMBER.key(f"{site.company.pk} {ann.email}")
    for _ in range(10):
        site.ask(ann.email, "wrong")
    for wait in (60, 120, 240, 480, 900, 900):
        refused = site.ask(ann.email)
        assert (refused.status_code, refused.content) == (429, b"b:0;")
        assert wait - 60 < int(refused.headers["Retry-After"]) <= wait
        assert site.ask(ann.email, "wrong").status_code == 429  # prolongs nothing
        later(key, wait)
        assert site.fields(ann.email)
        assert site.ask(ann.email, "wrong").status_code == 200
    later(key, FAILURES_OF_MEMBER.forgets)
    assert site.ask(ann.email, "wrong").status_code == 200
    assert Throttle.objects.get(subject=key).tries == 1
    assert site.fields(ann.email)


def test_an_unknown_address_has_to_wait_like_a_known_one(site: Site) -> None:
    answers = [site.ask("nobody@nowhere.test", "wrong") for _ in range(11)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429]
    assert {answer.content for answer in answers} == {b"b:0;"}


def test_right_passwords_are_not_counted(site: Site) -> None:
    ann = site.member()
    for _ in range(12):
        assert site.fields(ann.email)
    assert not Throttle.objects.filter(subject=FAILURES_OF_MEMBER.key(f"{site.company.pk} {ann.email}")).exists()


def test_a_missing_tag_counts_like_a_wrong_password(site: Site) -> None:
    ann = site.member()
    statuses = [site.ask(ann.email, required_tags="1").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_spellings_that_mean_one_address_are_counted_as_one(site: Site) -> None:
    # PostgreSQL makes k of the Kelvin sign and i of the dotted capital I.
    spellings = ["kim@x.test", "\u212aim@x.test", "k\u0130m@x.test", "KIM@x.test"]
    statuses = [site.ask(spellings[number % 4], "wrong").status_code for number in range(11)]
    assert statuses == [200] * 10 + [429]


def test_of_many_guesses_at_once_exactly_ten_are_judged(site: Site) -> None:
    ann = site.member()
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda number: site.ask(ann.email, f"wrong {number}"), range(60)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(429)) == (10, 50)
    assert site.ask(ann.email).status_code == 429
    limited = AuditEntry.objects.filter(company_id=site.company.pk, action="contact.sign_in_limited")
    assert [(entry.subject_id, entry.details["limit"]) for entry in limited] == [(ann.pk, FAILURES_OF_MEMBER.purpose)]


@pytest.mark.parametrize("limit", [FAILURES_FROM_ADDRESS, FAILURES_WITH_CODE], ids=lambda limit: limit.purpose)
def test_a_site_that_fails_too_often_slows_down_no_other_site_and_no_other_company(site: Site, limit: Limit) -> None:
    ann = site.member()
    second = Site(site.server, site.company, make_code(site.company))
    code_id = SecurityCode.objects.filter(company_id=site.company.pk).earliest("id").pk
    subject = f"{code_id} 127.0.0.1" if limit is FAILURES_FROM_ADDRESS else str(code_id)
    Throttle.objects.create(subject=limit.key(subject), since=timezone.now(), tries=limit.tries - 1)
    assert site.ask(ann.email, "wrong").content == b"b:0;"
    refused = site.ask(ann.email)
    assert (refused.status_code, refused.content) == (429, b"b:0;")
    assert 0 < int(refused.headers["Retry-After"]) <= limit.seconds
    assert second.fields(ann.email)
    assert make_site(site.server).ask(ann.email, "wrong").status_code == 200
    limited = AuditEntry.objects.get(company_id=site.company.pk, action="contact.sign_in_limited")
    assert limited.details["limit"] == limit.purpose


def test_guessing_codes_ends_but_never_for_codes_of_ours(small_server: Server) -> None:
    site = make_site(small_server)
    ann = site.member()
    kept = f"kept-{site.company.pk}"
    add_code(site.operator, name="kept", code=kept)

    def status(code: str, address: str) -> int:
        form = {"mbr_auth": code, "user": ann.email, "pass": PASSWORD}
        return small_server.post("/", data=form, headers={**AWAY, "X-Forwarded-For": address}).status_code

    guesser, neighbour = f"203.0.113.{site.company.pk % 200}", "198.51.100.1"
    assert status("guess-1", guesser) == 200
    assert Throttle.objects.get(subject=WRONG_CODES_FROM_ADDRESS.key(guesser)).tries == 1
    Throttle.objects.filter(subject=WRONG_CODES_FROM_ADDRESS.key(guesser)).update(tries=WRONG_CODES_FROM_ADDRESS.tries)
    assert status("guess-2", guesser) == 429
    assert status(kept, guesser) == 429
    assert status(site.code, guesser) == 200
    assert status(kept, neighbour) == 200


def test_a_full_hash_pool_asks_to_come_again(small_server: Server) -> None:
    site = make_site(small_server)
    members = [site.member(f"member{number}") for number in range(12)]
    statuses = set()
    for _ in range(10):
        with ThreadPoolExecutor(12) as threads:
            answers = list(threads.map(lambda member: site.ask(member.email, "wrong"), members))
        for answer in answers:
            assert answer.content == b"b:0;"
            later = int(answer.headers.get("Retry-After", 0))
            assert later in SECONDS_UNTIL_LESS_BUSY if answer.status_code == 503 else later == 0
        statuses |= {answer.status_code for answer in answers}
        if 503 in statuses:
            break
    assert statuses == {200, 503}
    assert site.fields(members[0].email)


def test_plain_http_from_another_machine_is_refused(small_server: Server) -> None:
    site = make_site(small_server)
    form = {"mbr_auth": site.code, "user": site.member().email, "pass": PASSWORD}
    assert small_server.post("/", data=form, headers=AWAY).content.startswith(b"a:")
    plain = {**AWAY, "X-Forwarded-Proto": "http"}
    for code in (site.code, "wrong"):
        refused = small_server.post("/", data={**form, "mbr_auth": code}, headers=plain)
        assert (refused.status_code, refused.content) == (403, b"b:0;")
    assert small_server.get("/", headers=plain).status_code == 200
