import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.lib.passwords.native import hash_password
from portico.lib.passwords.pool import Full, HashPool
from portico.lib.passwords.verify import verify


class Counter:
    """Notes how many run at the same time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running = 0
        self.most = 0

    def work(self, number: int) -> int:
        with self._lock:
            self._running += 1
            self.most = max(self.most, self._running)
        time.sleep(0.01)
        with self._lock:
            self._running -= 1
        return number


class Gate:
    """Work that keeps its place until the gate opens."""

    def __init__(self) -> None:
        self.begun, self._opened = threading.Event(), threading.Event()

    def hold(self) -> bool:
        self.begun.set()
        return self._opened.wait(10)

    def open(self) -> None:
        self._opened.set()


def wait_until_queued(pool: HashPool, number: int) -> None:
    ends = time.monotonic() + 10
    while pool.queued != number:
        assert time.monotonic() < ends
        time.sleep(0.001)


def test_no_more_run_at_once_than_may_and_all_are_served() -> None:
    pool, counter = HashPool(at_once=2, waiting=30), Counter()
    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(lambda number: pool.run(counter.work, number), range(40)))
    assert answers == list(range(40))
    assert counter.most == 2
    assert pool.queued == 0


def test_real_hashes_go_through_it() -> None:
    pool = HashPool(at_once=2, waiting=10)
    with ThreadPoolExecutor(4) as threads:
        stored = list(threads.map(lambda name: pool.run(hash_password, name), ["alice", "bob", "carol"]))
    assert [bool(pool.run(verify, name, stored[1])) for name in ("alice", "bob")] == [False, True]


def test_one_more_than_may_wait_is_turned_away_at_once() -> None:
    pool, gate = HashPool(at_once=1, waiting=1), Gate()
    with ThreadPoolExecutor(2) as threads:
        running = threads.submit(pool.run, gate.hold)
        queued = threads.submit(pool.run, gate.hold)
        wait_until_queued(pool, 1)
        with pytest.raises(Full):
            pool.run(gate.hold)
        gate.open()
        assert running.result(10)
        assert queued.result(10)
    assert pool.run(gate.hold)


def test_without_a_queue_the_second_is_turned_away() -> None:
    pool = HashPool(at_once=1, waiting=0)
    with pytest.raises(Full):
        pool.run(pool.run, lambda: None)
    assert pool.run(lambda: 7) == 7


def test_first_come_first_served() -> None:
    pool, gate, served = HashPool(at_once=1, waiting=10), Gate(), list[int]()
    with ThreadPoolExecutor(6) as threads:
        threads.submit(pool.run, gate.hold)
        gate.begun.wait(10)
        for number in range(5):
            threads.submit(pool.run, served.append, number)
            wait_until_queued(pool, number + 1)
        gate.open()
    assert served == [0, 1, 2, 3, 4]


def test_what_the_function_raises_comes_out_and_frees_the_place() -> None:
    pool = HashPool(at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            pool.run(divmod, 1, 0)
    assert pool.run(divmod, 7, 2) == (3, 1)


class Interrupted(BaseException):
    pass


def test_a_caller_interrupted_while_waiting_leaves_no_trace() -> None:
    def interrupt(_number: int, _frame: object) -> None:
        raise Interrupted

    pool, gate, main = HashPool(at_once=1, waiting=1), Gate(), threading.main_thread()
    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with ThreadPoolExecutor(2) as threads:
            threads.submit(pool.run, gate.hold)
            gate.begun.wait(10)

            def interrupt_main() -> None:
                wait_until_queued(pool, 1)
                time.sleep(0.05)
                signal.pthread_kill(main.ident or 0, signal.SIGUSR1)

            threads.submit(interrupt_main)
            with pytest.raises(Interrupted):
                pool.run(lambda: None)
            assert pool.queued == 0
            gate.open()
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert pool.run(lambda: 7) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="a thread has no priority of its own")
def test_hashes_give_way_to_everything_else() -> None:
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    assert HashPool(at_once=1, waiting=0).run(niceness) > niceness()


@pytest.mark.parametrize(("at_once", "waiting"), [(0, 1), (1, -1)])
def test_an_impossible_pool_is_refused(at_once: int, waiting: int) -> None:
    with pytest.raises(ValueError, match="pool"):
        HashPool(at_once, waiting)
