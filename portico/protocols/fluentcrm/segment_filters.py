"""The filters that segments come with: groups as everywhere, or the older flat list of conditions (wire notes 23)."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

from portico.contacts.filtering.conditions import Condition, Filter, Operator, Wrong, placed
from portico.contacts.filtering.values import day, days
from portico.errors import Invalid
from portico.protocols.fluentcrm.filters import condition_of, decoded, filter_of

O = Operator  # noqa: E741 -- many times a line
_MATCH_ALL, _MATCH_ANY = "match_all", "match_any"
_AT_LEAST, _AT_MOST = ">=", "<="
_OPERATORS = {"LIKE": "contains", "NOT LIKE": "not_contains", "whereIn": "in", "whereNotIn": "not_in"}
_FIRST_DAY = "1000-01-01"
_LABELS = ("tags", "lists")
_MAILS = {"last_email_open": "opened", "last_email_link_click": "clicked"}


def filter_of_segment(given: dict[str, Any]) -> Filter | None:
    """The filter in a segment; None where there is none. Raises Invalid."""
    for name in ("filters", "advanced_filters"):
        if given.get(name) is not None:
            filters = decoded(given[name])
            is_flat = isinstance(filters, dict) and not filters.keys().isdisjoint({"conditions", "email_activities"})
            return _flat(filters) if is_flat else filter_of(filters)
    return _flat(given) if given.keys() & {"conditions", "email_activities"} else None


def _flat(given: dict[str, Any]) -> Filter:
    conditions = decoded(given.get("conditions"))
    if conditions is not None and not isinstance(conditions, list):
        raise Invalid.one("filter", "array", "The conditions must be an array.")
    own = _all_or_any(tuple(_conditions(conditions or [])), given.get("condition_match"))
    mails = decoded(given.get("email_activities"))
    groups = _mails(mails) if isinstance(mails, dict) and mails.get("status") == "yes" else ()
    # Both have to hold: each way to satisfy the one with each way to satisfy the other.
    both = tuple((*one, *other) for one, other in product(own or ((),), groups or ((),)))
    return Filter(tuple(group for group in both if group))


def _all_or_any(conditions: tuple[Condition, ...], match: Any) -> tuple[tuple[Condition, ...], ...]:
    if match not in (None, "", _MATCH_ALL, _MATCH_ANY):
        raise Invalid.one("filter", "match", f"Conditions match by {_MATCH_ALL} or {_MATCH_ANY}.")
    if match == _MATCH_ANY:
        return tuple((condition,) for condition in conditions)
    return (conditions,) if conditions else ()


def _conditions(items: list[Any]) -> Iterator[Condition]:
    for place, item in enumerate(items):
        try:
            yield _condition(item)
        except Wrong as wrong:
            raise placed(0, place, wrong) from None


def _condition(item: Any) -> Condition:
    if not isinstance(item, dict) or not isinstance(item.get("field"), str):
        raise Wrong("item", "A condition must be an object with field, operator and value.")
    name, operator, value = item["field"], item.get("operator"), item.get("value")
    if operator in (_AT_LEAST, _AT_MOST):
        return _dated(condition_of(["subscriber", name], "is_null", None), operator, value)
    source = ["segment" if name in _LABELS else "subscriber", name]
    return condition_of(source, _OPERATORS.get(operator, operator) if isinstance(operator, str) else operator, value)


def _dated(field: Condition, operator: Any, value: Any) -> Condition:
    """A number is of days back from today: at least that many, or at most. A date is that day or after, or before."""
    if operator not in (_AT_LEAST, _AT_MOST):
        raise Wrong("operator", f"The operator must be {_AT_LEAST} or {_AT_MOST}.")
    if isinstance(value, str) and "-" in value:
        there = date.fromisoformat(day(value))
        if operator == _AT_LEAST:
            return Condition(field.subject, field.name, O.AFTER, str(there - timedelta(days=1)))
        return Condition(field.subject, field.name, O.BEFORE, str(there + timedelta(days=1)))
    back = days(value)
    if operator == _AT_MOST:
        return Condition(field.subject, field.name, O.DAYS_WITHIN, back)
    if not back:
        return Condition(field.subject, field.name, O.AFTER, _FIRST_DAY)
    return Condition(field.subject, field.name, O.DAYS_BEFORE, back - 1)


def _mails(given: dict[str, Any]) -> tuple[tuple[Condition, ...], ...]:
    def conditions() -> Iterator[Condition]:
        for name, core in _MAILS.items():
            asked = given.get(name)
            if isinstance(asked, dict) and asked.get("value") not in (None, ""):
                try:
                    yield _dated(Condition("last_mail", core, O.NEVER), asked.get("operator"), asked["value"])
                except Wrong as wrong:
                    raise Invalid.one("email_activities", wrong.rule, wrong.text) from None

    return _all_or_any(tuple(conditions()), given.get("last_email_activity_match"))


_TEXT_OPERATORS = {"=": "is", "!=": "is not", "LIKE": "contains", "NOT LIKE": "does not contain"}
_CHOICE_OPERATORS = {"whereIn": "is one of", "whereNotIn": "is none of"}
_DAY_OPERATORS = {">=": "at least so many days ago", "<=": "at most so many days ago"}
_TEXT_FIELDS = ("email", "first_name", "last_name", "city", "state", "country", "source")


def _block(heading: str, fields: dict[str, Any], *, kind: str = "condition_blocks", key: str = "conditions") -> Any:
    return {"type": kind, "key": key, "heading": heading, "label": heading, "fields": fields}


# What a form offers for the flat list.
CHOICES = [
    _block(
        "Contact",
        {
            **{
                name: {"type": "text", "label": name.replace("_", " ").capitalize(), "operators": _TEXT_OPERATORS}
                for name in _TEXT_FIELDS
            },
            "status": {"type": "select", "label": "Status", "operators": _CHOICE_OPERATORS, "is_multiple": True},
            **{
                name: {"type": "option-selector", "label": name.capitalize(), "operators": _CHOICE_OPERATORS}
                for name in _LABELS
            },
            "created_at": {"type": "days_ago", "label": "Added", "operators": _DAY_OPERATORS},
            "last_activity": {"type": "days_ago", "label": "Last activity", "operators": _DAY_OPERATORS},
        },
    ),
    _block(
        "Mails",
        {
            "status": {"type": "yes_no_check", "label": "Filter by mails"},
            "last_email_open": {"type": "days_ago_with_operator", "label": "Opened", "operators": _DAY_OPERATORS},
            "last_email_link_click": {
                "type": "days_ago_with_operator",
                "label": "Clicked",
                "operators": _DAY_OPERATORS,
            },
        },
        kind="activities_blocks",
        key="email_activities",
    ),
]
DEFAULTS = {
    "conditions": [{"field": "", "operator": "", "value": ""}],
    "condition_match": "match_all",
    "email_activities": {
        "status": "no",
        "last_email_open": {"value": 0, "operator": ">="},
        "last_email_link_click": {"value": 0, "operator": ">="},
        "last_email_activity_match": "match_any",
    },
}
