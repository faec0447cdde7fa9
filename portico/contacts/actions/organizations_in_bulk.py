"""Many organizations in one call: those that are named, or the next ones of all that match."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from portico.access import Actor, Permission
from portico.audit.actions import record
from portico.contacts.actions.locking import begin_owning
from portico.contacts.actions.organizations import delete_organizations, refusals
from portico.contacts.models import Organization
from portico.contacts.organization_fields import checked_organization
from portico.contacts.queries.organizations import ChosenOrganizations, matching_organizations
from portico.errors import Invalid
from portico.lib.statements import Statement, compiled, later_number

AT_ONCE = 50
MOST_NAMED = 10_000


@dataclass(frozen=True, slots=True)
class Which:
    """Organizations by `ids`; without them the AT_ONCE next ones above `after` of those that match, by id."""

    ids: tuple[int, ...] | None = None
    chosen: ChosenOrganizations = field(default_factory=ChosenOrganizations)
    after: int = 0


@transaction.atomic
def set_field_of_organizations(actor: Actor, which: Which, *, name: str, value: Any) -> list[int]:
    """Write one value into one field of these organizations; answers those there are, by id. Raises Invalid."""
    actor.require(Permission.TAGS_WRITE)
    values = checked_organization({name: value})
    if values.get("owner_id"):
        begin_owning(actor)
    rows = Organization.objects.filter(company_id=actor.company_id, pk__in=_ids(actor, which)).order_by("pk")
    ids = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    with refusals():
        changed = Organization.objects.filter(company_id=actor.company_id, pk__in=ids)
        changed.update(**values, updated_at=Now())
    if ids:
        record(actor, "organization.changed", "organization", None, field=name, value=value, organizations=ids)
    return ids


@transaction.atomic
def delete_several_organizations(actor: Actor, which: Which) -> list[int]:
    """Delete these organizations, as delete_organizations does; answers those there were, by id."""
    return delete_organizations(actor, _ids(actor, which))


def _ids(actor: Actor, which: Which) -> Sequence[int]:
    if which.ids is not None:
        if len(which.ids) > MOST_NAMED:
            raise Invalid.one("organizations", "many", f"At most {MOST_NAMED} at once.")
        return [id for id in which.ids if 0 < id < 2**63]
    values = {"company": actor.company_id, "after": which.after, **which.chosen.values()}
    return [row[0] for row in _next(which.chosen.parts()).fetch(values)]


@lru_cache(maxsize=16)
def _next(parts: frozenset[str]) -> Statement:
    rows = matching_organizations(parts).filter(id__gt=later_number("after")).order_by("id")
    return compiled(rows.values_list("id")[:AT_ONCE], prepared=not parts)
