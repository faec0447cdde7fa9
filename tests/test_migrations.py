"""The tables made, taken away and made again, each time in a database of the test's own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

IN_ANOTHER = """
import sys
from portico import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
import django
django.setup()
{then}
"""
MIGRATE = "from portico.database import migrate_if_needed; migrate_if_needed()"
THERE_AND_BACK = """
from django.db import connection
from portico.database import migrate_if_needed
from portico.lib.migrating import QuickExecutor
def tables():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relkind::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "UNION SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2")
        return [row for row in cursor.fetchall() if "procrastinate" not in row[1] and not row[1].startswith("django_")]
migrate_if_needed()
made = tables()
apps = "messaging", "contacts", "identity", "companies", "outbox", "audit"
QuickExecutor(connection).migrate([(app, None) for app in apps])
assert tables() == [], tables()
migrate_if_needed()
assert tables() == made
print(len(made))
"""


@pytest.fixture
def name() -> Iterator[str]:
    """A database with nothing in it."""
    database = f"portico_migrations_{uuid4().hex[:12]}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {database}")
        yield database
        cursor.execute(f"DROP DATABASE {database}")


def start(name: str, then: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", IN_ANOTHER.format(then=then), name],
        env={**os.environ, "PORTICO_DATA": str(settings.DATA_FOLDER)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_every_migration_runs_backwards_to_nothing_and_forwards_again(name: str) -> None:
    running = start(name, THERE_AND_BACK)
    said, _ = running.communicate()
    assert running.returncode == 0, said
    assert int(said) > 40


def test_two_processes_that_migrate_an_empty_database_at_once_both_succeed(name: str) -> None:
    both = [start(name, MIGRATE + "; migrate_if_needed()") for _ in range(3)]
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0, 0], said


def test_the_models_are_what_the_migrations_make() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
