"""Times of answers, and what they tell."""

import http.client
import math
import time
from collections import Counter
from collections.abc import Mapping, Sequence


class Line:
    """One kept connection to a server, as a client holds it; opened again where it was closed."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.retry_after = 0  # of the last answer

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, float]:
        """The status, and the seconds until the answer was there."""
        begun = time.perf_counter()
        self._connection.request(method, path, body, dict(headers or {}))
        response = self._connection.getresponse()
        response.read()
        self.retry_after = int(response.headers.get("Retry-After", 0))
        return response.status, time.perf_counter() - begun


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def rank_test(one: Sequence[float], other: Sequence[float]) -> float:
    """Mann and Whitney's: how probable it is that samples of one kind differ so much in rank. Two-sided.

    By the normal distribution, which is close from twenty samples on; ties share their ranks.
    """
    count, size = Counter((*one, *other)), len(one) + len(other)
    ranks, before = {}, 0
    for value in sorted(count):
        ranks[value] = before + (count[value] + 1) / 2
        before += count[value]
    difference = sum(ranks[value] for value in one) - len(one) * (size + 1) / 2
    ties = sum(times**3 - times for times in count.values()) / (size * (size - 1))
    spread = math.sqrt(len(one) * len(other) / 12 * (size + 1 - ties))
    return math.erfc(abs(difference) / spread / math.sqrt(2)) if spread else 1.0


def say(text: str) -> None:
    """For who runs it: pytest shows it with -s."""
    print(f"\n    {text}", end="", flush=True)  # noqa: T201 -- the measurement's result
