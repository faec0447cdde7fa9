"""What a list of contacts can show of each: the columns, by their names in an address."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import Expression, F
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portico.contacts.actions.exporting import custom_value
from portico.contacts.actions.exporting import titles_of as joined_titles_of
from portico.contacts.models import ContactList, ContactTag
from portico.lib.statements import Shape
from portico.web.console.lists import Column
from portico.web.console.shapes import titles_of
from portico.web.console.words import day
from portico.web.words import word

CUSTOM = "field."  # and the slug of a custom field


@dataclass(frozen=True, slots=True)
class _Known:
    """`source` is what it is in a row's shape, `out` what it is in a file, `show` how it is written in a cell."""

    label: str | Promise
    source: str | Expression
    out: Expression | F
    show: Callable[[Any], Any] = lambda value: "" if value is None else value
    is_number: bool = False


def _own(label: str | Promise, name: str, **how: Any) -> _Known:
    return _Known(label, name, F(name), **how)


def _day(value: str | None) -> str:
    return day(value or "")


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)


COLUMNS: Mapping[str, _Known] = {
    "email": _own(_("E-mail"), "email"),
    "phone": _own(_("Phone"), "phone"),
    "status": _own(_("Status"), "consent", show=word),
    "stage": _own(_("Stage"), "stage", show=word),
    "tags": _Known(_("Tags"), titles_of(ContactTag, "tag"), joined_titles_of(ContactTag, "tag"), _listed),
    "lists": _Known(_("Lists"), titles_of(ContactList, "list"), joined_titles_of(ContactList, "list"), _listed),
    "owner": _own(_("Owner"), "owner__user__email"),
    "organization": _own(_("Organization"), "organization__name"),
    "address": _own(_("Address"), "address_line_1"),
    "postal_code": _own(_("Postal code"), "postal_code"),
    "city": _own(_("City"), "city"),
    "country": _own(_("Country"), "country"),
    "birthday": _own(_("Birthday"), "date_of_birth", show=_day),
    "source": _own(_("Source"), "source"),
    "points": _own(_("Points"), "total_points", is_number=True),
    "added": _own(_("Added"), "created_at", show=_day),
    "active": _own(_("Last activity"), "last_activity_at", show=_day),
    "signed_in": _own(_("Last sign-in"), "last_sign_in_at", show=_day),
}
USUAL = ("email", "phone", "status", "tags", "lists")
_ALWAYS = {"id": "id", "first_name": "first_name", "last_name": "last_name", "email": "email"}


def known_columns(names: Iterable[str], slugs: Iterable[str]) -> tuple[str, ...]:
    """Those of these names that there are, each once; the usual ones for none."""
    there = {*COLUMNS, *(f"{CUSTOM}{slug}" for slug in slugs)}
    return tuple(dict.fromkeys(name for name in names if name in there)) or USUAL


def shape_of(columns: Iterable[str]) -> Shape:
    """A row that has these columns; one shape for equal sets of them, because a statement is kept for each."""
    own = {name for name in columns if name in COLUMNS} - {"email"}
    has_custom = any(name.startswith(CUSTOM) for name in columns)
    return _shape(frozenset(own | {"custom_values"} if has_custom else own))


@lru_cache(maxsize=128)
def _shape(names: frozenset[str]) -> Shape:
    known = {name: one.source for name, one in COLUMNS.items() if name in names}
    custom = {"custom_values": "custom_values"} if "custom_values" in names else {}
    return Shape({**_ALWAYS, **known, **custom})


def as_columns(names: Iterable[str], labels: Mapping[str, str]) -> list[Column]:
    """For a list; `labels` are those of the custom fields by their slugs."""
    return [_custom(name, labels) if name.startswith(CUSTOM) else _column(name) for name in names]


def _column(name: str) -> Column:
    known = COLUMNS[name]
    return Column(str(known.label), lambda row: known.show(row[name]), is_number=known.is_number)


def _custom(name: str, labels: Mapping[str, str]) -> Column:
    slug = name.removeprefix(CUSTOM)
    return Column(labels[slug], lambda row: _listed(row["custom_values"].get(slug)))


def as_exported(names: Sequence[str]) -> dict[str, Expression | F]:
    """For a file: e-mail and name, and these; under names that an import understands, whatever the language."""
    found: dict[str, Expression | F] = {name: F(name) for name in ("email", "first_name", "last_name")}
    found |= {name: COLUMNS[name].out for name in names if name in COLUMNS}
    for slug in (name.removeprefix(CUSTOM) for name in names if name.startswith(CUSTOM)):
        found.setdefault(slug, custom_value(slug))
    return found
