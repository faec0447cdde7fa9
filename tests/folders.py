"""Data folders of tests' own whose database is migrated already: copies of one, since migrating costs seconds."""

import shutil
from pathlib import Path

from portico.lib.postgres import EmbeddedPostgres
from tests.cli.command import Command


def make_migrated_folder(folder: Path) -> Path:
    """A data folder with its embedded PostgreSQL, migrated, stopped, and empty."""
    folder.chmod(0o700)
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    try:
        assert Command(folder)("migrate").code == 0
    finally:
        server.stop()
    return folder


def copy_folder(migrated: Path, folder: Path) -> Path:
    """The same as another folder, which must not be there yet or be empty."""
    shutil.copytree(migrated, folder, dirs_exist_ok=True)
    folder.chmod(0o700)
    return folder
