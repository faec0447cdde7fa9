"""Data folders of tests' own whose database is migrated already: copies of one, since migrating costs seconds."""

import fcntl
import shutil
from pathlib import Path

from portico.lib.postgres import EmbeddedPostgres
from tests.cli.command import Command


def migrated_once(shared: Path) -> Path:
    """An empty installation in this folder, the same for all processes of a run: made by the first that asks."""
    folder, made = shared / "migrated", shared / "migrated.made"
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make_migrated_folder(folder)
            made.touch()
    return folder


def make_migrated_folder(folder: Path) -> Path:
    """A data folder with its embedded PostgreSQL, migrated, stopped, and empty."""
    folder.mkdir(mode=0o700)
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


def let_go_of_power_cuts(folder: Path) -> None:
    """Have the folder's PostgreSQL not wait for the disk: what is killed is as safe as ever, but not a power cut.

    Before it starts, and not where a test kills PostgreSQL itself: that is to run as everybody's does.
    """
    with (folder / "postgres" / "data" / "postgresql.conf").open("a") as settings:
        settings.write("\nfsync = off\n")
