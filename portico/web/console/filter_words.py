"""Filters as people say them: what can be asked for, how it can be compared, and a condition as a sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from portico.contacts.filtering.conditions import Condition, Filter, Operator
from portico.contacts.models import Consent, CustomField, Stage
from portico.web.console.words import field_labels, shown
from portico.web.words import word

O = Operator  # noqa: E741 -- many times a line
_Kind = CustomField.Kind
_MOST_SAID = 20  # values of one condition
Titles = Mapping[tuple[str, int], str]


class Kind(StrEnum):
    """What a condition's value is typed into."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    SEVERAL = "several"  # choices of which a contact can have several
    TITLES = "titles"
    SEARCH = "search"
    COUNT = "count"


OPERATORS: Mapping[Kind, Sequence[Operator]] = {
    Kind.TEXT: (O.IS, O.IS_NOT, O.CONTAINS, O.CONTAINS_NOT, O.EMPTY, O.FILLED),
    Kind.NUMBER: (O.IS, O.IS_NOT, O.LESS, O.MORE, O.EMPTY, O.FILLED),
    Kind.DAY: (O.BEFORE, O.AFTER, O.ON, O.DAYS_WITHIN, O.DAYS_BEFORE, O.EMPTY, O.FILLED),
    Kind.CHOICE: (O.ANY_OF, O.NONE_OF),
    Kind.SEVERAL: (O.ANY_OF, O.NONE_OF, O.EMPTY, O.FILLED),
    Kind.TITLES: (O.ANY_OF, O.ALL_OF, O.NONE_OF, O.NOT_ALL_OF),
    Kind.SEARCH: (O.CONTAINS, O.CONTAINS_NOT),
    Kind.COUNT: (O.IS, O.LESS, O.MORE),
}
WITHOUT_VALUE = frozenset({O.EMPTY, O.FILLED, O.NEVER})
IN_DAYS = frozenset({O.DAYS_WITHIN, O.DAYS_BEFORE})
_CUSTOM_KINDS = {
    _Kind.TEXT: Kind.TEXT,
    _Kind.TEXTAREA: Kind.TEXT,
    _Kind.NUMBER: Kind.NUMBER,
    _Kind.DATE: Kind.DAY,
    _Kind.DATE_TIME: Kind.DAY,
    _Kind.SINGLE_SELECT: Kind.SEVERAL,
    _Kind.RADIO: Kind.SEVERAL,
    _Kind.MULTI_SELECT: Kind.SEVERAL,
    _Kind.CHECKBOX: Kind.SEVERAL,
}
_OWN = {
    **dict.fromkeys(
        (
            "email", "first_name", "last_name", "phone", "address_line_1", "postal_code", "city", "state", "country",
            "time_zone", "source",
        ),
        Kind.TEXT,
    ),
    "total_points": Kind.NUMBER,
    "life_time_value": Kind.NUMBER,
    "date_of_birth": Kind.DAY,
    "created_at": Kind.DAY,
    "updated_at": Kind.DAY,
    "last_activity_at": Kind.DAY,
}  # fmt: skip
_OWN_CHOICES = {"consent": Consent.values, "stage": Stage.values}


@dataclass(frozen=True, slots=True)
class Subject:
    """Something to ask for. `subject` and `name` are a Condition's; `needs_of` asks which of its rows are meant."""

    subject: str
    name: str
    label: str
    kind: Kind
    choices: Sequence[str] = ()
    needs_of: bool = False

    @property
    def key(self) -> str:
        return f"{self.subject}:{self.name}"

    def called(self, choice: str) -> str:
        """One of the choices: our own in words, a custom field's as the company wrote it."""
        return word(choice) if self.subject == "own" else choice


