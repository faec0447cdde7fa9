import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_NICENESS = 10  # a tenth of another thread's share where processors are short


class Full(Exception):  # noqa: N818 - said like the refusals of the core
    """As many callers wait as may; this one is to come again later."""


class HashPool:
    """Runs the slow hashes of this process: `at_once` of them, while at most `waiting` callers queue.

    Without bounds a burst of sign-ins would take all memory (19 MiB each) and processors. Its threads give way to all
    others, which are to answer in milliseconds.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        if at_once < 1 or waiting < 0:
            raise ValueError("a pool runs at least one, and its queue has a length")
        self._at_once, self._most = at_once, at_once + waiting
        self._lock = threading.Lock()
        self._inside = 0
        self._threads = ThreadPoolExecutor(at_once, "hash", initializer=_give_way)

    def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function when there is a place, first come first served; answers or raises what it does.

        Raises Full, at once, where the queue is full. A function that itself comes back to the pool may wait for ever.
        """
        with self._lock:
            if self._inside == self._most:
                raise Full
            self._inside += 1
            work = self._threads.submit(function, *args, **kwargs)
        try:
            return work.result()
        finally:
            work.cancel()  # where the caller was interrupted while it waited
            with self._lock:
                self._inside -= 1

    @property
    def queued(self) -> int:
        """How many callers wait now."""
        return max(0, self._inside - self._at_once)


def _give_way() -> None:
    if sys.platform == "linux":  # elsewhere a thread has no priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
