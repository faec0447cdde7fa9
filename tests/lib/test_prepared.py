"""Prepared statements run through libpq itself, on a real connection of our own."""

import gc
from collections.abc import Iterator
from typing import Any
from weakref import ref

import psycopg
import pytest
from django.db import connection
from psycopg import errors

from portico.lib import prepared
from portico.lib.prepared import run_prepared

Own = psycopg.Connection[tuple[Any, ...]]


def connect() -> Own:
    given = connection.get_connection_params()
    words = ("host", "port", "user", "password", "dbname")
    place = psycopg.conninfo.make_conninfo(**{word: given[word] for word in words if word in given})
    return psycopg.connect(place, autocommit=True)


@pytest.fixture
def own(database: None) -> Iterator[Own]:  # noqa: ARG001 -- must be up
    with connect() as own:
        yield own


def run(own: Own, name: str, sql: str, *values: object, constants: int = 0) -> object:
    free = [place >= constants for place in range(len(values))]
    return run_prepared(own, name.encode(), sql.encode(), values, free)


def prepared_names(own: Own) -> list[str]:
    return [str(row[0]) for row in own.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 't%'")]


def test_values_come_back_as_python_has_them(own: Own) -> None:
    sql = "SELECT $1::text, $2::bigint, $3::text[], $4::bytea, $5::text, true, ARRAY[1, NULL]"
    values = ("ä'\\\"", 7, ["a,b", '"', "NULL", ""], b"\x00\xff", None)
    assert run(own, "t", sql, *values) == [(*values, True, [1, None])]


def test_a_later_value_may_be_larger_than_the_first(own: Own) -> None:
    for number in (1, 2**40, -(2**62)):
        assert run(own, "t", "SELECT $1::bigint", number) == [(number,)]


def test_a_constant_keeps_its_type(own: Own) -> None:
    assert run(own, "t", "SELECT pg_typeof($1)::text, $2::bigint", 5, 6, constants=1) == [("smallint", 6)]


def test_a_name_is_prepared_once(own: Own) -> None:
    for number in range(3):
        run(own, "t", "SELECT $1::bigint", number)
    assert prepared_names(own) == ["t"]


def test_the_oldest_goes_when_there_are_too_many(own: Own, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "_MOST_KEPT", 3)
    for number in range(5):
        assert run(own, f"t{number}", f"SELECT {number} + $1::bigint", 1) == [(number + 1,)]
    assert sorted(prepared_names(own)) == ["t2", "t3", "t4"]
    assert run(own, "t0", "SELECT 0 + $1::bigint", 1) == [(1,)]


def test_an_error_is_psycopgs_and_the_connection_goes_on(own: Own) -> None:
    with pytest.raises(errors.DivisionByZero):
        run(own, "t", "SELECT 1 / $1::bigint", 0)
    with pytest.raises(errors.UndefinedTable):
        run(own, "t1", "SELECT FROM nowhere")
    assert run(own, "t", "SELECT 1 / $1::bigint", 1) == [(1,)]


def test_a_lost_connection_is_an_operational_error(own: Own) -> None:
    run(own, "t", "SELECT 1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [own.info.backend_pid])
    with pytest.raises(psycopg.OperationalError):
        run(own, "t", "SELECT 1")
    assert own.closed


def test_a_statement_begins_the_transaction_that_it_runs_in(own: Own) -> None:
    own.execute("CREATE TEMPORARY TABLE kept (n bigint)")
    own.autocommit = False
    run(own, "t", "INSERT INTO kept VALUES ($1::bigint)", 1)
    own.rollback()
    run(own, "t", "INSERT INTO kept VALUES ($1::bigint)", 2)
    own.commit()
    assert own.execute("SELECT array_agg(n) FROM kept").fetchone() == ([2],)


def test_bytes_of_every_kind_arrive(own: Own) -> None:
    for value in (bytes(range(256)), b"", b"\\x00", b"'"):
        assert run(own, "t", "SELECT $1::bytea, length($1::bytea)", value) == [(value, len(value))]


def test_what_is_prepared_lasts_no_longer_than_its_connection(database: None) -> None:  # noqa: ARG001 -- must be up
    with connect() as other:
        run(other, "t", "SELECT 1")
        gone = ref(other)
    del other
    gc.collect()
    assert gone() is None
