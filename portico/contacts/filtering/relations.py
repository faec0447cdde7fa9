"""What a contact has: its tags and lists, and rows of other tables. What else it gets is a line in RELATIONS."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Model, Q
from django.db.models.lookups import In

from portico.contacts.filtering import values
from portico.contacts.filtering.conditions import OPPOSITES, Condition, Operator, Wrong, positive
from portico.contacts.filtering.functions import Opposite
from portico.contacts.filtering.kinds import Kind, StoredText, Text, Whole
from portico.contacts.filtering.testing import Test, read_by, values_by
from portico.contacts.models import (
    ContactList,
    ContactOrganization,
    ContactTag,
    List,
    Organization,
    Tag,
    TrackedEvent,
)
from portico.lib.statements import any_number, later_number, later_text

_OPERATORS = {Operator.ANY_OF, Operator.NONE_OF, Operator.ALL_OF, Operator.NOT_ALL_OF}


@dataclass(frozen=True, slots=True)
class Relation:
    """Contacts by what they are joined with, by its ids.

    An opposite matches nobody when what it names is not there: who excluded a tag that is deleted since did not ask
    for everybody. Of several, NONE_OF needs one that is there, NOT_ALL_OF all of them.
    """

    join: type[Model]
    column: str  # of the join, to the target
    target: type[Model]

    def read(self, condition: Condition) -> Condition:
        if condition.operator not in _OPERATORS:
            raise Wrong("operator", f"{condition.subject} cannot be compared in this way.")
        return replace(condition, value=values.several(values.id_of)(condition.value))

    def values(self, condition: Condition, _today: date) -> Mapping[str, Any]:
        return {"ids": list(condition.value), "count": len(condition.value)}

    def hint(self, _condition: Condition) -> frozenset[str]:
        return frozenset()

    def test(self, test: Test, at: str) -> Any:
        has = self._all(at) if positive(test.operator) is Operator.ALL_OF else self._any(at)
        if test.operator not in OPPOSITES:
            return has
        return Q(self._known(at, every=test.operator is Operator.NOT_ALL_OF)) & Q(Opposite(has))

    def _joined(self, at: str) -> Any:
        """Not correlated with the contact, so that PostgreSQL reads them once, by their index."""
        rows = self.join._default_manager.filter(
            any_number(self.column, f"{at}ids"), company_id=later_number("company")
        )
        return rows.order_by().values("contact_id")

    def _any(self, at: str) -> Any:
        return In(F("id"), self._joined(at))

    def _all(self, at: str) -> Any:
        counted = self._joined(at).annotate(n=Count(self.column)).filter(n=later_number(f"{at}count"))
        return In(F("id"), counted.values("contact_id"))

    def _known(self, at: str, *, every: bool) -> Any:
        rows = self.target._default_manager.filter(any_number("id", f"{at}ids"), company_id=later_number("company"))
        if not every:
            return Exists(rows)
        n = rows.order_by().values("company_id").annotate(n=Count("id")).filter(n=later_number(f"{at}count"))
        return Exists(n)


@dataclass(frozen=True, slots=True)
class Rows:
    """Contacts by rows that are theirs, in which a column compares so; with a `key`, only rows whose key is `of`.

    The column may be one of a table that the row refers to.
    """

    model: type[Model]
    column: str
    kind: Kind
    key: str = ""

    def read(self, condition: Condition) -> Condition:
        of = values.text(condition.of) if self.key else ""
        return replace(read_by(self.kind, condition), of=of)

    def values(self, condition: Condition, today: date) -> Mapping[str, Any]:
        return {"of": condition.of, **values_by(self.kind, condition, today)}

    def hint(self, _condition: Condition) -> frozenset[str]:
        return frozenset()

    def test(self, test: Test, at: str) -> Any:
        rows = self.model._default_manager.filter(company_id=later_number("company"))
        rows = rows.filter(self.kind.test(positive(test.operator), F(self.column), at))
        if self.key:
            rows = rows.filter(**{self.key: later_text(f"{at}of")})
        found = In(F("id"), rows.order_by().values("contact_id"))
        return Opposite(found) if test.operator in OPPOSITES else found


RELATIONS: dict[str, Relation | Rows] = {
    "tags": Relation(ContactTag, "tag_id", Tag),
    "lists": Relation(ContactList, "list_id", List),
    "organizations": Relation(ContactOrganization, "organization_id", Organization),
    "organization_industry": Rows(ContactOrganization, "organization__industry", Text()),
    "organization_kind": Rows(ContactOrganization, "organization__kind", Text()),
    "event_key": Rows(TrackedEvent, "key", Text()),
    "event_title": Rows(TrackedEvent, "title", Text()),
    "event_value": Rows(TrackedEvent, "value", StoredText(), "key"),
    "event_count": Rows(TrackedEvent, "counter", Whole(), "key"),
}
