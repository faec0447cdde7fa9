"""What no contact has yet, and what is gone: conditions that match everybody or nobody, and say so."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from portico.contacts.filtering import values
from portico.contacts.filtering.conditions import Condition, Operator, Wrong
from portico.contacts.filtering.functions import Always, Nobody
from portico.contacts.filtering.kinds import Moments
from portico.contacts.filtering.testing import Test

O = Operator  # noqa: E741 -- many times a line
_MOMENTS = Moments()
_DATED = {O.BEFORE, O.AFTER, O.ON, O.DAYS_BEFORE, O.DAYS_WITHIN}


class _Absent:
    def values(self, _condition: Condition, _today: date) -> Mapping[str, Any]:
        return {}

    def hint(self, _condition: Condition) -> frozenset[str]:
        return frozenset()

    def test(self, test: Test, _at: str) -> Any:
        return Always() if test.operator in {O.NEVER, O.NONE_OF} and not test.of else Nobody()


class LastMail(_Absent):
    """When the contact last got, opened or clicked a mail: nobody has yet, so NEVER is everybody."""

    def read(self, condition: Condition) -> Condition:
        if condition.operator is O.NEVER:
            return replace(condition, value=None)
        if condition.operator not in _DATED:
            raise Wrong("operator", "Mails cannot be compared in this way.")
        return replace(condition, value=_MOMENTS.read(condition.operator, condition.value))


class Mailing(_Absent):
    """Whether the contact got a campaign, automation or sequence, by its id; `of` is what came of it.

    Nobody is in one, so all are in none; nobody got a mail and did not open it.
    """

    def read(self, condition: Condition) -> Condition:
        if condition.operator not in {O.ANY_OF, O.NONE_OF}:
            raise Wrong("operator", "Campaigns and automations cannot be compared in this way.")
        return replace(condition, value=values.several(values.id_of)(condition.value))


class Gone(_Absent):
    """What a stored filter names and is no longer there: nobody, whatever was asked of it."""

    def read(self, condition: Condition) -> Condition:
        return condition

    def test(self, _test: Test, _at: str) -> Any:
        return Nobody()
