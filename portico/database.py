"""The database brought up: our own PostgreSQL unless DATABASE_URL names one, and migrations when some are missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection, connections

from portico.lib.migrating import QuickExecutor
from portico.lib.postgres import EmbeddedPostgres

_MIGRATING = 7_263_001  # a number of ours among PostgreSQL's advisory locks


def own_postgres() -> EmbeddedPostgres | None:
    """The embedded server of this data folder, or None where DATABASE_URL names another."""
    return EmbeddedPostgres(settings.DATA_FOLDER / "postgres") if settings.HAS_OWN_DATABASE else None


@contextmanager
def running_database() -> Iterator[EmbeddedPostgres | None]:
    """The database runs inside this context; the last process that leaves stops our own."""
    server = own_postgres()
    if server is not None:
        server.start()
    try:
        yield server
    finally:
        connections.close_all()
        if server is not None:
            server.stop()


def migrate_if_needed() -> None:
    """Bring the tables up to date. Of two processes at once one does it and the other waits. Quick when up to date."""
    if not _missing():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATING])
        try:
            if _missing():
                executor = QuickExecutor(connection)
                executor.migrate(executor.loader.graph.leaf_nodes())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATING])


def _missing() -> set[tuple[str, str]]:
    """Migrations on disk that the database does not know: names only, since loading them all takes half a second."""
    on_disk = {
        (app.label, file.stem)
        for app in apps.get_app_configs()
        for file in (Path(app.path) / "migrations").glob("*.py")
        if file.stem != "__init__"
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('django_migrations') IS NOT NULL")
        if cursor.fetchone() != (True,):
            return on_disk
        cursor.execute("SELECT app, name FROM django_migrations")
        return on_disk - set(cursor.fetchall())
