"""Everything in the database that belongs to a contact, found by its references."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.apps import apps
from django.db.models import CompositePrimaryKey, ForeignKey, Model

from portico.contacts.models import Contact
from portico.lib.tenancy import SameCompany

# Tables whose rows tell how their contact itself once was: nothing that the winner could take over. They go with the
# loser, and come back with it.
LEFT_BEHIND = frozenset({"import_replaced"})


@dataclass(frozen=True, slots=True)
class Reference:
    """A table whose rows belong to a contact, by this column.

    `others` are its columns that lead to something else of the company, with those tables. `key` are the columns of a
    key that the contact is part of: empty where rows have an id of their own.
    """

    model: type[Model]
    table: str
    column: str
    columns: tuple[str, ...]
    others: tuple[tuple[str, str], ...]
    key: tuple[str, ...]


@cache
def references() -> tuple[Reference, ...]:
    """Of all models that there are, by the name of the table."""
    found = [_reference(model, name) for model in apps.get_models() for name in _to(model, Contact)]
    return tuple(sorted(found, key=lambda one: one.table))


def _reference(model: type[Model], name: str) -> Reference:
    key = model._meta.pk
    columns = tuple(stored_column(field) for field in key.fields) if isinstance(key, CompositePrimaryKey) else ()
    column = str(_foreign_key(model, name).column)
    return Reference(
        model=model,
        table=model._meta.db_table,
        column=column,
        columns=stored_columns(model),
        others=tuple(one for one in company_references(model) if one[0] != column),
        key=columns if column in columns else (),
    )


def stored_column(field: object) -> str:
    return str(getattr(field, "column"))  # noqa: B009 -- Django's stubs take a key's fields for relations


def stored_columns(model: type[Model]) -> tuple[str, ...]:
    """The columns that can be written."""
    return tuple(str(field.column) for field in model._meta.concrete_fields if not getattr(field, "generated", False))


def company_references(model: type[Model]) -> tuple[tuple[str, str], ...]:
    """The columns that lead to something else of the same company, with its table."""
    names = [one.field for one in model._meta.constraints if isinstance(one, SameCompany)]
    keys = [_foreign_key(model, name) for name in names]
    return tuple((str(key.column), key.related_model._meta.db_table) for key in keys)


def _to(model: type[Model], target: type[Model]) -> list[str]:
    constraints = (one for one in model._meta.constraints if isinstance(one, SameCompany))
    return [one.field for one in constraints if _foreign_key(model, one.field).related_model is target]


def _foreign_key(model: type[Model], name: str) -> "ForeignKey[Any, Any]":
    return cast("ForeignKey[Any, Any]", model._meta.get_field(name))
