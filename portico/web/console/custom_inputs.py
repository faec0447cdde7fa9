"""A company's own fields inside a form about a contact."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from portico.contacts.models import CustomField
from portico.errors import Invalid
from portico.web.forms import Choice, Field
from portico.web.visits import Visit

_Kind = CustomField.Kind
_INPUTS: dict[str, str] = {
    _Kind.TEXT: "text",
    _Kind.TEXTAREA: "textarea",
    _Kind.NUMBER: "text",
    _Kind.DATE: "date",
    _Kind.DATE_TIME: "datetime-local",
    _Kind.SINGLE_SELECT: "select",
    _Kind.RADIO: "select",
    _Kind.MULTI_SELECT: "checkboxes",
    _Kind.CHECKBOX: "checkboxes",
}
_SENT = "custom_fields"  # says that the form had them: a box that is not ticked is not sent


def custom_inputs(fields: Sequence[CustomField], values: Mapping[str, Any]) -> list[Field]:
    """One for each, with what the contact holds in it."""
    return [_input(one, values.get(one.slug)) for one in fields]


def marked(hidden: Mapping[str, str]) -> dict[str, str]:
    """What a form with custom_inputs sends beside them."""
    return {**hidden, _SENT: "yes"}


def custom_values(visit: Visit, fields: Sequence[CustomField]) -> dict[str, Any]:
    """What was sent, by slug; nothing for an empty one, which takes the value away."""
    if visit.text(_SENT) != "yes":
        return {}
    return {one.slug: _value(visit, one) for one in fields}


@contextmanager
def beside_custom_inputs() -> Iterator[None]:
    """What is wrong with custom values, said beside their inputs."""
    try:
        yield
    except Invalid as no:
        problems = (
            replace(one, field=f"custom-{one.rule}") if one.field == "custom_values" else one for one in no.problems
        )
        raise Invalid(*problems) from None


def _name(field: CustomField) -> str:
    return f"custom-{field.slug}"


def _input(field: CustomField, value: Any) -> Field:
    kind = _INPUTS.get(field.kind, "text")
    held = [str(one) for one in (value if isinstance(value, list) else [value]) if one not in (None, "")]
    text = ", ".join(held)
    return Field(
        _name(field),
        field.label,
        kind=kind,
        value=text.replace(" ", "T", 1) if kind == "datetime-local" else text,
        inputmode="decimal" if field.kind == _Kind.NUMBER else "",
        choices=_choices(field, kind, held),
        is_required=False,
    )


def _choices(field: CustomField, kind: str, held: Sequence[str]) -> list[Choice]:
    """With what the contact holds and is no option (any more): saving the form must not take it away."""
    if kind not in {"select", "checkboxes"}:
        return []
    options = list(dict.fromkeys([*(field.options or ()), *held]))
    none = [Choice("", _("none"), is_chosen=not held)] if kind == "select" else []
    return [*none, *(Choice(one, one, is_chosen=one in held) for one in options)]


def _value(visit: Visit, field: CustomField) -> Any:
    if _INPUTS.get(field.kind) == "checkboxes":
        return visit.request.POST.getlist(_name(field)) or None
    return visit.text(_name(field)).strip() or None
