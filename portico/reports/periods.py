"""A stretch of days in the steps of a chart: days, weeks or months, by how long it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# The longest stretch in days and in weeks (FluentCRM wire notes 18).
LONGEST_IN_DAYS, LONGEST_IN_WEEKS = 62, 92


class Step(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` until before `end`; none where that is not later."""

    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def step(self) -> Step:
        days = (self.end - self.first).days
        return Step.DAY if days <= LONGEST_IN_DAYS else Step.WEEK if days <= LONGEST_IN_WEEKS else Step.MONTH

    def starts(self) -> Iterator[date]:
        """The first day of each step. Weeks run from the first day on, months are those of the calendar."""
        day = self.first
        while day < self.end:
            yield day
            day = _next(day, self.step)


def _next(day: date, step: Step) -> date:
    if step is Step.MONTH:
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=7 if step is Step.WEEK else 1)