def subjects(fields: Sequence[CustomField]) -> list[Subject]:
    """All that a form offers, in its order."""
    labels = field_labels()
    own = [Subject("own", name, labels[name], kind) for name, kind in _OWN.items()]
    chosen = [Subject("own", name, labels[name], Kind.CHOICE, tuple(all)) for name, all in _OWN_CHOICES.items()]
    custom = [
        Subject("custom", one.slug, one.label, _CUSTOM_KINDS[_Kind(one.kind)], tuple(one.options or ()))
        for one in fields
        if one.kind in _Kind.values
    ]
    return [
        Subject("tags", "", _("Tags"), Kind.TITLES),
        Subject("lists", "", _("Lists"), Kind.TITLES),
        *chosen,
        *own,
        *custom,
        Subject("organizations", "", _("Organization"), Kind.TITLES),
        Subject("organization_industry", "", _("Industry of the organization"), Kind.TEXT),
        Subject("organization_kind", "", _("Kind of organization"), Kind.TEXT),
        Subject("event_key", "", _("Tracked event"), Kind.TEXT),
        Subject("event_count", "", _("How often an event was tracked"), Kind.COUNT, needs_of=True),
        Subject("search", "", _("Anything that search looks into"), Kind.SEARCH),
    ]


def operator_labels() -> dict[Operator, str]:
    """For choosing one."""
    return {
        O.IS: _("is"),
        O.IS_NOT: _("is not"),
        O.CONTAINS: _("contains"),
        O.CONTAINS_NOT: _("does not contain"),
        O.ANY_OF: _("is one of"),
        O.NONE_OF: _("is none of"),
        O.ALL_OF: _("has all of"),
        O.NOT_ALL_OF: _("does not have all of"),
        O.EMPTY: _("is empty"),
        O.FILLED: _("is not empty"),
        O.LESS: _("is less than"),
        O.MORE: _("is more than"),
        O.BEFORE: _("is before"),
        O.AFTER: _("is after"),
        O.ON: _("is on"),
        O.DAYS_BEFORE: _("is longer ago than so many days"),
        O.DAYS_WITHIN: _("is within the last so many days"),
        O.NEVER: _("has never been"),
    }


def _sentences() -> dict[Operator, str]:
    return {
        O.IS: _("{what} is {value}"),
        O.IS_NOT: _("{what} is not {value}"),
        O.CONTAINS: _("{what} contains {value}"),
        O.CONTAINS_NOT: _("{what} does not contain {value}"),
        O.ANY_OF: _("{what} is one of: {value}"),
        O.NONE_OF: _("{what} is none of: {value}"),
        O.ALL_OF: _("{what} has all of: {value}"),
        O.NOT_ALL_OF: _("{what} does not have all of: {value}"),
        O.EMPTY: _("{what} is empty"),
        O.FILLED: _("{what} is not empty"),
        O.LESS: _("{what} is less than {value}"),
        O.MORE: _("{what} is more than {value}"),
        O.BEFORE: _("{what} is before {value}"),
        O.AFTER: _("{what} is after {value}"),
        O.ON: _("{what} is on {value}"),
        O.DAYS_BEFORE: _("{what} is more than {value} days ago"),
        O.DAYS_WITHIN: _("{what} is within the last {value} days"),
        O.NEVER: _("{what} has never been"),
    }


def sentence(condition: Condition, known: Iterable[Subject], titles: Titles) -> str:
    """One condition. What is no longer there is said by its name or number."""
    there = {(one.subject, one.name): one for one in known}
    if condition.subject == "gone":
        return _("Something that is no longer there, so nobody")
    subject = there.get((condition.subject, condition.name))
    name = (subject and subject.label) or condition.name or condition.subject
    what = _("{name} of {of}").format(name=name, of=condition.of) if condition.of else name
    return _sentences()[condition.operator].format(what=what, value=_value(condition, subject, titles))


def _value(condition: Condition, subject: Subject | None, titles: Titles) -> str:
    values = condition.value if isinstance(condition.value, list | tuple) else [condition.value]
    told = [
        (titles.get((condition.subject, one)) if isinstance(one, int) else None) or _said(one, subject)
        for one in values
    ]
    if len(told) <= _MOST_SAID:
        return ", ".join(told)
    more = _("{values} and {number} more")
    return more.format(values=", ".join(told[:_MOST_SAID]), number=len(told) - _MOST_SAID)


def _said(value: object, subject: Subject | None) -> str:
    if subject is None or subject.subject != "own":
        return str(value)
    return subject.called(str(value)) if subject.choices else shown(value, of=subject.name)


def groups_in_words(wanted: Filter, known: Sequence[Subject], titles: Titles) -> list[list[str]]:
    """A list of sentences for each group: all of one have to hold, and of the groups one."""
    return [[sentence(one, known, titles) for one in group] for group in wanted.groups]
