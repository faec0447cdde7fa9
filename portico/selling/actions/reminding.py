"""Mails to people whose tasks are due today where they live."""

from datetime import date
from functools import partial

from django.db import connection, transaction
from django.utils.translation import ngettext

from portico.identity.notifications import Notification, tell_members
from portico.lib.figures import day

MOST_AT_ONCE = 500  # tasks of one transaction
_FROM = 7  # o'clock, where the person lives
# The claim and the mails are one transaction, so each task is told of once, whatever dies in between; and two workers
# never take the same one. A day is at most one ahead of the server's anywhere, which is what the index is asked for.
_CLAIM = """
UPDATE task SET reminded_at = now() FROM (
    SELECT task.id, portico_user.time_zone FROM task
    JOIN membership ON membership.id = task.owner_id AND membership.is_active
    JOIN portico_user ON portico_user.id = membership.user_id AND portico_user.is_active
    JOIN company ON company.id = task.company_id AND company.is_active
    WHERE task.completed_at IS NULL AND task.reminded_at IS NULL AND task.due_on <= (now() AT TIME ZONE 'UTC')::date + 1
        AND task.due_on <= (now() AT TIME ZONE portico_user.time_zone - make_interval(hours => %s))::date
    ORDER BY task.id LIMIT %s FOR UPDATE OF task SKIP LOCKED
) AS due WHERE task.id = due.id RETURNING task.owner_id, task.id, task.title, task.due_on
"""


def remind_of_tasks() -> int:
    """One mail to each person with tasks that are due and were not told of yet; answers how many tasks that were."""
    told = 0
    while claimed := _remind_of_some():
        told += claimed
    return told


@transaction.atomic
def _remind_of_some() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [_FROM, MOST_AT_ONCE])
        rows = sorted(cursor.fetchall())
    tasks: dict[int, list[tuple[str, date]]] = {}
    for owner_id, _, title, due_on in rows:
        tasks.setdefault(owner_id, []).append((" ".join(title.split()), due_on))
    tell_members({owner_id: partial(_letter, mine) for owner_id, mine in tasks.items()}, Notification.TASK_DUE)
    return len(rows)


def _letter(tasks: list[tuple[str, date]]) -> tuple[str, str]:
    subject = ngettext("A task is due", "%(number)d tasks are due", len(tasks)) % {"number": len(tasks)}
    lines = [f"- {title} ({day(due_on)})" for title, due_on in tasks]
    return subject, f"{subject}:\n\n" + "\n".join(lines) + "\n"
