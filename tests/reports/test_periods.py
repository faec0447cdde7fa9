"""The steps of a chart, whatever the days."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portico.reports.periods import Period, Step

DAYS = st.dates(date(1000, 1, 1), date(8999, 12, 31))


@given(DAYS, st.integers(-10, 5000))
def test_steps_begin_with_the_first_day_go_upwards_and_stay_before_the_end(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    starts = list(period.starts())
    assert starts == sorted(set(starts))
    assert starts[:1] == ([first] if length > 0 else [])
    assert all(first <= day < period.end for day in starts)


@given(DAYS, st.integers(1, 5000))
def test_each_day_of_a_month_is_in_the_step_of_that_month(first: date, length: int) -> None:
    period = Period(first, first + timedelta(days=length))
    if period.step is Step.MONTH:
        days = {first + timedelta(days=number) for number in range(length)}
        assert [(day.year, day.month) for day in period.starts()] == sorted({(day.year, day.month) for day in days})


def test_the_step_grows_with_the_stretch() -> None:
    first = date(2026, 1, 1)
    steps = {length: Period(first, first + timedelta(days=length)).step for length in (1, 62, 63, 92, 93)}
    assert steps == {1: Step.DAY, 62: Step.DAY, 63: Step.WEEK, 92: Step.WEEK, 93: Step.MONTH}
