"""A bulk change made to its end, or to where somebody stops it: a portion of contacts in each transaction."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from portico.access import Actor, Permission, Role
from portico.audit.actions import record
from portico.contacts.actions.picking import Picked, change_picked
from portico.contacts.changing.actions import SUBJECT, State, defer
from portico.contacts.changing.kinds import KINDS
from portico.contacts.models import BulkChange
from portico.contacts.queries.narrowing import read_kept
from portico.errors import Refusal

SILENT = timedelta(minutes=1)  # a change that has not moved for so long may have lost its job
FORGOTTEN = timedelta(days=1)  # contacts that were chosen, and then nothing was done
KEPT = timedelta(days=30)  # what was stopped, or failed, and may be gone on with
_GOING = (State.WAITING, State.RUNNING)


class _Overtaken(Exception):  # noqa: N818 -- says what happened
    """It is not where we left it: somebody else goes on with it, or stopped it."""


def run_change(company_id: int, change_id: int, *, should_stop: Callable[[], bool] = lambda: False) -> bool:
    """The worker's part: change whoever is left. False when `should_stop` ended it before.

    Whoever has taken it over or stopped it ends it here quietly. What the actions refuse fails it; so does a bug, which
    is raised. A database that has gone is raised too, and the change stays as it is, to be taken up again.
    """
    rows = BulkChange.objects.filter(company_id=company_id, pk=change_id)
    if not rows.filter(state__in=_GOING).update(state=State.RUNNING, touched_at=Now()):
        return True
    change = rows.get()
    try:
        while _change_some(change):
            if should_stop():
                return False
    except _Overtaken:
        pass
    except OperationalError:
        raise
    except Refusal as no:
        _close(change, State.FAILED, problem=str(no))
    except Exception:
        _close(change, State.FAILED, problem=_("Something went wrong here; the worker's log says what."))
        raise
    return True


@transaction.atomic
def _change_some(change: BulkChange) -> bool:
    """Change the next contacts; False when there were none, which ends it."""
    actor, kind = _actor_of(change), KINDS[change.kind]
    kind.before(actor, change.value)
    _hold(change)
    picked = Picked(matching=read_kept(change.chosen), after=change.position, until=change.until)
    ids = change_picked(actor, picked, lambda actor, ids: kind.change(actor, ids, change.value))
    if not ids:
        _close(change, State.DONE)
        return False
    rows = BulkChange.objects.filter(company_id=change.company_id, pk=change.pk)
    rows.update(position=ids[-1], done=F("done") + len(ids), touched_at=Now())
    change.position = ids[-1]
    return True


def _hold(change: BulkChange) -> None:
    """Lock it, so that nobody else goes on with it or stops it until the transaction ends. Raises _Overtaken."""
    rows = BulkChange.objects.filter(company_id=change.company_id, pk=change.pk, state=State.RUNNING)
    if not rows.filter(position=change.position).select_for_update().exists():
        raise _Overtaken


@transaction.atomic
def _close(change: BulkChange, state: str, *, problem: str = "") -> None:
    rows = BulkChange.objects.filter(company_id=change.company_id, pk=change.pk, state=State.RUNNING)
    # Who was meant is nobody's business any more, unless somebody is to go on with it.
    forgotten: dict[str, Any] = {"chosen": {}} if state == State.DONE else {}
    if not rows.update(state=state, problem=problem, finished_at=Now(), touched_at=Now(), **forgotten):
        return
    done = BulkChange.objects.get(company_id=change.company_id, pk=change.pk).done
    why: dict[str, Any] = {"problem": problem} if problem else {}
    action = "contacts.change_done" if state == State.DONE else "contacts.change_failed"
    record(_actor_of(change), action, SUBJECT, change.pk, kind=change.kind, value=change.value, done=done, **why)


def _actor_of(change: BulkChange) -> Actor:
    """Who began it, with the permissions of that moment."""
    return Actor(
        company_id=change.company_id,
        name=change.by["name"],
        wire=change.by["wire"],
        permissions=frozenset(map(Permission, change.by["permissions"])),
        membership_id=change.by["membership_id"],
        role=Role(change.by["role"]) if change.by["role"] else None,
    )


def take_up_changes() -> None:
    """Give each change that waits for the worker a job, should its own be lost; forget what nobody began."""
    now = timezone.now()
    rows = BulkChange.objects.filter(touched_at__lt=now - SILENT)  # any company: upkeep
    for change in rows.filter(state__in=_GOING):
        defer(change)
    rows.filter(state=State.CHOSEN, touched_at__lt=now - FORGOTTEN).delete()
    rows.filter(state__in=(State.STOPPED, State.FAILED), touched_at__lt=now - KEPT).delete()
