from collections.abc import Iterator

import pytest

from portico.lib.postgres import EmbeddedPostgres
from tests.cli.command import Command


@pytest.fixture(scope="module")
def portico(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """The command on a folder of this file's own, with a company acme and its people; PostgreSQL stays up meanwhile."""
    folder = tmp_path_factory.mktemp("data with spaces")
    folder.chmod(0o700)
    command = Command(folder)
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        assert command("company", "add", "acme", "--name", "Acme Ltd").code == 0
        assert command("user", "add", "rita@acme.test", "--company", "acme", "--role", "rep").code == 0
        yield command
    finally:
        server.stop()
