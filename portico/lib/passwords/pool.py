import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Full(Exception):  # noqa: N818 - said like the refusals of the core
    """As many callers wait as may; this one is to come again later."""


class HashPool:
    """Bounds the slow hashes of this process: at most `at_once` run, at most `waiting` callers queue for a place.

    Without it a burst of sign-ins would take all memory (19 MiB each) and processors. It has no threads of its own: the
    caller's thread does the work, which is enough because Argon2 and bcrypt release the interpreter's lock.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        if at_once < 1 or waiting < 0:
            raise ValueError("a pool runs at least one, and its queue has a length")
        self._lock = threading.Lock()
        self._free = at_once
        self._queue: deque[threading.Lock] = deque()
        self._waiting = waiting

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function when there is a place, first come first served; answers or raises what it does.

        Raises Full, at once, where the queue is full. A function that itself comes back to the pool may wait for ever.
        """
        with self._place():
            return function(*args, **kwargs)

    @property
    def queued(self) -> int:
        """How many callers wait now."""
        return len(self._queue)

    @contextmanager
    def _place(self) -> Iterator[None]:
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            if len(self._queue) >= self._waiting:
                raise Full
            turn = threading.Lock()
            turn.acquire()
            self._queue.append(turn)
        self._wait_for(turn)

    def _wait_for(self, turn: threading.Lock) -> None:
        try:
            turn.acquire()  # until the one who leaves hands over its place
        except BaseException:  # an interrupted caller must not keep a place
            with self._lock:
                is_queued = turn in self._queue
                if is_queued:
                    self._queue.remove(turn)
            if not is_queued:
                self._leave()
            raise

    def _leave(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._free += 1
