"""Advanced filters of this wire as filters of ours, and back (wire notes 8.4)."""

from collections.abc import Iterator
from typing import Any

import orjson

from portico.contacts.filtering.conditions import Condition, Filter, Groups, Operator, Wrong, placed
from portico.errors import Invalid
from portico.protocols.fluentcrm.intake import OTHERS, TEXTS
from portico.protocols.fluentcrm.wire import as_items

O = Operator  # noqa: E741 -- many times a line
_OPERATORS = {
    "=": O.IS,
    "!=": O.IS_NOT,
    "contains": O.CONTAINS,
    "not_contains": O.CONTAINS_NOT,
    "in": O.ANY_OF,
    "not_in": O.NONE_OF,
    "in_all": O.ALL_OF,
    "not_in_all": O.NOT_ALL_OF,
    "is_null": O.EMPTY,
    "not_null": O.FILLED,
    "<": O.LESS,
    ">": O.MORE,
    "before": O.BEFORE,
    "after": O.AFTER,
    "date_equal": O.ON,
    "days_before": O.DAYS_BEFORE,
    "days_within": O.DAYS_WITHIN,
    "never": O.NEVER,
}
# What came of a campaign or automation is an operator there.
_OUTCOMES = {
    "open": "opened",
    "no_open": "not_opened",
    "clicked": "clicked",
    "not_clicked": "not_clicked",
    "completed": "completed",
    "active": "active",
    "cancelled": "cancelled",
    "waiting": "waiting",
}
_OUTCOMES_OF = {
    "campaign": {"open", "no_open", "clicked", "not_clicked"},
    "automation": {"completed", "active", "cancelled", "waiting"},
    "sequence": {"completed", "active", "cancelled", "waiting"},
}
# The two parts of a source, and our subject and name for it.
_SOURCES = {
    **{("subscriber", name): ("own", core) for name, core in {
        **TEXTS, **OTHERS, "id": "id", "user_id": "user_id", "hash": "email_hash", "updated_at": "updated_at",
        "contact_type": "plain_stage", "company_id": "organization_id",
    }.items()},
    ("subscriber", "search"): ("search", ""),
    ("segment", "tags"): ("tags", ""),
    ("segment", "lists"): ("lists", ""),
    ("segment", "status"): ("own", "consent"),
    ("segment", "contact_type"): ("own", "plain_stage"),
    ("segment", "user_role"): ("own", "role"),
    ("segment", "companies"): ("organizations", ""),
    ("segment", "company_industry"): ("organization_industry", ""),
    ("segment", "company_type"): ("organization_kind", ""),
    ("event_tracking", "event_tracking_key"): ("event_key", ""),
    ("event_tracking", "event_tracking_title"): ("event_title", ""),
    ("event_tracking", "event_tracking_value"): ("event_value", ""),
    ("event_tracking", "event_tracking_key_count"): ("event_count", ""),
    ("activities", "email_sent"): ("last_mail", "sent"),
    ("activities", "email_opened"): ("last_mail", "opened"),
    ("activities", "email_link_clicked"): ("last_mail", "clicked"),
    ("activities", "campaign_email_activity"): ("mailing", "campaign"),
    ("activities", "automation_activity"): ("mailing", "automation"),
    ("activities", "email_sequence_activity"): ("mailing", "sequence"),
}  # fmt: skip
_CUSTOM = "custom_fields"
_KEYED = {"event_value", "event_count"}
_SOURCES_BACK = {core: source for source, core in reversed(_SOURCES.items())}
_OPERATORS_BACK = {core: name for name, core in _OPERATORS.items()}
_OUTCOMES_BACK = {core: name for name, core in _OUTCOMES.items()}


def decoded(value: Any) -> Any:
    """JSON inside a parameter; what is no text is decoded already. Raises Invalid."""
    if not isinstance(value, str) or not value.strip():
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        raise Invalid.one("filter", "json", "The filter is no valid JSON.") from None


def filter_of(value: Any) -> Filter:
    """A filter of ours for groups of theirs; no groups are every contact. Raises Invalid, which names the item.

    Unlike there, an item that cannot be understood is refused, never left out: what is left could be everybody.
    """
    if value in (None, ""):
        return Filter(())
    return Filter(tuple(_group(number, group) for number, group in enumerate(_array(value))))


def _array(value: Any) -> list[Any]:
    """PHP's arrays may come as objects with numbers for keys."""
    if not isinstance(value, list) and not (isinstance(value, dict) and value and all(map(str.isdigit, value))):
        raise Invalid.one("filter", "array", "The filter must be an array of groups, each an array of items.")
    return as_items(value)


def _group(number: int, group: Any) -> tuple[Condition, ...]:
    def conditions() -> Iterator[Condition]:
        for place, item in enumerate(_array(group)):
            try:
                yield _condition(item)
            except Wrong as wrong:
                raise placed(number, place, wrong) from None

    return tuple(conditions())


def _condition(item: Any) -> Condition:
    if not isinstance(item, dict):
        raise Wrong("item", "An item must be an object with source, operator and value.")
    return condition_of(item.get("source"), item.get("operator"), item.get("value"), item.get("extra_value"))


def condition_of(source: Any, operator: Any, value: Any, extra: Any = None) -> Condition:
    """Raises Wrong."""
    subject, name = _source(source)
    value = _stripped(value)
    if subject == "mailing" and isinstance(operator, str) and operator in _OUTCOMES_OF[name]:
        return Condition(subject, name, O.ANY_OF, value, of=_OUTCOMES[operator])
    if not isinstance(operator, str) or operator not in _OPERATORS:
        raise Wrong("operator", f"The operator must be one of {', '.join(_OPERATORS)}.")
    return Condition(subject, name, _OPERATORS[operator], value, of=_of_event(extra) if subject in _KEYED else "")


def _of_event(extra: Any) -> str:
    """extra_value: the key of the events that are meant."""
    if not isinstance(extra, str) or not extra.strip():
        raise Wrong("extra_value", "The item needs an extra_value: the key of the events that are meant.")
    return extra.strip()


def _source(value: Any) -> tuple[str, str]:
    """Our subject and name."""
    match as_items(value) if isinstance(value, list | dict) else None:
        case [str(first), str(second)]:
            found = ("custom", second) if first == _CUSTOM else _SOURCES.get((first, second))
        case _:
            raise Wrong("source", "The source must be an array of two names.")
    if found is None:
        raise Wrong("source", f"There is nothing to filter by under {first[:50]}, {second[:50]}.")
    return found


def _stripped(value: Any) -> Any:
    if isinstance(value, list | dict):
        return [item.strip() if isinstance(item, str) else item for item in as_items(value)]
    return value.strip() if isinstance(value, str) else value


def groups_of(groups: Groups) -> list[list[dict[str, Any]]]:
    """Groups of theirs for a filter of ours that is stored."""
    return [[_item(condition) for condition in group] for group in groups]


def _item(condition: Condition) -> dict[str, Any]:
    custom = condition.subject == "custom"
    core = (condition.subject, condition.name)
    source = (_CUSTOM, condition.name) if custom else _SOURCES_BACK.get(core, ("", condition.name))
    is_outcome = condition.subject == "mailing" and condition.of
    operator = _OUTCOMES_BACK[condition.of] if is_outcome else _OPERATORS_BACK[condition.operator]
    value = [str(item) for item in condition.value] if isinstance(condition.value, tuple) else condition.value
    return {
        "source": list(source),
        "operator": operator,
        "value": value,
        "extra_value": condition.of if condition.subject in _KEYED else None,
    }
