"""Two thousand keys that are nearly right: one and the same answer, for which nothing slow is computed."""

import base64
import http.client
import random
import re
import time
from collections.abc import Iterator

from portico.identity.queries.credentials import KEY_PREFIX
from portico.lib.passwords.native import hash_password
from portico.lib.secrets import ALPHABET, CHECK_CHARACTERS, _checksum
from tests.make import make_company, make_key
from tests.server import Server
from tests.whole.processes import family, processor_seconds

TRIES = 2_000


def near_misses(good: str, chance: random.Random) -> Iterator[str]:
    """The good one with something changed; of half of them the checksum is right, so that they are looked up."""
    while True:
        body = good[:-CHECK_CHARACTERS]
        place = chance.randrange(len(KEY_PREFIX), len(body))
        other = chance.choice([letter for letter in ALPHABET if letter != body[place]])
        changed = body[:place] + other + body[place + 1 :]
        yield changed + _checksum(changed)
        yield changed + good[-CHECK_CHARACTERS:]
        yield chance.choice([good[:-1], good + "0", good[1:], good.upper(), good.swapcase(), f"{good}\t{good}"])
        swapped = body[: place - 1] + body[place] + body[place - 1] + body[place + 1 :]
        yield swapped + _checksum(swapped) if swapped != body else "ptk_"


def test_two_thousand_near_misses_get_one_answer_and_cost_no_slow_hash(server: Server) -> None:
    key = make_key(make_company())
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    paths = ("/wp-json/fluent-crm/v2/reports/ping", "/api/portico/v1/contacts/duplicates")

    def answer(password: str, path: str) -> tuple[int, bytes]:
        basic = base64.b64encode(f"{key.username}:{password}".encode()).decode()
        given = f"Basic {basic}" if path.startswith("/wp-json") else f"Bearer {password}"
        line.request("GET", path, headers={"Authorization": given})
        response = line.getresponse()
        return response.status, re.sub(rb"[0-9a-f]{8}-[0-9a-f-]{27}", b"ID", response.read())  # of the request

    assert [answer(key.password, path)[0] for path in paths] == [200, 200]
    begun = time.process_time()
    for _ in range(5):
        hash_password("as slow as a password is")
    slow = (time.process_time() - begun) / 5
    processes, guesses = family(server.process.pid), near_misses(key.password, random.Random(6))  # noqa: S311 -- to be repeated
    before = processor_seconds(processes)
    answers = {path: {answer(next(guesses), path) for _ in range(TRIES // 2)} for path in paths}
    used = processor_seconds(processes) - before
    for path, of_path in answers.items():
        assert len(of_path) == 1, path
        assert {status for status, _ in of_path} == {401}
    # What they cost altogether, in work and not in time, is a fraction of what that many slow hashes would.
    assert used < TRIES * slow / 4
    assert [answer(key.password, path)[0] for path in paths] == [200, 200]
