from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.lib.passwords.recent import RecentlyVerified


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_right_answer_is_remembered_for_its_time_only(clock: Clock) -> None:
    recent = RecentlyVerified(seconds=60, clock=clock)
    assert not recent.knows("secret", "hash")
    recent.remember("secret", "hash")
    clock.now += 59.9
    assert recent.knows("secret", "hash")
    clock.now += 0.1
    assert not recent.knows("secret", "hash")


def test_asking_does_not_prolong_it(clock: Clock) -> None:
    recent = RecentlyVerified(seconds=60, clock=clock)
    recent.remember("secret", "hash")
    for _ in range(3):
        clock.now += 19
        assert recent.knows("secret", "hash")
    clock.now += 4
    assert not recent.knows("secret", "hash")


def test_another_password_or_a_changed_hash_is_not_known() -> None:
    recent = RecentlyVerified()
    recent.remember("secret", "hash")
    assert recent.knows("secret", "hash")
    for password, stored in [
        ("Secret", "hash"),
        ("secret", "hash2"),
        ("2secret", "hash"),
        ("hsecret", "has"),
        ("", ""),
    ]:
        assert not recent.knows(password, stored)


def test_the_oldest_goes_when_it_is_full(clock: Clock) -> None:
    recent = RecentlyVerified(size=3, clock=clock)
    for name in ("a", "b", "c", "a", "d"):  # "a" again makes "b" the oldest
        clock.now += 1
        recent.remember(name, "hash")
    assert [name for name in "abcd" if recent.knows(name, "hash")] == ["a", "c", "d"]


def test_what_has_ended_is_dropped(clock: Clock) -> None:
    recent = RecentlyVerified(seconds=60, clock=clock)
    for number in range(100):
        recent.remember(str(number), "hash")
    clock.now += 61
    recent.remember("new", "hash")
    assert len(vars(recent)["_ends"]) == 1


def test_it_holds_neither_password_nor_hash() -> None:
    recent = RecentlyVerified()
    recent.remember("secret", "stored-hash")
    held = repr(vars(recent))
    assert "secret" not in held
    assert "stored-hash" not in held


def test_each_process_has_its_own_key() -> None:
    one, other = RecentlyVerified(), RecentlyVerified()
    one.remember("secret", "hash")
    other.remember("secret", "hash")
    assert vars(one)["_ends"].keys().isdisjoint(vars(other)["_ends"].keys())


def test_any_text_is_taken() -> None:
    recent = RecentlyVerified()
    recent.remember("\ud800", "\0")
    assert recent.knows("\ud800", "\0")
    assert not recent.knows("\ud801", "\0")


def test_many_threads_share_it() -> None:
    recent = RecentlyVerified(size=50)

    def use(number: int) -> None:
        recent.remember(str(number % 80), "hash")
        recent.knows(str(number % 70), "hash")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(use, range(2000)))
    assert len(vars(recent)["_ends"]) == 50
