"""Keys that are rotated while they are used."""

import base64
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from portico.access import operator
from portico.identity.actions.credentials import rotate_key
from tests.make import make_company, make_key
from tests.server import Server
from tests.soak.measuring import Line, percentile, say

KEYS, RATE, SECONDS, CALLERS = 10, 300, 30, 12
PATH = "/wp-json/fluent-crm/v2/reports/ping"
ALL_KNOW = 0.5  # seconds until every caller has let go of a password


def test_ten_keys_are_rotated_at_300_requests_a_second_and_none_fails(server: Server) -> None:
    company = make_company()
    keys = [make_key(company) for _ in range(KEYS)]
    # What a caller may use of each key: both sides of a rotation.
    good: list[tuple[str, ...]] = [(key.password,) for key in keys]
    end = time.monotonic() + SECONDS
    failed: list[int] = []
    times: list[float] = []

    def call(number: int) -> None:
        line, chance, begun = Line(server.port), random.Random(number), time.monotonic()  # noqa: S311 -- no secret
        turn = number
        while time.monotonic() < end:
            time.sleep(max(0.0, begun + turn / RATE - time.monotonic()))
            which = chance.randrange(KEYS)
            pair = f"{keys[which].username}:{chance.choice(good[which])}"
            headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
            status, took = line.ask("GET", PATH, headers=headers)
            times.append(took)
            if status != 200:
                failed.append(status)
            turn += CALLERS

    rotations, stop = 0, threading.Event()
    with ThreadPoolExecutor(CALLERS) as threads:
        calls = [threads.submit(call, number) for number in range(CALLERS)]
        while time.monotonic() < end - 1:
            which = rotations % KEYS
            newest = good[which][-1]
            good[which] = (newest,)
            stop.wait(ALL_KNOW)
            new = rotate_key(operator(company.pk), keys[which].key.pk, grace=timedelta(hours=1))
            good[which] = (newest, new.password)
            rotations += 1
        for one in calls:
            one.result()
    rate = len(times) / SECONDS
    say(f"{rotations} rotations of {KEYS} keys, {len(times)} requests, {rate:.0f}/s, {len(failed)} failed")
    say(f"p50 {percentile(times, 0.5) * 1000:.1f} ms, p95 {percentile(times, 0.95) * 1000:.1f} ms")
    assert rotations >= KEYS * 2
    assert rate > RATE * 0.95
    assert failed == []
