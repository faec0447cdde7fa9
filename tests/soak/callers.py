"""Clients in processes of their own: `python -m tests.soak.callers key|crowd ABOUT`. They print JSON."""

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.soak.measuring import Line


def key(port: int, basic: str, seconds: float) -> object:
    """One request after the other by an API key, ten milliseconds apart."""
    line, end = Line(port), time.monotonic() + seconds
    statuses, times = set(), []
    while time.monotonic() < end:
        headers = {"Authorization": f"Basic {basic}"}
        status, took = line.ask("GET", "/wp-json/fluent-crm/v2/reports/ping", headers=headers)
        statuses.add(status)
        times.append(took)
        time.sleep(0.01)
    return {"statuses": sorted(statuses), "times": times}


def crowd(port: int, file: str, seconds: float, count: int) -> object:
    """Many sign-ins at the same time, again and again; who is asked to come later comes later, as it was told."""
    forms, end, came = json.loads(Path(file).read_text()), time.monotonic() + seconds, Counter[int]()

    def sign_in(number: int) -> None:
        line = Line(port)
        while time.monotonic() < end:
            status, _ = line.ask(
                "POST",
                "/",
                body=forms[number % len(forms)].encode(),
                headers={"Content-Type": "application/x-www-form-urlencoded"},
            )
            came[status] += 1
            if status == 200:
                number += count
            else:
                time.sleep(line.retry_after)

    threads = [threading.Thread(target=sign_in, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came


if __name__ == "__main__":
    CALLERS: dict[str, Callable[..., object]] = {"key": key, "crowd": crowd}
    sys.stdout.write(json.dumps(CALLERS[sys.argv[1]](**json.loads(sys.argv[2]))))
