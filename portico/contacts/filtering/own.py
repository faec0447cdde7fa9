"""A contact's own fields, those that a company has added, and search."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, Expression, F, Q, TextField, When
from django.db.models import Value as Constant
from django.db.models.functions import MD5, Coalesce
from django.db.models.lookups import In

from portico.contacts.filtering import values
from portico.contacts.filtering.conditions import OPPOSITES, Condition, Operator, Wrong, positive
from portico.contacts.filtering.functions import JsonAt, Opposite, TextAt
from portico.contacts.filtering.kinds import (
    Days,
    Kind,
    Moments,
    Number,
    StoredChoices,
    StoredDays,
    StoredMoments,
    StoredNumber,
    StoredText,
    Text,
    Whole,
)
from portico.contacts.filtering.searching import holds, is_long, search_test, search_values
from portico.contacts.filtering.testing import Test, read_by, tested, values_by
from portico.contacts.models import SEARCHED, CustomField, Stage
from portico.lib.statements import Literal, later_text

_LONGEST_SEARCH = 200
_PLAIN: frozenset[str] = frozenset()
_INDEXED = frozenset({"indexed"})
_PLAIN_STAGE = Case(
    When(stage=Stage.PROSPECT, then=Constant(Stage.LEAD.value)), default=F("stage"), output_field=TextField()
)
TEXTS = (
    "prefix", "first_name", "last_name", "phone", "address_line_1", "address_line_2", "postal_code", "city", "state",
    "country", "time_zone", "ip", "latitude", "longitude", "source", "avatar", "email", "consent", "stage",
)  # fmt: skip
FIELDS: dict[str, tuple[Kind, Expression | F]] = {
    **{name: (Text(), F(name)) for name in TEXTS},
    "email_hash": (Text(), MD5("email")),
    # The stage for those who only know customers and others.
    "plain_stage": (Text(), _PLAIN_STAGE),
    "id": (Whole(), F("id")),
    # Contacts and users are apart, so nobody is a user or has a user's role.
    "user_id": (Whole(), Literal(None, BigIntegerField())),
    "role": (Text(), Literal(None)),
    "owner_id": (Whole(), F("owner_id")),
    "organization_id": (Whole(), F("organization_id")),
    "total_points": (Whole(), F("total_points")),
    "life_time_value": (Number(), F("life_time_value")),
    "created_at": (Moments(), F("created_at")),
    "updated_at": (Moments(), F("updated_at")),
    "last_activity_at": (Moments(), F("last_activity_at")),
    "date_of_birth": (Days(), F("date_of_birth")),
}


class Own:
    """A field that every contact has."""

    def read(self, condition: Condition) -> Condition:
        if condition.name not in FIELDS:
            raise Wrong("source", "There is no such field.")
        return read_by(FIELDS[condition.name][0], condition)

    def values(self, condition: Condition, today: date) -> Mapping[str, Any]:
        return values_by(FIELDS[condition.name][0], condition, today)

    def hint(self, condition: Condition) -> frozenset[str]:
        """A value that is in a searched column is in the searched text too, whose index finds it."""
        searchable = condition.name in SEARCHED and condition.operator in {Operator.IS, Operator.CONTAINS}
        has_its_own = condition.name == "email" and condition.operator is Operator.IS
        return _INDEXED if searchable and not has_its_own and is_long(condition.value) else _PLAIN

    def test(self, test: Test, at: str) -> Any:
        kind, it = FIELDS[test.name]
        found = tested(kind, test.operator, it, at)
        # The index last: it is slow to compute for a row that it did not bring.
        return Q(found) & Q(holds(f"{at}value")) if "indexed" in test.hint else found


_KIND = CustomField.Kind
_KINDS: dict[str, Kind] = {
    **dict.fromkeys((_KIND.TEXT, _KIND.TEXTAREA, _KIND.SINGLE_SELECT, _KIND.RADIO), StoredText()),
    **dict.fromkeys((_KIND.MULTI_SELECT, _KIND.CHECKBOX), StoredChoices()),
    _KIND.NUMBER: StoredNumber(),
    _KIND.DATE: StoredDays(),
    _KIND.DATE_TIME: StoredMoments(),
}


class Custom:
    """A field that the company has added. Its kind is filled in before anything is read."""

    def read(self, condition: Condition) -> Condition:
        return read_by(_KINDS[condition.kind], condition)

    def values(self, condition: Condition, today: date) -> Mapping[str, Any]:
        return {"slug": condition.name, **values_by(_KINDS[condition.kind], condition, today)}

    def hint(self, _condition: Condition) -> frozenset[str]:
        return _PLAIN

    def test(self, test: Test, at: str) -> Any:
        kind, slug = _KINDS[test.kind], later_text(f"{at}slug")
        if positive(test.operator) is Operator.EMPTY:
            empty = In(Coalesce(TextAt("custom_values", slug), Constant("", TextField())), ["", "[]"])
            return Opposite(empty) if test.operator in OPPOSITES else empty
        it = (JsonAt if isinstance(kind, StoredChoices) else TextAt)("custom_values", slug)
        return tested(kind, test.operator, it, at)


class Search:
    """What search finds, and the opposite."""

    def read(self, condition: Condition) -> Condition:
        if positive(condition.operator) is not Operator.CONTAINS:
            raise Wrong("operator", "Search cannot be compared in this way.")
        return replace(condition, value=values.text(condition.value).strip()[:_LONGEST_SEARCH])

    def values(self, condition: Condition, _today: date) -> Mapping[str, Any]:
        return search_values(condition.value, everywhere=True)[1]

    def hint(self, condition: Condition) -> frozenset[str]:
        parts, _ = search_values(condition.value, everywhere=True)
        may_use_index = condition.operator is Operator.CONTAINS and "short" not in parts
        return frozenset({*parts, "indexed"} if may_use_index else parts)

    def test(self, test: Test, at: str) -> Any:
        found = search_test(test.hint, at, indexed="indexed" in test.hint)
        return Opposite(found) if test.operator in OPPOSITES else found
