"""What somebody has to do today, and should have done before."""

from dataclasses import dataclass
from datetime import date

from django.db.models import BooleanField, Case, F, Value, When

from portico.access import Actor, Permission
from portico.selling.models import Task
from portico.selling.queries.tasks import IS_OVERDUE, Today


@dataclass(frozen=True, slots=True)
class DueTask:
    """A task whose day has come where its owner lives. `about` is what its contact is called, "" without one."""

    id: int
    title: str
    due_on: date
    is_overdue: bool
    contact_id: int | None
    about: str


def list_due_tasks(actor: Actor, *, count: int) -> list[DueTask]:
    """The first `count` of the actor's own, the longest overdue before the others; along the index task_open."""
    actor.require(Permission.CONTACTS_READ)
    rows = Task.objects.filter(company_id=actor.company_id, owner_id=actor.membership_id or 0, completed_at=None)
    rows = rows.filter(due_on__lte=Today("owner__user__time_zone"))
    is_overdue = Case(When(IS_OVERDUE, then=Value(True)), default=Value(False), output_field=BooleanField())  # noqa: FBT003 -- SQL's
    found = rows.order_by("due_on", "id").values_list(
        "id", "title", "due_on", is_overdue, "contact_id",
        F("contact__first_name"), F("contact__last_name"), F("contact__email"),
    )[:count]  # fmt: skip
    return [
        DueTask(id, title, due_on, is_late, contact_id, _name(*names))
        for id, title, due_on, is_late, contact_id, *names in found
    ]


def _name(first: str | None, last: str | None, email: str | None) -> str:
    return f"{first or ''} {last or ''}".strip() or email or ""
