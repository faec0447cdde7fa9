"""A filter as somebody wrote it down: JSON in our own terms."""

from typing import Any

from portico.contacts.filtering.conditions import Condition, Filter, Operator, Wrong, placed
from portico.errors import Invalid

_KEYS = ("subject", "name", "operator", "value", "of")


def read_filter(given: Any) -> Filter:
    """A list of groups, of which one has to hold; each a list of conditions, which all have to hold.

    A condition is an object: `subject` (see preparing.SUBJECTS), `name` where the subject has several ("own": a field,
    "custom": a slug), `operator` (see Operator), `value`, and `of` where the subject is narrowed. What is named is
    looked at only when the filter is used. Raises Invalid, which says which condition is wrong and why.
    """
    if not isinstance(given, list) or not all(isinstance(group, list) for group in given):
        raise Invalid.one("filter", "array", "A filter is a list of groups, each a list of conditions: [[{...}]].")
    return Filter(tuple(_group(number, group) for number, group in enumerate(given)))


def _group(number: int, group: list[Any]) -> tuple[Condition, ...]:
    conditions = []
    for place, one in enumerate(group):
        try:
            conditions.append(_condition(one))
        except Wrong as wrong:
            raise placed(number, place, wrong) from None
    return tuple(conditions)


def _condition(given: Any) -> Condition:
    if not isinstance(given, dict):
        raise Wrong("object", "A condition is an object with subject, operator and value.")
    if unknown := sorted(given.keys() - set(_KEYS)):
        raise Wrong("keys", f"There is no key {unknown[0]}: a condition has {', '.join(_KEYS)}.")
    text = {name: given.get(name, "") for name in ("subject", "name", "of")}
    for name, value in text.items():
        if not isinstance(value, str):
            raise Wrong("text", f"{name} must be a text.")
    if given.get("operator") not in list(Operator):
        raise Wrong("operator", f"operator must be one of {', '.join(Operator)}.")
    value = given.get("value")
    return Condition(
        text["subject"],
        text["name"],
        Operator(given["operator"]),
        tuple(value) if isinstance(value, list) else value,
        text["of"],
    )
