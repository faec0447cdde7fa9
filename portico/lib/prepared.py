"""Prepared statements, run with one call of libpq.

psycopg's cursors wait for an answer in Python, which gives up and takes back the interpreter's lock several times in
each statement. libpq's own call does so once, and that is most of what a fast statement costs on our side.
"""

from collections.abc import Sequence
from typing import Any, cast

import psycopg
from psycopg import pq
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result

_MOST_KEPT = 200  # statements that a connection keeps prepared; each costs the server some 10 kB
_DONE = (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK)


class _Prepared:
    """What one connection has prepared. Used by one thread at a time, as the connection is."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._server = connection.pgconn
        self._transformer = Transformer.from_context(connection)
        self._names: dict[bytes, None] = {}

    def run(self, name: bytes, sql: bytes, values: Sequence[Any], free: Sequence[bool]) -> list[tuple[Any, ...]]:
        given = self._transformer.dump_sequence(values, [PyFormat.TEXT] * len(values))
        if name not in self._names:
            types = self._transformer.types or ()
            # What changes from run to run has its type written in the SQL: that of this value may be too narrow.
            self._prepare(name, sql, [0 if may_change else type for type, may_change in zip(types, free, strict=True)])
        result = self._checked(self._server.exec_prepared(name, cast("Sequence[bytes]", given)))  # None is NULL
        self._transformer.set_pgresult(result)
        return self._transformer.load_rows(0, result.ntuples, tuple)

    def begin(self) -> None:
        if self._server.transaction_status == pq.TransactionStatus.IDLE:
            self._checked(self._server.exec_(b"BEGIN"))

    def _prepare(self, name: bytes, sql: bytes, types: Sequence[int]) -> None:
        if len(self._names) >= _MOST_KEPT:
            oldest = next(iter(self._names))
            self._checked(self._server.exec_(b"DEALLOCATE " + oldest))
            del self._names[oldest]
        self._checked(self._server.prepare(name, sql, types))
        self._names[name] = None

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in _DONE:
            return result
        if self._server.status == pq.ConnStatus.BAD:
            raise psycopg.OperationalError(self._server.get_error_message())
        raise error_from_result(result)


def run_prepared(
    connection: psycopg.Connection[Any], name: bytes, sql: bytes, values: Sequence[Any], free: Sequence[bool]
) -> list[tuple[Any, ...]]:
    """All rows. Prepares on first use under `name`, which stands for this SQL alone.

    `free` says which values differ from run to run; those have a cast in the SQL. Raises psycopg's errors.

    psycopg itself prepares nothing (settings.py): what it prepares it also forgets, with everything else that the
    connection has prepared, after each ROLLBACK.
    """
    prepared: _Prepared | None = getattr(connection, "prepared_by_portico", None)
    if prepared is None:
        prepared = _Prepared(connection)
        connection.prepared_by_portico = prepared  # type: ignore[attr-defined]  # ours, and lives as long as it does
    if not connection.autocommit:
        prepared.begin()
    return prepared.run(name, sql, values, free)
