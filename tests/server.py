"""A Portico of the tests' own, started as a person would start it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import requests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_of_thread = threading.local()


def _session() -> requests.Session:
    """One for each thread, and nothing of the surroundings is read: making one costs as much as a short answer."""
    if not hasattr(_of_thread, "session"):
        _of_thread.session = requests.Session()
        _of_thread.session.trust_env = False
    return _of_thread.session  # type: ignore[no-any-return]  # a local of a thread has any


class OwnDatabase:
    """A fresh database on DATABASE_URL's server, or the embedded one in the data folder; gone afterwards."""

    def __init__(self) -> None:
        self._url = os.environ.get("DATABASE_URL")
        self._name = f"portico_tests_{uuid4().hex[:12]}"
        if self._url:
            self._administer(f"CREATE DATABASE {self._name}")
            # Nothing of a test outlives the machine, and what is killed is as safe as ever.
            self._administer(f"ALTER DATABASE {self._name} SET synchronous_commit = off")
            parts = urlsplit(self._url)
            place = (parts.scheme, parts.netloc, f"/{self._name}", parts.query, "")
            os.environ["DATABASE_URL"] = urlunsplit(place)

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._url or "", autocommit=True) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def running(self) -> Iterator[None]:
        """Up and migrated."""
        from portico.database import migrate_if_needed, running_database

        with running_database():
            migrate_if_needed()
            yield

    def drop(self) -> None:
        if self._url:
            self._administer(f"DROP DATABASE {self._name} WITH (FORCE)")


class Server:
    """`portico up` as a process of its own; or `portico web`, on the data folder of one that is up.

    In a setting, {port} stands for the port.
    """

    def __init__(self, folder: Path, command: str = "up", **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = folder / f"server-{self.port}.log"
        environment = {
            "PORTICO_LOG_REQUESTS": "on",
            "PORTICO_WEB_PROCESSES": "2",
            "PORTICO_WEB_THREADS": "16",
            "PORTICO_HASHES_WAITING": "32",  # tests sign in many at once, each of whom is to get in
            "PORTICO_ALLOW_PRIVATE_WEBHOOKS": "on",  # receivers of the tests' own
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portico", command, "--port", str(self.port), "--data", str(folder)],
                env={
                    **os.environ,
                    **environment,
                    **{name: text.format(port=self.port) for name, text in settings.items()},
                },
                stdout=log,
                stderr=log,
            )

    @classmethod
    @contextmanager
    def running(cls, folder: Path, command: str = "up", **settings: str) -> "Iterator[Server]":
        server = cls(folder, command, **settings)
        try:
            server.wait()
            yield server
        finally:
            server.stop()

    def wait(self, seconds: float = 60) -> None:
        """Until it answers. Raises AssertionError with its log when it does not."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                requests.get(self.url, timeout=5)
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(self.log())

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)

    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    def call(self, method: str, path: str, **how: Any) -> requests.Response:
        """One request; redirects are not followed. `path` begins with a slash.

        On a connection of its own and without anybody's cookies, so that any of the server's processes may answer.
        """
        session = _session()
        try:
            return session.request(method, self.url + path, timeout=60, allow_redirects=False, **how)
        finally:
            session.close()
            session.cookies.clear()

    def get(self, path: str, **how: Any) -> requests.Response:
        return self.call("GET", path, **how)

    def post(self, path: str, **how: Any) -> requests.Response:
        return self.call("POST", path, **how)

    def put(self, path: str, **how: Any) -> requests.Response:
        return self.call("PUT", path, **how)

    def delete(self, path: str, **how: Any) -> requests.Response:
        return self.call("DELETE", path, **how)
