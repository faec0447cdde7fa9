from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import F

from portico.errors import TooMany
from portico.identity.models import Throttle
from portico.identity.waits import GrowingLimit

HOUR = 3600
DAY = 24 * HOUR
TRIES = GrowingLimit("tests", free=3)


def pass_time(subject: str, seconds: float) -> None:
    rows = Throttle.objects.filter(subject=TRIES._key(subject))  # noqa: SLF001 -- no other way to let time pass
    assert rows.update(since=F("since") - timedelta(seconds=seconds))


def wait_of(subject: str) -> int:
    """In seconds, as a further try is told; 0 when it is let through, and counted."""
    try:
        TRIES.count(subject)
    except TooMany as no:
        return no.retry_after
    return 0


def use_up(subject: str) -> None:
    assert [wait_of(subject) for _ in range(TRIES.free)] == [0] * TRIES.free


def test_after_the_free_tries_each_further_one_costs_a_wait_twice_as_long_up_to_a_day() -> None:
    subject = uuid4().hex
    use_up(subject)
    for hours in (1, 2, 4, 8, 16, 24, 24):
        assert wait_of(subject) == pytest.approx(hours * HOUR, abs=60)
        with pytest.raises(TooMany) as told:
            TRIES.check(subject)
        assert told.value.retry_after == pytest.approx(hours * HOUR, abs=60)
        pass_time(subject, hours * HOUR - 120)
        # Knocking makes it no longer.
        assert [wait_of(subject) for _ in range(3)] == pytest.approx([120] * 3, abs=60)
        pass_time(subject, 121)
        TRIES.check(subject)
        assert wait_of(subject) == 0


def test_quiet_gives_the_free_tries_back_after_an_hour_or_after_waits_a_week() -> None:
    subject = uuid4().hex
    assert [wait_of(subject) for _ in range(2)] == [0, 0]
    pass_time(subject, HOUR - 60)
    assert wait_of(subject) == 0
    assert wait_of(subject) > 0, "the third has used them up, however slowly they came"
    pass_time(subject, HOUR + 7 * DAY - 120)
    assert wait_of(subject) == 0
    assert wait_of(subject) == pytest.approx(2 * HOUR, abs=60), "a week is not over"
    pass_time(subject, 2 * HOUR + 7 * DAY + 1)
    use_up(subject)
    calm = uuid4().hex
    assert [wait_of(calm) for _ in range(2)] == [0, 0]
    pass_time(calm, HOUR + 1)
    use_up(calm)


def test_a_right_one_forgives_all_and_nobody_else_s() -> None:
    mine, other = uuid4().hex, uuid4().hex
    use_up(mine)
    use_up(other)
    TRIES.forget(mine)
    use_up(mine)
    assert wait_of(other) > 0


def test_of_many_at_once_as_many_are_let_through_as_are_free() -> None:
    subject = uuid4().hex

    def knock(_: int) -> int:
        try:
            return wait_of(subject)
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as pool:
        waits = list(pool.map(knock, range(60)))
    assert waits.count(0) == TRIES.free
    assert min(wait for wait in waits if wait) >= HOUR - 60, "each of the others is told how long"
