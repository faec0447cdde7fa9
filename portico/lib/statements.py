"""Statements compiled once from querysets, in which PostgreSQL builds the JSON; run prepared, with values given later.

Building and compiling a queryset costs several times what PostgreSQL needs for ten rows, so a hot read is compiled on
first use, kept by its caller, and run with only its values.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import count
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateTimeField,
    Expression,
    F,
    Field,
    Func,
    Model,
    Q,
    QuerySet,
    TextField,
    When,
)
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler
from psycopg_pool import ConnectionPool

from portico.lib.prepared import run_prepared

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


def later_moment(name: str) -> Later:
    return Later(name, DateTimeField())


class Literal(Expression):
    """A constant written into the SQL: what a wire always says. Only ever text of ours, never a value from outside."""

    def __init__(self, value: str | None, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field or TextField())
        self.value = value

    def as_sql(self, _compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]  # see Later
        text = "NULL" if self.value is None else "'" + self.value.replace("'", "''").replace("%", "%%") + "'"
        return f"{text}::{self.output_field.db_type(connection)}", []


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

    def build(self) -> Expression:
        """The row as JSON, for use inside another shape."""
        return BuildObject(self)

    def document(self) -> Expression:
        """The row's JSON as text, because psycopg would parse json into dicts that nobody needs."""
        return Cast(self.build(), TextField())


class ShapeIf(Shape):
    """One of two shapes, by a condition of the row: where a wire leaves keys out."""

    def __init__(self, condition: Q, then: Shape, otherwise: Shape) -> None:
        super().__init__({})
        self.condition, self.then, self.otherwise = condition, then, otherwise

    def build(self) -> Expression:
        return Case(
            When(self.condition, then=self.then.build()), default=self.otherwise.build(), output_field=JsonField()
        )


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


def _numbered(sql: str) -> str:
    """%s as $1, $2, ...: once here, because psycopg would do it again at every run of a long statement."""
    numbers = count(1)
    return re.sub("%[%s]", lambda found: "%" if found[0] == "%%" else f"${next(numbers)}", sql)


@contextmanager
def open_connection(connection: Any) -> Iterator[psycopg.Connection[Any]]:
    """Django's connection where it is open, so that a statement sees its transaction; otherwise one from the pool.

    Taking it straight from the pool leaves out what Django does to each connection that it takes, which costs more than
    the statement does here. Connections are in autocommit (wsgi.py).
    """
    pool: ConnectionPool[psycopg.Connection[Any]] | None = connection.pool
    if connection.connection is not None or pool is None:
        connection.ensure_connection()
        yield connection.connection
        return
    pool.open()  # lazily, as Django does: after the web server has forked
    taken = pool.getconn()
    try:
        yield taken
    finally:
        pool.putconn(taken)


class Statement:
    """SQL with its values, some of them to come. `prepared` is wrong where the planner has to see the values."""

    _numbers = count(1)

    def __init__(self, sql: str, values: Sequence[Any], *, prepared: bool = True) -> None:
        self.sql = _numbered(sql) if prepared else sql
        self.values = tuple(values)
        self.prepared = prepared
        self._free = [isinstance(value, Later) for value in values]
        self._name = b"portico_%d" % next(self._numbers)
        self._bytes = self.sql.encode()

    def fetch(self, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """All rows. Raises Django's database errors."""
        given = [values[value.name] if isinstance(value, Later) else value for value in self.values]
        connection = connections[DEFAULT_DB_ALIAS]  # once: finding it for this thread costs more than it looks
        with connection.wrap_database_errors, open_connection(connection) as opened:
            if not self.prepared:
                # Values as literals: web connections plan whatever has parameters without looking at them (wsgi.py).
                return psycopg.ClientCursor(opened).execute(self.sql, given).fetchall()
            if settings.PREPARED_STATEMENTS:
                return run_prepared(opened, self._name, self._bytes, given, self._free)
            return psycopg.RawCursor(opened).execute(self.sql, given).fetchall()

    def fetch_one(self, values: Mapping[str, Any]) -> tuple[Any, ...] | None:
        rows = self.fetch(values)
        return rows[0] if rows else None


def compiled(rows: "QuerySet[Any, Any]", *, prepared: bool = True) -> Statement:
    """Any queryset, usually with values_list, as a statement."""
    sql, values = rows.query.sql_with_params()
    return Statement(sql, values, prepared=prepared)


def as_documents(rows: "QuerySet[Any, Any]", shape: Shape) -> "QuerySet[Any, Any]":
    """One JSON text a row."""
    return rows.values_list(shape.document())


def as_two_documents(rows: "QuerySet[Any, Any]", shape: Shape, brief: Shape) -> "QuerySet[Any, Any]":
    """Two JSON texts a row, for a wire that shows each row twice."""
    return rows.values_list(shape.document(), brief.document())


def paged(sql: str, values: Sequence[Any], *, limit: int, offset: bool) -> tuple[str, Sequence[Any]]:
    """A query's page; the offset comes at run time as "offset".

    The limit is a literal, because the planner has to know that few rows are wanted.
    """
    if offset:
        return f"{sql} LIMIT {limit:d} OFFSET %s", [*values, later_number("offset")]
    return f"{sql} LIMIT {limit:d}", values


def compiled_page(
    total: "QuerySet[Model, Any] | None",
    rows: "QuerySet[Any, Any]",
    *,
    prepared: bool,
    texts: int = 1,
    limit: int | None = None,
    offset: bool = False,
) -> Statement:
    """A statement that answers (total, rows joined by commas) from one snapshot; with two `texts` a row, both joined.

    `total` answers one number; without it the answer says 0. With a limit, of `rows` only a page.
    """
    total_sql, total_values = total.query.sql_with_params() if total is not None else ("NULL", ())
    rows_values: Sequence[Any]
    rows_sql, rows_values = rows.query.sql_with_params()
    if limit is not None:
        rows_sql, rows_values = paged(rows_sql, rows_values, limit=limit, offset=offset)
    names = [f"text_{number}" for number in range(texts)]
    joined = ", ".join(f"coalesce(string_agg({name}, ','), '')" for name in names)
    sql = (
        f"SELECT coalesce(({total_sql}), 0), {joined} "  # noqa: S608 -- compiled by Django
        f"FROM ({rows_sql}) AS page ({', '.join(names)})"
    )
    return Statement(sql, [*total_values, *rows_values], prepared=prepared)


def compiled_together(*groups: "QuerySet[Any, Any]", prepared: bool = True) -> Statement:
    """A statement that answers one row: for each group of documents, all of them joined by commas."""
    parts: list[str] = []
    values: list[Any] = []
    for group in groups:
        sql, more = group.query.sql_with_params()
        parts.append(f"(SELECT coalesce(string_agg(document, ','), '') FROM ({sql}) AS found (document))")  # noqa: S608 -- same
        values += more
    return Statement(f"SELECT {', '.join(parts)}", values, prepared=prepared)
