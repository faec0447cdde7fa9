"""A segment while it is being put together: what its form has sent, and what the pressed button makes of it."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from portico.access import Actor
from portico.contacts.filtering.conditions import Condition, Filter, Groups, Operator, check_size
from portico.contacts.filtering.preparing import checked_condition
from portico.contacts.filtering.reading import read_filter
from portico.contacts.filtering.storing import stored
from portico.contacts.queries.naming import ids_of_titles
from portico.errors import Invalid
from portico.web.console.filter_words import IN_DAYS, OPERATORS, WITHOUT_VALUE, Kind, Subject
from portico.web.visits import Visit

LONGEST_KEPT = 16_000  # characters of a filter that travels with the form, whose bytes are bounded
_OFF = re.compile(r"off-(\d{1,3})-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Draft:
    """`subject` is what a condition is just being made about; None while nothing is chosen."""

    title: str
    description: str
    groups: Groups
    subject: Subject | None = None

    @property
    def kept(self) -> str:
        """The filter as it travels with the form."""
        return json.dumps(stored(self.groups)["groups"], ensure_ascii=False)

    @property
    def filter(self) -> Filter:
        return Filter(self.groups)


def sent_draft(visit: Visit, known: Sequence[Subject]) -> Draft:
    """What the form holds. Raises Invalid for a filter that no form of ours has sent."""
    try:
        given = json.loads(visit.text("filter") or "[]")
    except (ValueError, RecursionError):
        raise Invalid.one("filter", "json", _("The form was damaged on its way. Open it again.")) from None
    wanted = read_filter(given)
    check_size(wanted.groups)
    # Asked for just now, or one form before.
    key = visit.text("what" if visit.text("press") == "choose" else "about")
    subject = next((one for one in known if one.key == key), None)
    return Draft(visit.text("title"), visit.text("description"), wanted.groups, subject)


def without(draft: Draft, press: str) -> Draft:
    """Without the condition whose button was pressed; a group that has none left goes too."""
    found = _OFF.fullmatch(press)
    if found is None:
        return draft
    at, place = int(found[1]), int(found[2])
    groups = [
        tuple(one for number, one in enumerate(group) if (index, number) != (at, place))
        for index, group in enumerate(draft.groups)
    ]
    return replace(draft, groups=tuple(group for group in groups if group))


def with_condition(visit: Visit, draft: Draft) -> Draft:
    """With the condition that the form holds, in the group that it names. Raises Invalid, beside the field."""
    if draft.subject is None:
        return draft
    condition = replace(checked_condition(visit.actor, _condition(visit, draft.subject)), kind="")
    to = visit.text("to")
    groups = list(draft.groups)
    if to.isascii() and to.isdigit() and int(to[:4]) < len(groups):
        groups[int(to[:4])] = (*groups[int(to[:4])], condition)
    else:
        groups.append((condition,))
    check_size(tuple(groups))
    return replace(draft, groups=tuple(groups), subject=None)


def _condition(visit: Visit, subject: Subject) -> Condition:
    how = visit.text("how")
    if how not in OPERATORS[subject.kind]:
        raise Invalid.one("how", "unknown", _("Choose one of these."))
    of = visit.text("of").strip() if subject.needs_of else ""
    if subject.needs_of and not of:
        raise Invalid.one("of", "required", _("Which event? Write its key."))
    operator = Operator(how)
    value = None if operator in WITHOUT_VALUE else _value(visit, subject, operator)
    return Condition(subject.subject, subject.name, operator, value, of)


def _value(visit: Visit, subject: Subject, operator: Operator) -> Any:
    if subject.kind in {Kind.CHOICE, Kind.SEVERAL} and subject.choices:
        chosen = tuple(visit.request.POST.getlist("value"))
        if not chosen:
            raise Invalid.one("value", "required", _("Tick at least one."))
        return chosen
    text = visit.text("value").strip()
    if not text:
        raise Invalid.one("value", "required", _("A value is needed here."))
    if subject.kind is Kind.TITLES:
        return _numbers(visit.actor, subject, text)
    if subject.kind is Kind.SEVERAL:
        return tuple(one for part in text.split(",") if (one := part.strip()))
    if operator in IN_DAYS and not (text.isascii() and text.isdigit()):
        raise Invalid.one("value", "days", _("Write a number of days, such as 30."))
    return text


def _numbers(actor: Actor, subject: Subject, text: str) -> tuple[int, ...]:
    """By titles with commas between them. Raises Invalid, which says what there is not."""
    titles = [title for part in text.split(",") if (title := part.strip())]
    found = ids_of_titles(actor, subject.subject, titles)
    missing = [title for title in titles if title not in found]
    if missing or not titles:
        unknown = _("There is nothing with this title: {titles}.").format(titles=", ".join(missing))
        raise Invalid.one("value", "exists", unknown)
    return tuple(found.values())
