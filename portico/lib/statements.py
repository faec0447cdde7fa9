"""Statements compiled once from querysets, in which PostgreSQL builds the JSON; run prepared, with values given later.

Building and compiling a queryset costs several times what PostgreSQL needs for ten rows, so a hot read is compiled on
first use, kept by its caller, and run with only its values.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, Expression, F, Field, Func, Model, QuerySet, TextField
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

_MOST_KEYS = 50  # a PostgreSQL function takes 100 arguments


class Later(Expression):
    """A value known only when the statement runs; it passes through lookups because it is an expression."""

    def __init__(self, name: str, output_field: "Field[Any, Any]") -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, _compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # the parameter is filled in at run time
        return f"%s::{self.output_field.db_type(connection)}", [self]


def later_number(name: str) -> Later:
    return Later(name, BigIntegerField())


def later_text(name: str) -> Later:
    return Later(name, TextField())


class IsAny(Func):
    """`column = ANY(array)`, a condition for filter(): one statement for any number of values."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, name: str, item: "Field[Any, Any]") -> None:
        super().__init__(F(column), Later(name, ArrayField(item)))


def any_number(column: str, name: str) -> IsAny:
    return IsAny(column, name, BigIntegerField())


def any_text(column: str, name: str) -> IsAny:
    return IsAny(column, name, TextField())


class JsonField(Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """PostgreSQL's json, which keeps the order of keys (jsonb sorts them)."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002 -- Django's signature
        return "json"


class Shape:
    """What one row looks like on a wire: key to core field (a name) or expression, in the wire's order."""

    def __init__(self, keys: Mapping[str, str | Expression | F]) -> None:
        if len(keys) > _MOST_KEYS:
            raise ValueError(f"a shape has at most {_MOST_KEYS} keys")
        self.keys = {key: F(value) if isinstance(value, str) else value for key, value in keys.items()}

    def plus(self, more: Mapping[str, str | Expression | F]) -> "Shape":
        return Shape({**self.keys, **more})


class BuildObject(Func):
    """json_build_object, its keys written as literals: shorter, and PostgreSQL need not guess their types."""

    function = "json_build_object"
    output_field = JsonField()

    def __init__(self, shape: Shape) -> None:
        self.names = tuple(shape.keys)
        super().__init__(*shape.keys.values())

    def as_sql(self, compiler: SQLCompiler, *_args: Any, **_kwargs: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # Func's has more options than this needs
        parts: list[str] = []
        values: list[Any] = []
        for name, expression in zip(self.names, self.get_source_expressions(), strict=True):
            sql, more = compiler.compile(expression)
            literal = name.replace("'", "''").replace("%", "%%")
            parts.append(f"'{literal}', {sql}")
            values += more
        return f"json_build_object({', '.join(parts)})", values


class Statement:
    """SQL with its values, some of them to come. `prepared` is wrong where the planner has to see the values."""

    def __init__(self, sql: str, values: Sequence[Any], *, prepared: bool = True) -> None:
        self.sql = sql
        self.values = tuple(values)
        self.prepared = prepared

    def fetch(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows. Raises Django's database errors."""
        given = [values[value.name] if isinstance(value, Later) else value for value in self.values]
        connection.ensure_connection()
        with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
            cursor.execute(self.sql, given, prepare=self.prepared)
            return cursor.fetchall()

    def fetch_one(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        rows = self.fetch(values)
        return rows[0] if rows else None


def compiled(rows: "QuerySet[Any, Any]", *, prepared: bool = True) -> Statement:
    """Any queryset, usually with values_list, as a statement."""
    sql, values = rows.query.sql_with_params()
    return Statement(sql, values, prepared=prepared)


def as_documents(rows: "QuerySet[Any, Any]", shape: Shape) -> "QuerySet[Any, Any]":
    """One JSON text a row. As text, because psycopg would parse json into dicts that nobody needs."""
    return rows.values_list(Cast(BuildObject(shape), TextField()))


def compiled_page(
    total: "QuerySet[Model, Any]", rows: "QuerySet[Any, Any]", *, limit: int, offset: bool, prepared: bool
) -> Statement:
    """A statement that answers (total, rows joined by commas) from one snapshot.

    `total` answers one number. The limit is a literal, because the planner has to know that few rows are wanted; the
    offset comes at run time as "offset".
    """
    total_sql, total_values = total.query.sql_with_params()
    rows_sql, rows_values = rows.query.sql_with_params()
    tail = f" LIMIT {limit:d}" + (" OFFSET %s" if offset else "")
    sql = (
        f"SELECT coalesce(({total_sql}), 0), (SELECT coalesce(string_agg(document, ','), '') "  # noqa: S608 -- compiled by Django
        f"FROM ({rows_sql}{tail}) AS page (document))"
    )
    more = [later_number("offset")] if offset else []
    return Statement(sql, [*total_values, *rows_values, *more], prepared=prepared)
