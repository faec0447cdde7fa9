"""The `portico` command as a person runs it: a process of its own on a data folder of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from portico.lib.postgres import PORT, socket_folder


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


@dataclass(frozen=True, slots=True)
class Command:
    folder: Path

    def environment(self, **settings: str) -> dict[str, str]:
        """Nothing of the suite's own settings but the folder; without DATABASE_URL the database is our own."""
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("PORTICO_", "DATABASE_URL"))}
        return {**kept, "PORTICO_DATA": str(self.folder), **settings}

    def __call__(self, *words: str, text: str | bytes = "", **settings: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "portico", *words],
            input=text if isinstance(text, bytes) else text.encode(),
            capture_output=True,
            env=self.environment(**settings),
            check=False,
        )
        err = [line for line in done.stderr.decode().splitlines() if not line.startswith("{")]
        return Done(done.returncode, done.stdout.decode(), "\n".join(err))

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the folder's own PostgreSQL answers; it has to be running."""
        place = socket_folder(self.folder / "postgres")
        with psycopg.connect(host=str(place), port=PORT, user="portico", dbname="portico") as connection:
            return connection.execute(query.encode(), values or None).fetchall()
