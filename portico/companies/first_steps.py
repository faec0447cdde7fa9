"""Whether a company's people still want to see the list of first steps."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import CompanySetting

_NAME = "first_steps_hidden"


def hides_first_steps(company_column: str) -> Exists:
    """For a query: whether the company that this column names has put the list away."""
    return Exists(CompanySetting.objects.filter(company_id=OuterRef(company_column), name=_NAME))


@transaction.atomic
def hide_first_steps(actor: Actor, *, is_hidden: bool) -> None:
    """Put the list away for the company, or have it shown again; once more changes nothing. Raises Denied."""
    actor.require(Permission.ADMINISTRATION)
    rows = CompanySetting.objects.filter(company_id=actor.company_id, name=_NAME)
    if not is_hidden:
        has_changed = bool(rows.delete()[0])
    else:
        has_changed = not rows.exists()
        CompanySetting.objects.bulk_create(
            [CompanySetting(company_id=actor.company_id, name=_NAME, value=True)], ignore_conflicts=True
        )
    if has_changed:
        record(actor, "first_steps.hidden" if is_hidden else "first_steps.shown", "company", actor.company_id)
