"""The `portico` command as a person runs it: a process of its own on a data folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any

import psycopg

from portico.lib.postgres import PORT, socket_folder
from tests.cli.forking import ask


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended. `err` is without our log, which is one JSON object a line."""

    code: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        """The one JSON document that it printed."""
        assert self.code == 0, self.err
        return json.loads(self.out)


def _done(code: int, out: bytes, err: bytes) -> Done:
    lines = [line for line in err.decode().splitlines() if not line.startswith("{")]
    return Done(code, out.decode(), "\n".join(lines))


@dataclass(frozen=True, slots=True)
class Command:
    """`forker` is the socket of a process on the same folder that runs commands faster, see forking.py."""

    folder: Path
    forker: str = ""

    def environment(self, **settings: str) -> dict[str, str]:
        """Nothing of the suite's own settings but the folder; without DATABASE_URL the database is our own."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("PORTICO_", "DATABASE_URL"))}
        return {**kept, "PORTICO_DATA": str(self.folder), **settings}

    def __call__(self, *words: str, text: str | bytes = "", **settings: str) -> Done:
        given = text if isinstance(text, bytes) else text.encode()
        if self.forker and not settings:
            return self._forked(list(words), given)
        done = subprocess.run(
            [sys.executable, "-m", "portico", *words],
            input=given,
            capture_output=True,
            env=self.environment(**settings),
            check=False,
        )
        return _done(done.returncode, done.stdout, done.stderr)

    def _forked(self, words: list[str], given: bytes) -> Done:
        with TemporaryFile() as text, TemporaryFile() as out, TemporaryFile() as err:
            text.write(given)
            text.seek(0)
            code = ask(self.forker, words, [text.fileno(), out.fileno(), err.fileno()])
            out.seek(0)
            err.seek(0)
            return _done(code, out.read(), err.read())

    @contextmanager
    def forking(self) -> "Iterator[Command]":
        """The same command, faster, for as long as this lasts; the folder's database has to run."""
        with TemporaryDirectory() as place:
            path = f"{place}/forker"
            forker = subprocess.Popen(
                [sys.executable, "-m", "tests.cli.forking", path], env=self.environment(), stdout=subprocess.PIPE
            )
            try:
                assert forker.stdout is not None
                assert forker.stdout.readline() == b"ready\n"
                yield Command(self.folder, path)
            finally:
                forker.kill()
                forker.communicate()

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the folder's own PostgreSQL answers; it has to be running."""
        place = socket_folder(self.folder / "postgres")
        with psycopg.connect(host=str(place), port=PORT, user="portico", dbname="portico") as connection:
            return connection.execute(query.encode(), values or None).fetchall()
