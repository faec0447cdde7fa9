"""A filter as JSON that is kept, and back. What was kept by another version is read, or matches nobody."""

from typing import Any

from portico.contacts.filtering.conditions import Condition, Filter, Groups, Operator

_VERSION = 1
# What cannot be read may have asked for anything; everybody would be the worst answer.
_UNREADABLE = Filter(((Condition("gone", "", Operator.IS),),), stored=True)


def stored(groups: Groups) -> dict[str, Any]:
    """For checked groups."""
    return {"version": _VERSION, "groups": [[_kept(condition) for condition in group] for group in groups]}


def _kept(condition: Condition) -> dict[str, Any]:
    kept = {"subject": condition.subject, "name": condition.name, "operator": condition.operator.value}
    more = {"value": condition.value, "of": condition.of}
    return {**kept, **{key: value for key, value in more.items() if value not in (None, "")}}


def read_stored(kept: Any) -> Filter:
    try:
        if kept["version"] != _VERSION:
            return _UNREADABLE
        return Filter(tuple(tuple(map(_read, group)) for group in kept["groups"]), stored=True)
    except (KeyError, TypeError, ValueError):
        return _UNREADABLE


def _read(kept: dict[str, Any]) -> Condition:
    subject, name, of = kept["subject"], kept["name"], kept.get("of", "")
    if not all(isinstance(text, str) for text in (subject, name, of)):
        raise TypeError
    value = kept.get("value")
    value = tuple(value) if isinstance(value, list) else value
    return Condition(subject, name, Operator(kept["operator"]), value, of)
