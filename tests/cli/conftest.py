from collections.abc import Iterator
from pathlib import Path

import pytest

from portico.lib.postgres import EmbeddedPostgres
from tests.cli.command import Command
from tests.folders import copy_folder, let_go_of_power_cuts


@pytest.fixture(scope="module")
def portico(migrated_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command on a folder of this file's own, with a company acme and its people; PostgreSQL stays up meanwhile."""
    folder = copy_folder(migrated_folder, tmp_path_factory.mktemp("data with spaces"))
    let_go_of_power_cuts(folder)
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        with Command(folder).forking() as command:
            assert command("company", "add", "acme", "--name", "Acme Ltd").code == 0
            assert command("user", "add", "rita@acme.test", "--company", "acme", "--role", "rep").code == 0
            yield command
    finally:
        server.stop()
