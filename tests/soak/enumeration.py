"""Whether the time of an answer tells who is known here: 2 x 500 samples in random order, by rank.

By chance alone one comparison in a hundred looks like a leak, so what does is measured again before it counts.
"""

import html
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from portico.access import Role
from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.identity.models import Membership, User
from portico.lib.passwords.native import hash_password
from tests.make import make_code, make_company
from tests.server import Server
from tests.soak.measuring import Line, percentile, rank_test, say

SAMPLES, LEAST_P = 500, 0.01
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_numbers = iter(range(10**9))

Ask = Callable[[Line, str], tuple[int, float]]


@pytest.fixture(scope="module")
def server_behind_proxy(server: Server) -> Iterator[Server]:  # noqa: ARG001 -- its database must be up
    """It believes what this machine says of addresses, so that no limit for one of them stands in the way."""
    folder = Path(os.environ["PORTICO_DATA"])
    with Server.running(folder, "web", PORTICO_TRUSTED_PROXIES="127.0.0.1", PORTICO_WEB_PROCESSES="1") as running:
        yield running


@pytest.fixture(scope="module")
def company(server: Server) -> Company:  # noqa: ARG001 -- same
    return make_company()


def from_somewhere() -> dict[str, str]:
    number = next(_numbers)
    # Each in a network of its own, because networks are what is counted.
    address = f"2001:db8:{number // 65536:x}:{number % 65536:x}::1"
    return {"X-Forwarded-For": address, "X-Forwarded-Proto": "https"}


def compare(server: Server, ask: Ask, known: Callable[[int], str], unknown: Callable[[int], str]) -> None:
    """Both kinds in one random order, over one connection; each address once."""
    for turn in range(2):
        line, chance = Line(server.port), random.Random(turn)  # noqa: S311 -- an order, no secret
        first = turn * (SAMPLES + 20)
        for number in range(20):  # so that everything is warm
            ask(line, (known, unknown)[number % 2](first + SAMPLES + number))
        asked = [(kind, of(first + number)) for number in range(SAMPLES) for kind, of in enumerate((known, unknown))]
        chance.shuffle(asked)
        times: tuple[list[float], list[float]] = ([], [])
        statuses: tuple[set[int], set[int]] = (set(), set())
        for kind, who in asked:
            status, took = ask(line, who)
            times[kind].append(took)
            statuses[kind].add(status)
        p = rank_test(*times)
        middle = [percentile(one, 0.5) * 1000 for one in times]
        say(f"known {middle[0]:.2f} ms, unknown {middle[1]:.2f} ms in the middle, p = {p:.3f}, {statuses}")
        assert statuses[0] == statuses[1]
        if p > LEAST_P:
            return
    pytest.fail(f"twice in a row the two kinds differ, p = {p:.5f}")


def test_the_rank_test_sees_a_shift_and_only_a_shift() -> None:
    chance = random.Random(1)  # noqa: S311 -- no secret
    pairs = [[[chance.gauss(10, 1) for _ in range(SAMPLES)] for _ in range(2)] for _ in range(100)]
    # Of two alike, one pair in a hundred looks this different.
    assert sum(rank_test(*pair) <= LEAST_P for pair in pairs) <= 4
    assert all(rank_test(one, [value + 0.5 for value in other]) < LEAST_P for one, other in pairs)
    # Worked out by hand: ranks 1.5, 1.5, 4 and 3, 5, 6.
    assert rank_test([1, 1, 3], [2, 4, 5]) == pytest.approx(0.1212, abs=0.0005)


def test_asking_for_a_passcode(server_behind_proxy: Server, company: Company) -> None:
    users = User.objects.bulk_create(User(email=f"r{number}@reps.test") for number in range(2 * SAMPLES + 40))
    Membership.objects.bulk_create(Membership(company=company, user=one, role=Role.REP) for one in users)

    def ask(line: Line, email: str) -> tuple[int, float]:
        body = json.dumps({"email": email}).encode()
        headers = {"Content-Type": "application/json", **from_somewhere()}
        return line.ask("POST", "/api/authentication/send_mfa", body=body, headers=headers)

    compare(server_behind_proxy, ask, "r{}@reps.test".format, "n{}@reps.test".format)


def remote(company: Company, password: str, **more: str) -> Ask:
    code = make_code(company)

    def ask(line: Line, email: str) -> tuple[int, float]:
        form = urlencode({"mbr_auth": code, "user": email, "pass": password, **more}).encode()
        return line.ask("POST", "/", body=form, headers={**FORM, **from_somewhere()})

    return ask


def members(company: Company, kind: str, **fields: Any) -> None:
    Contact.objects.bulk_create(
        Contact(company_id=company.pk, email=f"{kind}{number}@members.test", **fields)
        for number in range(2 * SAMPLES + 40)
    )


def test_remote_authentication_with_a_wrong_password(server_behind_proxy: Server, company: Company) -> None:
    members(company, "m", password_hash=hash_password("right"))
    ask = remote(company, "wrong")
    compare(server_behind_proxy, ask, "m{}@members.test".format, "n{}@members.test".format)


def test_remote_authentication_without_the_tag_that_is_required(server_behind_proxy: Server, company: Company) -> None:
    members(company, "t", password_hash=hash_password("right"))
    ask = remote(company, "right", required_tags="999999999")
    compare(server_behind_proxy, ask, "t{}@members.test".format, "n{}@members.test".format)


def test_remote_authentication_of_a_contact_without_password(server_behind_proxy: Server, company: Company) -> None:
    members(company, "p")
    compare(server_behind_proxy, remote(company, "wrong"), "p{}@members.test".format, "n{}@members.test".format)


def forgotten(server: Server, path: str) -> Ask:
    """Who sends the form of a page that mails a link to set a new password."""
    page = server.get(path)
    hidden = dict(re.findall(r'<input[^>]*type="hidden"[^>]*name="(\w+)"[^>]*value="([^"]*)"', page.text))
    cookies = "; ".join(f"{one.name}={one.value}" for one in page.cookies)

    def ask(line: Line, email: str) -> tuple[int, float]:
        given = {name: html.unescape(value) for name, value in hidden.items()}
        headers = {**FORM, "Cookie": cookies, **from_somewhere(), "Origin": server.url}
        return line.ask("POST", path, body=urlencode({**given, "email": email}).encode(), headers=headers)

    return ask


def test_asking_for_a_new_password(server_behind_proxy: Server, company: Company) -> None:
    users = User.objects.bulk_create(User(email=f"f{number}@reps.test") for number in range(2 * SAMPLES + 40))
    Membership.objects.bulk_create(Membership(company=company, user=one, role=Role.REP) for one in users)
    ask = forgotten(server_behind_proxy, "/forgot")
    compare(server_behind_proxy, ask, "f{}@reps.test".format, "g{}@reps.test".format)


def test_a_member_asking_for_a_new_password(server_behind_proxy: Server, company: Company) -> None:
    members(company, "f", password_hash=hash_password("right"))
    ask = forgotten(server_behind_proxy, f"/m/{company.slug}/password")
    compare(server_behind_proxy, ask, "f{}@members.test".format, "g{}@members.test".format)
