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

BACK_WITH_WHAT_IS_FOR_SOME = """
from django.db import connection
from portico.access import operator
from portico.companies.actions import add_company
from portico.content.actions.learning import save_announcement
from portico.database import migrate_if_needed
from portico.lib.migrating import QuickExecutor
from portico.selling.actions.calendar import save_event
migrate_if_needed()
actor = operator(add_company(slug="a", name="A").pk)
times = dict(starts_at="2099-01-01T10:00Z", ends_at="2099-01-01T11:00Z")
for title, audience in (("All", None), ("Some", dict(roles=["admin"]))):
    save_announcement(actor, dict(external_id=title, title=title, audience=audience))
    save_event(actor, dict(external_id=title, title=title, audience=audience, **times))
QuickExecutor(connection).migrate([("content", "0002_learning"), ("selling", "0003_console")])
with connection.cursor() as cursor:
    cursor.execute("SELECT (SELECT string_agg(title, ',') FROM announcement WHERE is_active),"
                   " (SELECT string_agg(title, ',') FROM calendar_event)")
    print(*cursor.fetchone())
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


def test_what_is_for_some_is_shown_to_nobody_by_tables_that_know_only_everybody(name: str) -> None:
    running = start(name, BACK_WITH_WHAT_IS_FOR_SOME)
    said, _ = running.communicate()
    assert (running.returncode, said.strip()) == (0, "All All"), said


def test_two_processes_that_migrate_an_empty_database_at_once_both_succeed(name: str) -> None:
    both = [start(name, MIGRATE + "; migrate_if_needed()") for _ in range(3)]
    said = [one.communicate()[0] for one in both]
    assert [one.returncode for one in both] == [0, 0, 0], said


def test_the_models_are_what_the_migrations_make() -> None:
    from django.core.management import call_command

    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
