"""The kinds of things that can be compared: how their values are read, and the SQL of each comparison.

Kinds see only operators that are nobody's opposite; the opposites are made of these (see subjects.py).
"""

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, DateField, DateTimeField, Expression, F, Field, Q, TextField, Value
from django.db.models.functions import Cast, Collate, Left, Lower
from django.db.models.lookups import Contains, Exact, GreaterThan, GreaterThanOrEqual, IsNull, LessThan

from portico.contacts.filtering import values
from portico.contacts.filtering.conditions import Operator
from portico.contacts.filtering.functions import (
    AnyChoice,
    AsNumber,
    AsStamp,
    ChoiceLike,
    EqualsAny,
    LoweredAll,
    MomentText,
    NumericField,
    ShortText,
)
from portico.lib.statements import Later, later_text

_DAY = len("YYYY-MM-DD")
O = Operator  # noqa: E741 -- many times a line


class Kind(Protocol):
    """One kind. `at` is put before the names of values, so that conditions keep theirs apart."""

    @property
    def operators(self) -> frozenset[Operator]: ...

    def read(self, operator: Operator, value: Any) -> Any:
        """The value as it is kept. Raises Wrong."""
        ...

    def values(self, operator: Operator, value: Any, today: date) -> Mapping[str, Any]:
        """What fills the SQL of `test`."""
        ...

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        """The condition on `it`, for filter()."""
        ...


class Plain:
    """What texts and numbers have in common: one value, or several for ANY_OF, none for EMPTY."""

    operators = frozenset({O.IS, O.CONTAINS, O.ANY_OF, O.EMPTY, O.LESS, O.MORE})

    def read_one(self, value: Any) -> Any:
        return values.text(value)

    def read(self, operator: Operator, value: Any) -> Any:
        if operator is O.EMPTY:
            return None
        if operator is O.CONTAINS:
            return values.text(value)
        return values.several(self.read_one)(value) if operator is O.ANY_OF else self.read_one(value)

    def values(self, operator: Operator, value: Any, _today: date) -> dict[str, Any]:
        return {} if operator is O.EMPTY else {"value": list(value) if operator is O.ANY_OF else value}


class Text(Plain):
    """Without regard to case; less and more as their letters are numbered."""

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        value, lower = Lower(later_text(f"{at}value")), Lower(it)
        if operator is O.EMPTY:
            return Q(IsNull(it, True)) | Q(Exact(it, Value("")))  # noqa: FBT003 -- a lookup takes its value so
        if operator is O.ANY_OF:
            return EqualsAny(lower, LoweredAll(Later(f"{at}value", ArrayField(TextField()))))
        if operator is O.CONTAINS:
            return Contains(lower, value)
        if operator is O.IS:
            return Exact(lower, value)
        compare = LessThan if operator is O.LESS else GreaterThan
        return compare(Collate(lower, "C"), Collate(value, "C"))


class Number(Plain):
    """`field` is how PostgreSQL compares them."""

    field: ClassVar["Field[Any, Any]"] = NumericField()

    def read_one(self, value: Any) -> Any:
        return values.number(value)

    def values(self, operator: Operator, value: Any, today: date) -> dict[str, Any]:
        found = super().values(operator, value, today)
        if operator in {O.EMPTY, O.CONTAINS}:
            return found
        one = found["value"]
        return {"value": [Decimal(item) for item in one] if isinstance(one, list) else Decimal(one)}

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        value = Later(f"{at}value", self.field)
        if operator is O.EMPTY:
            return IsNull(it, True)  # noqa: FBT003 -- a lookup takes its value so
        if operator is O.ANY_OF:
            return EqualsAny(it, Later(f"{at}value", ArrayField(self.field)))
        if operator is O.CONTAINS:
            return Contains(ShortText(it), later_text(f"{at}value"))
        compare = {O.IS: Exact, O.LESS: LessThan, O.MORE: GreaterThan}[operator]
        return compare(it, value)


class Whole(Number):
    """Whole numbers, compared as such, so that ids are found by their index."""

    field = BigIntegerField()

    def read_one(self, value: Any) -> Any:
        return values.whole(value)

    def values(self, operator: Operator, value: Any, today: date) -> dict[str, Any]:
        return Plain.values(self, operator, value, today)


