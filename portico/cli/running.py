"""Starting Portico, whole or in parts."""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from portico.cli.base import Failure, Said, command, core, data_option

if TYPE_CHECKING:
    from portico.lib.postgres import EmbeddedPostgres

SECONDS_BETWEEN_LOOKS = 0.5
MOST_CONNECTIONS = 4_096  # of a web process
FILES_BESIDE = 256  # that a web process has open beside its connections


def add_to(main: click.Group) -> None:
    for one in (up, web, worker):
        main.add_command(one)
    command(main, "migrate")(migrate)
    command(main, "check")(check)


def _listening_options(function: Callable[..., None]) -> Callable[..., None]:
    path = click.Path(exists=True, dir_okay=False, path_type=Path)
    for option in (
        data_option,
        click.option("--tls-key", type=path, help="The private key, PEM."),
        click.option("--tls-cert", type=path, help="The certificate chain, PEM."),
        click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535)),
        click.option("--host", default="127.0.0.1", show_default=True),
    ):
        function = option(function)
    return function


@click.command()
@click.option("--demo", is_flag=True, help="Make the demo company and print how to try it.")
@_listening_options
def up(*, host: str, port: int, tls_cert: Path | None, tls_key: Path | None, data: str | None, demo: bool) -> None:
    """Start everything: web server, job worker and, without DATABASE_URL, PostgreSQL.

    \b
    portico up --demo
    portico up --host 0.0.0.0 --port 443 --tls-cert cert.pem --tls-key key.pem
    """
    _both_or_none(tls_cert, tls_key)
    listening = ["--host", host, "--port", str(port)]
    if tls_cert and tls_key:
        listening += ["--tls-cert", str(tls_cert.absolute()), "--tls-key", str(tls_key.absolute())]
    stop = _stop_signals()
    os.environ.setdefault("PORTICO_URL", _address(host, port, is_secure=tls_cert is not None))
    with core(data), _only_one():
        _refuse_taken_port(host, port)
        from django.conf import settings
        from django.db import connections

        if demo:
            from portico.cli.demo import demo_text

            click.echo(demo_text())
        connections.close_all()
        os.environ["PORTICO_DATA"] = str(settings.DATA_FOLDER)
        if settings.HAS_OWN_DATABASE and os.geteuid() == 0:
            click.echo("You are root: PostgreSQL refuses that and runs as nobody. Prefer an ordinary user.", err=True)
        click.echo(f"Portico is starting on {settings.PUBLIC_URL}  (Ctrl-C stops it)")
        _run({"web": [*_ourselves(), "web", *listening], "worker": [*_ourselves(), "worker"]}, stop)
        click.echo("Stopped; nothing is lost.")


def _run(commands: dict[str, list[str]], stop: Callable[[], bool]) -> None:
    """Keep the commands and our own PostgreSQL running until asked to stop."""
    from portico.database import own_postgres
    from portico.lib.children import Children

    children, server = Children(), own_postgres()
    try:
        for name, one in commands.items():
            children.start(name, one)
        while not stop():
            if server is not None:
                _keep_up(server)
            children.tend()
            time.sleep(SECONDS_BETWEEN_LOOKS)
    finally:
        children.stop()
        if server is not None:
            server.stop()


def _keep_up(server: "EmbeddedPostgres") -> None:
    """Start our own PostgreSQL again if it was killed. What fails now is tried again at the next look."""
    import structlog

    from portico.lib.postgres import ServerFailed

    try:
        server.start()
    except ServerFailed as no:
        structlog.get_logger("portico.up").warning("postgres", problem=str(no))


def _ourselves() -> list[str]:
    return [sys.executable, "-m", "portico"]


def _stop_signals() -> Callable[[], bool]:
    asked: list[int] = []
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, lambda number, _frame: asked.append(number))
    return lambda: bool(asked)


def _both_or_none(tls_cert: Path | None, tls_key: Path | None) -> None:
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together.")


def _address(host: str, port: int, *, is_secure: bool) -> str:
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host  # noqa: S104 -- compared
    return f"http{'s' if is_secure else ''}://{name}:{port}"


@contextmanager
def _only_one() -> Iterator[None]:
    """One `portico up` per data folder. The kernel drops the lock with the process, however it went."""
    from django.conf import settings

    with (settings.DATA_FOLDER / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure(
                f"Portico runs already on {settings.DATA_FOLDER}: stop it first, or choose another folder with --data."
            ) from None
        yield


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as no:
            raise Failure(f"Cannot listen on {host} port {port}: {no.strerror}. Choose another with --port.") from None


@click.command()
@_listening_options
def web(*, host: str, port: int, tls_cert: Path | None, tls_key: Path | None, data: str | None) -> None:
    """Start only the web server.

    \b
    portico web --port 8080
    """
    from portico.lib.children import die_with_parent

    die_with_parent()
    _both_or_none(tls_cert, tls_key)
    with core(data):
        from django.conf import settings
        from django.db import connections
        from granian.constants import Interfaces
        from granian.log import LogLevels
        from granian.server import Server

        connections.close_all()
        os.environ["PORTICO_DATA"] = str(settings.DATA_FOLDER)
        Server(
            "portico.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=settings.WEB_PROCESSES,
            blocking_threads=settings.WEB_THREADS,
            backpressure=_most_connections(),
            websockets=False,
            ssl_cert=tls_cert,
            ssl_key=tls_key,
            respawn_failed_workers=True,
            workers_kill_timeout=20,
            log_level=LogLevels.error,
            process_name=None,
        ).serve()


def _most_connections() -> int:
    """How many connections a web process holds open at once: all that this system's limit on files allows.

    Most are idle, kept by clients for their next request. Were there as few as threads, three hundred idle ones would
    keep everybody else out.
    """
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(64, min(MOST_CONNECTIONS, soft - FILES_BESIDE))


@click.command()
@data_option
def worker(*, data: str | None) -> None:
    """Start only the job worker: mail, counts, upkeep.

    \b
    portico worker
    """
    from portico.lib.children import die_with_parent

    die_with_parent()
    with core(data):
        from portico.outbox.worker import run_worker

        run_worker()


def migrate() -> Said:
    """Bring the database's tables up to date; every other command does so too.

    \b
    portico migrate
    """
    return Said({"migrated": True}, "The tables are up to date.")


def check() -> Said:
    """Check settings and database, and name every protection that is loosened.

    \b
    portico check
    """
    from django.conf import settings
    from django.db import connection

    from portico.http.protections import loosened

    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0])
    mail = "sent" if settings.EMAIL_URL else "captured: nothing leaves (set PORTICO_EMAIL_URL)"
    value: dict[str, Any] = {
        "data": str(settings.DATA_FOLDER),
        "database": f"PostgreSQL {version}{' (own)' if settings.HAS_OWN_DATABASE else ''}",
        "address": settings.PUBLIC_URL,
        "mail": mail,
        "loosened": loosened(),
    }
    lines = [f"{name}: {value[name]}" for name in ("data", "database", "address", "mail")]
    return Said(value, "\n".join([*lines, *(f"loosened: {one}" for one in value["loosened"])]))
