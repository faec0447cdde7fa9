"""Whether a company demands a second factor of those who run it."""

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.companies.models import CompanySetting

_NAME = "second_factor_demanded"


def demands_factor(company_column: str) -> Exists:
    """For a query: whether the company that this column names demands one."""
    return Exists(CompanySetting.objects.filter(company_id=OuterRef(company_column), name=_NAME))


def is_factor_demanded(actor: Actor) -> bool:
    """Whether the actor's company demands one."""
    return _rows(actor.company_id).exists()


@transaction.atomic
def demand_factor(actor: Actor, *, on: bool) -> bool:
    """Demand it from now on, or no longer. Answers whether that changed anything. Only for administrators."""
    actor.require(Permission.ADMINISTRATION)
    is_new = _write(actor.company_id) if on else bool(_rows(actor.company_id).delete()[0])
    if is_new:
        record(actor, "company.factor_demanded", "company", actor.company_id, on=on)
    return is_new


def _rows(company_id: int) -> "QuerySet[CompanySetting]":
    return CompanySetting.objects.filter(company_id=company_id, name=_NAME)


def _write(company_id: int) -> bool:
    try:
        with transaction.atomic():
            CompanySetting.objects.create(company_id=company_id, name=_NAME, value=True)
    except IntegrityError:
        return False
    return True
