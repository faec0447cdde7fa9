"""The limit to compare with: an application that sends a case's statements and returns the bytes. No framework, no
authentication, no parsing of the request.

Run by the same web server, with the same number of threads and of database connections. BARE_CASES names a pickle of
{case: [(sql, values, prepared), ...]}; the path is the case's name. In a case that writes, EMAIL stands for a fresh
address and ID for the id that its first INSERT answered.
"""

import itertools
import os
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psycopg
from psycopg_pool import ConnectionPool

from benchmarks.marks import EMAIL, ID

_cases: dict[str, list[tuple[str, list[Any], bool]]] = pickle.loads(Path(os.environ["BARE_CASES"]).read_bytes())  # noqa: S301 -- written by us
_pool = ConnectionPool(
    os.environ["BARE_DATABASE"],
    min_size=1,
    max_size=int(os.environ["BARE_CONNECTIONS"]),
    open=False,
    kwargs={"autocommit": True},
)
_number = itertools.count()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    _pool.open()
    statements = _cases.get(environ["PATH_INFO"].strip("/"))
    if statements is None:
        start_response("404 Not Found", [])
        return [b""]
    with _pool.connection() as connection:
        body = (
            _read(connection, statements)
            if len(statements) == 1 and EMAIL not in statements[0][1]
            else _write(connection, statements)
        )
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _read(connection: psycopg.Connection[Any], statements: list[tuple[str, list[Any], bool]]) -> bytes:
    return _bytes(_run(connection, *statements[0]))


def _write(connection: psycopg.Connection[Any], statements: list[tuple[str, list[Any], bool]]) -> bytes:
    email, id, rows = f"bare-{os.getpid()}-{next(_number)}@example.test", 0, []
    with connection.transaction():
        for sql, values, prepared in statements:
            filled = [email if value == EMAIL else id if value == ID else value for value in values]
            rows = _run(connection, sql, filled, prepared)
            if not id and sql.startswith("INSERT") and rows:
                id = rows[0][0]
    return _bytes(rows)


def _run(connection: psycopg.Connection[Any], sql: str, values: list[Any], prepared: bool) -> list[Any]:  # noqa: FBT001 -- a pickled row
    cursor = (psycopg.RawCursor if prepared else psycopg.ClientCursor)(connection)
    cursor.execute(sql.encode(), values, prepare=prepared)
    return cursor.fetchall() if cursor.description else []


def _bytes(rows: list[Any]) -> bytes:
    return str(rows[0][-1]).encode() if rows else b"{}"
