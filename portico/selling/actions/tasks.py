import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Lower, Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.activities import note_activity
from portico.contacts.actions.locking import locked
from portico.contacts.fields import checked_date, checked_each, checked_text
from portico.contacts.queries.contacts import visible_contacts
from portico.errors import Invalid, NotFound, Outdated
from portico.lib.statements import Shape
from portico.selling.models import Priority, Task
from portico.selling.queries.tasks import get_task_document, visible_tasks

WRITABLE = ("title", "description", "priority", "due_on", "contact_id", "contact_email", "is_completed")
LONGEST_TITLE, LONGEST_DESCRIPTION = 255, 10_000
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ].*)?", re.ASCII)
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)


@transaction.atomic
def add_task(actor: Actor, values: Mapping[str, Any], shape: Shape) -> str:
    """A task of the actor's own, from WRITABLE; answers its document. Raises Invalid, also for another's contact.

    Whom it is about is named by its id or its address.
    """
    actor.require(Permission.CONTACTS_WRITE)
    checked = _with_contact(actor, _checked({"title": None, **values}))
    is_completed = checked.pop("is_completed", False)
    _keep_contact(actor, checked.get("contact_id"))
    task = Task.objects.create(
        company_id=actor.company_id,
        owner_id=actor.membership_id or 0,
        completed_at=Now() if is_completed else None,
        **checked,
    )
    _record(actor, "task.added", task, [*checked])
    if is_completed:
        _note_completion(task)
    return get_task_document(actor, shape, task.pk)


@transaction.atomic
def change_task(
    actor: Actor, task_id: int, values: Mapping[str, Any], shape: Shape, *, seen: datetime | None = None
) -> str:
    """Change some of WRITABLE; completing what is completed changes nothing. Raises NotFound, Invalid.

    With `seen`, its `updated_at` when somebody read it: raises Outdated where it has been changed since.
    """
    actor.require(Permission.CONTACTS_WRITE)
    checked = _with_contact(actor, _checked(values))
    if "contact_id" in checked:  # before the task: nobody who holds a task waits for a contact
        _keep_contact(actor, checked["contact_id"])
    task = _locked(actor, task_id)
    if seen is not None and task.updated_at != seen:
        raise Outdated
    is_completed = checked.pop("is_completed", task.completed_at is not None)
    new = {name: value for name, value in checked.items() if getattr(task, name) != value}
    if "due_on" in new:
        new["reminded_at"] = None  # another day, another reminder
    has_turned = is_completed != (task.completed_at is not None)
    if has_turned:
        new["completed_at"] = Now() if is_completed else None
    if new:
        Task.objects.filter(company_id=actor.company_id, pk=task.pk).update(**new, updated_at=Now())
        _record(actor, _event(has_turned=has_turned, is_completed=is_completed), task, sorted(new))
    if has_turned and is_completed:
        task.contact_id = new.get("contact_id", task.contact_id)
        _note_completion(task)
    return get_task_document(actor, shape, task.pk)


def complete_task(actor: Actor, task_id: int, shape: Shape) -> str:
    """Idempotent: of two at once, one completes it. Raises NotFound."""
    return change_task(actor, task_id, {"is_completed": True}, shape)


def reopen_task(actor: Actor, task_id: int, shape: Shape) -> str:
    """Idempotent too. Raises NotFound."""
    return change_task(actor, task_id, {"is_completed": False}, shape)


@transaction.atomic
def delete_task(actor: Actor, task_id: int) -> None:
    """Raises NotFound."""
    actor.require(Permission.CONTACTS_WRITE)
    task = _locked(actor, task_id)
    Task.objects.filter(company_id=actor.company_id, pk=task.pk).delete()
    _record(actor, "task.deleted", task, [])


def _locked(actor: Actor, task_id: int) -> Task:
    task = visible_tasks(actor).filter(pk=task_id).select_for_update(no_key=True).first()
    if task is None:
        raise NotFound("task")
    return task


def _keep_contact(actor: Actor, contact_id: int | None) -> None:
    """It stays until the transaction ends, so that no task is about nobody."""
    if contact_id is not None and not locked(actor, [contact_id]):
        raise Invalid.one("contact_id", "exists", "There is no such contact.")


def _with_contact(actor: Actor, checked: dict[str, Any]) -> dict[str, Any]:
    """Whom an address names; an empty one is nobody's."""
    if "contact_email" not in checked:
        return checked
    email = checked.pop("contact_email")
    found = visible_contacts(actor).alias(lower=Lower("email")).filter(lower=Lower(Value(email)))
    contact_id = found.values_list("pk", flat=True).first() if email else None
    if email and contact_id is None:
        raise Invalid.one("contact_email", "exists", "There is no such contact.")
    return {**checked, "contact_id": contact_id}


def _event(*, has_turned: bool, is_completed: bool) -> str:
    if not has_turned:
        return "task.changed"
    return "task.completed" if is_completed else "task.reopened"


def _record(actor: Actor, action: str, task: Task, fields: list[str]) -> None:
    """Without the words of the task, which may say anything about anybody."""
    about = [] if task.contact_id is None else [task.contact_id]
    record(actor, action, "task", task.pk, contacts=about, fields=[name for name in fields if name != "reminded_at"])


def _note_completion(task: Task) -> None:
    if task.contact_id is not None:
        note_activity(task.company_id, task.contact_id, "task.completed", "task", task.pk, title=task.title)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    for name in values:
        if name not in WRITABLE:
            raise KeyError(name)
    return checked_each(values, _CHECKS)


def _title(value: Any) -> str:
    text = (checked_text(value, LONGEST_TITLE) or "").strip()
    if not text:
        raise ValueError("required: A task needs a title.")
    return text


def _priority(value: Any) -> str:
    if value not in Priority.values:
        raise ValueError(f"unknown: This must be one of {', '.join(Priority.values)}.")
    return str(value)


def _day(value: Any) -> date | None:
    if isinstance(value, str) and value and not _DAY.fullmatch(value):
        raise ValueError("date: This must be a day like 2024-01-20.")
    day = checked_date(value)
    if day is not None and not _FIRST_DAY <= day <= _LAST_DAY:
        raise ValueError(f"date: This must be a day from {_FIRST_DAY} to {_LAST_DAY}.")
    return day


def _as_it_is(value: Any) -> Any:
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "title": _title,
    "description": lambda value: checked_text(value, LONGEST_DESCRIPTION) or "",
    "priority": _priority,
    "due_on": _day,
    "contact_id": _as_it_is,
    "contact_email": lambda value: (checked_text(value, LONGEST_TITLE) or "").strip(),
    "is_completed": bool,
}
