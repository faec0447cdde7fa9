"""How far a company is set up, as its data say."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from portico.access import Actor, Permission, Role
from portico.companies.first_steps import hides_first_steps
from portico.companies.models import Company
from portico.companies.sample import has_sample
from portico.identity.models import ApiKey, Membership, SecurityCode


@dataclass(frozen=True, slots=True)
class Setup:
    """`more` are the answers to what the caller asks besides. `is_hidden`: nobody wants to see the list any more."""

    has_key: bool
    has_used_key: bool
    lets_sites_ask: bool
    has_colleague: bool
    is_hidden: bool
    has_sample: bool
    more: Mapping[str, bool]


def get_setup(actor: Actor, **more: Exists) -> Setup:
    """Whether there is a key and one was used, sites can ask for logins, and more than one person looks after this.

    One statement; `more` are conditions about Company that others know of.
    """
    actor.require(Permission.ADMINISTRATION)
    of_company = {"company_id": OuterRef("pk")}
    keys = ApiKey.objects.filter(**of_company, revoked_at=None)
    codes = SecurityCode.objects.filter(**of_company, revoked_at=None)
    people = Membership.objects.filter(
        **of_company, is_active=True, role__in=[Role.ADMIN, Role.MANAGER], api_username=None
    )
    row = (
        Company.objects.filter(pk=actor.company_id)
        .annotate(**more)
        .values(
            *more,
            has_key=Exists(keys),
            has_used_key=Exists(keys.exclude(last_used_at=None)),
            lets_sites_ask=Exists(codes) & Q(modules__contains=["remote-authentication"]),
            has_colleague=Exists(people.exclude(pk=actor.membership_id or 0)),
            is_hidden=hides_first_steps("pk"),
            has_sample=has_sample("pk"),
        )
        .get()
    )
    return Setup(more={name: row.pop(name) for name in more}, **row)
