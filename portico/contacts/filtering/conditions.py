"""What a filter is: groups of which one has to hold, each of conditions that all have to hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from portico.errors import Invalid

MOST_GROUPS = 50
MOST_CONDITIONS = 200  # in all groups together
MOST_VALUES = 1000  # of one condition
LONGEST_VALUE = 2000


class Operator(StrEnum):
    """How a condition compares. Days are counted back from today, in UTC."""

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains_not"
    ANY_OF = "any_of"
    NONE_OF = "none_of"
    ALL_OF = "all_of"
    NOT_ALL_OF = "not_all_of"
    EMPTY = "empty"
    FILLED = "filled"
    LESS = "less"
    MORE = "more"
    BEFORE = "before"
    AFTER = "after"
    ON = "on"
    DAYS_BEFORE = "days_before"
    DAYS_WITHIN = "days_within"
    NEVER = "never"


# What is the opposite of another one matches whoever the other does not match: also contacts that have nothing there.
OPPOSITES = {
    Operator.IS_NOT: Operator.IS,
    Operator.CONTAINS_NOT: Operator.CONTAINS,
    Operator.NONE_OF: Operator.ANY_OF,
    Operator.NOT_ALL_OF: Operator.ALL_OF,
    Operator.FILLED: Operator.EMPTY,
}


def positive(operator: Operator) -> Operator:
    return OPPOSITES.get(operator, operator)


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing asked of a contact: of which subject (see subjects.py), what in it by name, compared how, with what.

    `of` narrows it where a subject needs that. `kind` is that of a custom field, filled in when the filter is prepared.
    """

    subject: str
    name: str
    operator: Operator
    value: Any = None
    of: str = ""
    kind: str = ""


Groups: TypeAlias = tuple[tuple[Condition, ...], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """No group at all is every contact.

    In one that is `stored`, a condition on what is no longer there matches nobody; in one that comes from a caller it
    is refused.
    """

    groups: Groups
    stored: bool = False


class Wrong(Exception):  # noqa: N818 -- what is wrong with one condition; becomes an Invalid that says which one
    """`rule` is a short name, `text` a sentence."""

    def __init__(self, rule: str, text: str) -> None:
        super().__init__(text)
        self.rule = rule
        self.text = text


def placed(group: int, place: int, wrong: Wrong) -> Invalid:
    """The refusal of the condition at these places, counted from 0."""
    return Invalid.one("filter", wrong.rule, f"Group {group + 1}, item {place + 1}: {wrong.text}")


def each(groups: Groups, change: Callable[[Condition], Condition]) -> Groups:
    """The groups with every condition changed; empty groups vanish. Raises Invalid for the first that is Wrong."""

    def changed(number: int, group: tuple[Condition, ...]) -> Iterator[Condition]:
        for place, condition in enumerate(group):
            try:
                yield change(condition)
            except Wrong as wrong:
                raise placed(number, place, wrong) from None

    return tuple(tuple(changed(number, group)) for number, group in enumerate(groups) if group)


def check_size(groups: Groups) -> None:
    """Raises Invalid."""
    if len(groups) > MOST_GROUPS or sum(map(len, groups)) > MOST_CONDITIONS:
        raise Invalid.one(
            "filter", "many", f"A filter has at most {MOST_GROUPS} groups and {MOST_CONDITIONS} items in all."
        )
