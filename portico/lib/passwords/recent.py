import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class RecentlyVerified:
    """Remembers for a short time which password was right for which stored hash, so that the slow hash need not run.

    For callers that send the password with each request. Holds no password, only a keyed digest of password and stored
    hash under a key of this process: a changed hash is another question at once, and the memory's content is of no use
    elsewhere. Only right answers are remembered, for `seconds` from the slow verification on, at most `size` of them.
    """

    def __init__(self, seconds: float = 60, size: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._size = size
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._ends: OrderedDict[bytes, float] = OrderedDict()  # oldest first, so they also end in this order

    def remember(self, password: str, stored: str) -> None:
        """Note that `verify` found this password right for this stored hash just now."""
        proof, now = self._proof(password, stored), self._clock()
        with self._lock:
            self._ends.pop(proof, None)
            self._forget(now)
            self._ends[proof] = now + self._seconds

    def knows(self, password: str, stored: str) -> bool:
        """Whether this password was found right for this stored hash within the time."""
        proof, now = self._proof(password, stored), self._clock()
        with self._lock:
            return self._ends.get(proof, now) > now

    def _forget(self, now: float) -> None:
        """Drop what has ended, and the oldest until there is room for one."""
        while self._ends:
            oldest_end = next(iter(self._ends.values()))
            if oldest_end > now and len(self._ends) < self._size:
                return
            self._ends.popitem(last=False)

    def _proof(self, password: str, stored: str) -> bytes:
        # The length keeps apart two pairs that would run into the same text.
        pair = f"{len(stored)} {stored}{password}"
        return hmac.digest(self._key, pair.encode("utf-8", "surrogatepass"), "sha256")
