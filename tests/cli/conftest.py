from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from portico.lib.postgres import PORT, EmbeddedPostgres, socket_folder
from tests.cli.command import Command
from tests.folders import copy_folder, let_go_of_power_cuts

AGAIN = ("DROP DATABASE portico WITH (FORCE)", "CREATE DATABASE portico TEMPLATE as_at_first")


@pytest.fixture(scope="session")
def first_portico(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command on a folder with a company acme and its people, which are kept beside as they are at first."""
    folder = copy_folder(migrated_folder, tmp_path_factory.mktemp("data with spaces"))
    let_go_of_power_cuts(folder)
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        with Command(folder).forking() as command:
            assert command("company", "add", "acme", "--name", "Acme Ltd").code == 0
            assert command("user", "add", "rita@acme.test", "--company", "acme", "--role", "rep").code == 0
            run_beside(folder, "CREATE DATABASE as_at_first TEMPLATE portico")
            yield command
    finally:
        server.stop()


@pytest.fixture(scope="module")
def portico(first_portico: Command) -> Command:
    """The same for each file, whatever another one did; PostgreSQL stays up meanwhile."""
    run_beside(first_portico.folder, *AGAIN)
    return first_portico


def run_beside(folder: Path, *statements: str) -> None:
    """In another database of the folder's PostgreSQL: for what nobody may be connected to."""
    place = str(socket_folder(folder / "postgres"))
    with psycopg.connect(host=place, port=PORT, user="portico", dbname="postgres", autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
