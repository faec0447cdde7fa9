"""A filter made ready: checked, its custom fields looked up, and turned into a condition with values to come."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q

from portico.access import Actor
from portico.contacts.filtering.absent import Gone, LastMail, Mailing
from portico.contacts.filtering.conditions import Condition, Filter, Groups, Wrong, check_size, each
from portico.contacts.filtering.own import Custom, Own, Search
from portico.contacts.filtering.relations import RELATIONS
from portico.contacts.filtering.testing import Subject, Test
from portico.contacts.models import CustomField
from portico.errors import Invalid
from portico.lib.texts import is_storable

SUBJECTS: dict[str, Subject] = {
    "own": Own(),
    "custom": Custom(),
    "search": Search(),
    "last_mail": LastMail(),
    "mailing": Mailing(),
    "gone": Gone(),
    **RELATIONS,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A filter without its values: those of equal form share one statement."""

    groups: tuple[tuple[Test, ...], ...]

    def test(self) -> Q:
        """The condition on a contact. What fills it is what values_of answers."""
        whole = Q()
        for number, group in enumerate(self.groups):
            together = Q()
            for place, test in enumerate(group):
                together &= Q(SUBJECTS[test.subject].test(test, _at(number, place)))
            whole |= together
        return whole


def _at(group: int, place: int) -> str:
    return f"filter_{group}_{place}_"


def checked(actor: Actor, wanted: Filter, kinds: Mapping[str, str] | None = None) -> Groups:
    """The groups with their values as they are kept, without empty ones. Raises Invalid, which says what is wrong.

    `kinds` are those of the custom fields, for who has looked them up for several filters at once.
    """
    check_size(wanted.groups)
    kinds = kinds_in(actor, wanted.groups) if kinds is None else kinds

    def read(condition: Condition) -> Condition:
        return _read(kinds, condition)

    def read_stored(condition: Condition) -> Condition:
        # A custom field may be gone since, or of another kind.
        try:
            return read(condition)
        except Wrong:
            return Condition("gone", condition.name, condition.operator)

    return each(wanted.groups, read_stored if wanted.stored else read)


def checked_condition(actor: Actor, condition: Condition) -> Condition:
    """One alone, with its value as it is kept. Raises Invalid, about "value"."""
    try:
        return _read(kinds_in(actor, ((condition,),)), condition)
    except Wrong as wrong:
        raise Invalid.one("value", wrong.rule, wrong.text) from None


def _read(kinds: Mapping[str, str], condition: Condition) -> Condition:
    """Raises Wrong. `kinds` are those of the custom fields that there are, by slug."""
    subject = SUBJECTS.get(condition.subject)
    if subject is None:
        raise Wrong("source", "There is no such thing to filter by.")
    if condition.subject == "custom":
        if condition.name not in kinds:
            raise Wrong("source", "There is no such custom field.")
        condition = replace(condition, kind=kinds[condition.name])
    return subject.read(condition)


def kinds_in(actor: Actor, groups: Groups) -> dict[str, str]:
    """The kinds of the custom fields that are named, where there are such."""
    names = {one.name for group in groups for one in group if one.subject == "custom" and is_storable(one.name)}
    if not names:
        return {}
    rows = CustomField.objects.filter(company_id=actor.company_id, slug__in=names)
    return dict(rows.values_list("slug", "kind"))


def form_of(groups: Groups) -> Form:
    """For checked groups."""
    tests = tuple(tuple(_test(condition) for condition in group) for group in groups)
    if len(tests) == 1:
        return Form(tests)
    # Of several groups PostgreSQL asks the search index and then computes again for each row what is in it, which takes
    # longer than reading every contact.
    return Form(tuple(tuple(replace(test, hint=test.hint - {"indexed"}) for test in group) for group in tests))


def _test(condition: Condition) -> Test:
    hint = SUBJECTS[condition.subject].hint(condition)
    return Test(condition.subject, condition.name, condition.operator, condition.of, condition.kind, hint)


def values_of(groups: Groups) -> dict[str, Any]:
    """What fills the form's test, for checked groups, counting days from today."""
    return dict(_values(groups))


def _values(groups: Groups) -> Iterator[tuple[str, Any]]:
    today = datetime.now(UTC).date()
    for number, group in enumerate(groups):
        for place, condition in enumerate(group):
            found: Mapping[str, Any] = SUBJECTS[condition.subject].values(condition, today)
            yield from ((_at(number, place) + name, value) for name, value in found.items())
