"""Conditions without their values: those with equal tests share one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from django.db.models import Expression, F

from portico.contacts.filtering.conditions import OPPOSITES, Condition, Operator, Wrong, positive
from portico.contacts.filtering.functions import Opposite
from portico.contacts.filtering.kinds import Kind


@dataclass(frozen=True, slots=True)
class Test:
    """`hint` says what else the statement depends on; "indexed" in it, that the search index can find the rows."""

    subject: str
    name: str
    operator: Operator
    of: str = ""
    kind: str = ""
    hint: frozenset[str] = frozenset()


class Subject(Protocol):
    """What conditions can be about."""

    def read(self, condition: Condition) -> Condition:
        """The condition with its value as it is kept. Raises Wrong."""
        ...

    def values(self, condition: Condition, today: date) -> Mapping[str, Any]:
        """What fills the SQL of `test`, by names that are put behind `at`."""
        ...

    def hint(self, condition: Condition) -> frozenset[str]: ...

    def test(self, test: Test, at: str) -> Any:
        """The condition on a contact, for filter()."""
        ...


def read_by(kind: Kind, condition: Condition) -> Condition:
    """The condition with its value as this kind keeps it. Raises Wrong."""
    operator = positive(condition.operator)
    if operator not in kind.operators:
        raise Wrong("operator", f"{condition.name or condition.subject} cannot be compared in this way.")
    return replace(condition, value=kind.read(operator, condition.value))


def values_by(kind: Kind, condition: Condition, today: date) -> Mapping[str, Any]:
    return kind.values(positive(condition.operator), condition.value, today)


def tested(kind: Kind, operator: Operator, it: Expression | F, at: str) -> Any:
    """The condition, or the opposite of its positive one."""
    test = kind.test(positive(operator), it, at)
    return Opposite(test) if operator in OPPOSITES else test
