"""The jobs that come round by the clock: when each is due, and one of them now."""

import time
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Max
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinatePeriodicDefer
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.periodic import PeriodicTask

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.errors import NotFound

_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Periodic:
    """`seconds` is how long it is from one time to the next. Overdue is what nobody has taken up for two of these."""

    name: str
    next_at: datetime
    seconds: int
    is_overdue: bool


def list_periodic_jobs(actor: Actor) -> list[Periodic]:
    """Those of this installation, which every company shares, by name."""
    actor.require(Permission.SETTINGS_WRITE)
    rows = ProcrastinatePeriodicDefer.objects.values("task_name").annotate(last=Max("defer_timestamp"))
    last = dict(rows.values_list("task_name", "last"))
    return [_periodic(name, task, last.get(task.task.name)) for name, task in sorted(_by_name().items())]


def run_periodic_job(actor: Actor, name: str) -> None:
    """Have it done now, once, however often it is asked for before a worker takes it up. Raises NotFound."""
    actor.require(Permission.SETTINGS_WRITE)
    found = _by_name().get(name)
    if found is None:
        raise NotFound("job")
    with transaction.atomic():
        try:
            with transaction.atomic():
                found.task.configure(**found.configure_kwargs).defer(timestamp=int(time.time()))
        except AlreadyEnqueued:
            return
        record(actor, "job.asked_for", "job", None, job=name)


def _by_name() -> "dict[str, PeriodicTask[..., object, ...]]":
    return {one.task.name.rpartition(".")[2]: one for one in app.periodic_registry.periodic_tasks.values()}


def _periodic(name: str, task: "PeriodicTask[..., object, ...]", last: int | None) -> Periodic:
    now = time.time()
    times = copy(task.croniter)  # it remembers where it is, and other threads use it too
    first, second = times.get_next(float, start_time=now), times.get_next(float)
    seconds = round(second - first)
    # One that has never been due since the installation was made is not late, unless it comes every few seconds.
    is_overdue = seconds <= _MINUTE if last is None else last + 2 * seconds + _MINUTE < now
    return Periodic(name, datetime.fromtimestamp(first, UTC), seconds, is_overdue)
