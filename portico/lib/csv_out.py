"""A query's rows as CSV straight from PostgreSQL, piece by piece: one statement, one snapshot, flat memory."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import StringIO
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from portico.lib.statements import Later, open_connection

# What makes a spreadsheet take a cell for a formula (OWASP, "CSV Injection"). A quote in front makes it a text.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
_PIECE = 65_536


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_SIGNS) else cell


def head_line(names: Sequence[str]) -> bytes:
    """The names of the columns, as the first line."""
    line = StringIO()
    csv.writer(line, lineterminator="\n").writerow([harmless(name) for name in names])
    return line.getvalue().encode()


class CsvOut:
    """Rows of texts as CSV; cells are made harmless. Iterate once; `rows` says how many have come so far.

    `sql` answers only texts and is ordered. Whoever stops before the end ends the statement.
    """

    def __init__(self, sql: str, params: Sequence[Any], values: Mapping[str, Any], columns: int) -> None:
        names = [f"c{number}" for number in range(columns)]
        signs = ", ".join(f"E'{sign.encode('unicode_escape').decode()}'" for sign in FORMULA_SIGNS)
        cells = ", ".join(
            f"CASE WHEN left({name}, 1) IN ({signs}) THEN '''' || {name} ELSE {name} END" for name in names
        )
        # The order in the inner query also keeps the planner from writing each of its expressions out twice.
        self._sql = f"COPY (SELECT {cells} FROM ({sql}) AS found ({', '.join(names)})) TO STDOUT (FORMAT csv)"  # noqa: S608 -- compiled by Django
        self._values = [values[one.name] if isinstance(one, Later) else one for one in params]
        self.rows = 0

    def __iter__(self) -> Iterator[bytes]:
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.wrap_database_errors, open_connection(connection) as opened:
            # COPY takes no parameters: values go in as literals.
            with psycopg.ClientCursor(opened) as cursor, cursor.copy(self._sql.encode(), self._values) as copy:
                waiting: list[bytes] = []
                size = 0
                for row in copy:
                    self.rows += 1
                    waiting.append(bytes(row))
                    size += len(row)
                    if size >= _PIECE:
                        yield b"".join(waiting)
                        waiting, size = [], 0
            yield b"".join(waiting)
