"""People who change many contacts at once, and processes that do it which a test can kill."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from portico.access import Actor, Role, permissions_of
from portico.contacts.changing.actions import start_change
from portico.contacts.models import BulkChange
from portico.identity.models import Membership

_RUN = """
import sys
import django
django.setup()
from portico.contacts.changing.running import run_change
run_change(int(sys.argv[1]), int(sys.argv[2]))
"""


def acting(member: Membership) -> Actor:
    """What this person's session would be."""
    permissions = permissions_of(Role(member.role), member.permissions)
    return Actor(
        member.company_id, member.user.email, "test", permissions,
        membership_id=member.pk, user_id=member.user_id, role=Role(member.role),
    )  # fmt: skip


@contextmanager
def no_worker() -> Iterator[None]:
    """Jobs that are made within this are gone before any worker sees them, so that only the test does them."""
    with transaction.atomic(), connection.cursor() as cursor:
        yield
        cursor.execute("DELETE FROM procrastinate_jobs WHERE queueing_lock LIKE 'bulk change %' AND status = 'todo'")


def started(actor: Actor, change: BulkChange, kind: str, text: str = "") -> BulkChange:
    """Waiting, and nobody is at it."""
    with no_worker():
        return start_change(actor, change.pk, kind, text)


def runner_of(change: BulkChange) -> "subprocess.Popen[bytes]":
    """A process that does what the worker does with it."""
    command = [sys.executable, "-c", _RUN, str(change.company_id), str(change.pk)]
    return subprocess.Popen(command, stderr=subprocess.DEVNULL)


def now(change: BulkChange) -> BulkChange:
    change.refresh_from_db()
    return change