class Moments:
    """Moments, compared as spans: a date is its whole day in UTC, a time its second."""

    operators = frozenset(
        {
            O.IS, O.CONTAINS, O.ANY_OF, O.EMPTY, O.LESS, O.MORE, O.BEFORE, O.AFTER, O.ON, O.DAYS_BEFORE,
            O.DAYS_WITHIN,
        }
    )  # fmt: skip
    field: ClassVar["Field[Any, Any]"] = DateTimeField()
    has_time: ClassVar[bool] = True

    def read(self, operator: Operator, value: Any) -> Any:
        if operator is O.EMPTY:
            return None
        if operator is O.CONTAINS:
            return values.text(value)
        if operator in {O.DAYS_BEFORE, O.DAYS_WITHIN}:
            return values.days(value)
        if operator is O.ON:
            return values.day(value)
        read = values.stamp if self.has_time else values.day
        return values.several(read)(value) if operator is O.ANY_OF else read(value)

    def values(self, operator: Operator, value: Any, today: date) -> dict[str, Any]:
        if operator in {O.EMPTY, O.CONTAINS, O.ANY_OF}:
            return {} if operator is O.EMPTY else {"value": list(value) if operator is O.ANY_OF else value}
        if operator in {O.DAYS_BEFORE, O.DAYS_WITHIN}:
            low, high = values.midnight(today - timedelta(days=value)), values.midnight(today + timedelta(days=1))
            return {"low": self.bound(low), **({"high": self.bound(high)} if operator is O.DAYS_WITHIN else {})}
        low, high = values.span(value)
        return {"low": self.bound(low), "high": self.bound(high)}

    def bound(self, moment: datetime) -> Any:
        return moment

    def written(self, it: Expression | F) -> Expression | F:
        """As the text YYYY-MM-DD HH:MM:SS, or its beginning."""
        return MomentText(it)

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        low, high = Later(f"{at}low", self.field), Later(f"{at}high", self.field)
        if operator is O.EMPTY:
            return IsNull(it, True)  # noqa: FBT003 -- a lookup takes its value so
        if operator is O.CONTAINS:
            return Contains(self.written(it), later_text(f"{at}value"))
        if operator is O.ANY_OF:
            several, text = Later(f"{at}value", ArrayField(TextField())), self.written(it)
            return Q(EqualsAny(text, several)) | Q(EqualsAny(_day_of(text), several))
        if operator in {O.BEFORE, O.LESS, O.DAYS_BEFORE}:
            return LessThan(it, low)
        if operator in {O.AFTER, O.MORE}:
            return GreaterThanOrEqual(it, high)
        return Q(GreaterThanOrEqual(it, low)) & Q(LessThan(it, high))


def _day_of(text: Expression | F) -> Expression | F:
    return Left(text, _DAY)


class Days(Moments):
    """Dates: of a value only its date counts."""

    field: ClassVar["Field[Any, Any]"] = DateField()
    has_time = False

    def bound(self, moment: datetime) -> Any:
        return moment.date()

    def written(self, it: Expression | F) -> Expression | F:
        return Cast(it, TextField())


class StoredNumber(Number):
    """A number inside a custom field; what is no number there is nothing."""

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        return (
            Contains(it, later_text(f"{at}value"))
            if operator is O.CONTAINS
            else super().test(operator, AsNumber(it), at)
        )


class StoredMoments(Moments):
    """Dates with a time inside a custom field, compared as texts of one form; what is no date there is nothing."""

    field: ClassVar["Field[Any, Any]"] = TextField()

    def bound(self, moment: datetime) -> Any:
        return f"{moment:%Y-%m-%d %H:%M:%S}"

    def written(self, it: Expression | F) -> Expression | F:
        return it

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        return super().test(operator, AsStamp(it), at)


class StoredDays(StoredMoments):
    """Dates inside a custom field."""

    has_time = False

    def written(self, it: Expression | F) -> Expression | F:
        return Left(it, _DAY)


class StoredText(Text):
    """Texts inside a custom field; less and more compare the numbers among them."""

    def read(self, operator: Operator, value: Any) -> Any:
        return _NUMBERS.read(operator, value) if operator in _NUMERIC else super().read(operator, value)

    def values(self, operator: Operator, value: Any, today: date) -> dict[str, Any]:
        numeric = operator in _NUMERIC
        return _NUMBERS.values(operator, value, today) if numeric else super().values(operator, value, today)

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        return _NUMBERS.test(operator, it, at) if operator in _NUMERIC else super().test(operator, it, at)


_NUMERIC = frozenset({O.LESS, O.MORE})
_NUMBERS = StoredNumber()


class StoredChoices(Text):
    """Several choices inside a custom field: `it` is the JSON. A condition holds when one of them is so."""

    operators = frozenset({O.IS, O.CONTAINS, O.ANY_OF, O.EMPTY})

    def values(self, operator: Operator, value: Any, today: date) -> dict[str, Any]:
        if operator is O.CONTAINS:
            return {"value": f"%{_escaped(value)}%"}
        return {"value": [value]} if operator is O.IS else super().values(operator, value, today)

    def test(self, operator: Operator, it: Expression | F, at: str) -> Any:
        if operator is O.CONTAINS:
            return ChoiceLike(it, Lower(later_text(f"{at}value")))
        return AnyChoice(it, LoweredAll(Later(f"{at}value", ArrayField(TextField()))))


def _escaped(text: str) -> str:
    r"""For LIKE: \, % and _ as themselves."""
    return re.sub(r"([\\%_])", r"\\\1", text)
