"""How far a company is set up, as its data say."""

from dataclasses import dataclass

from django.db.models import Exists

from portico.access import Actor, Permission, Role
from portico.companies.models import Company
from portico.identity.models import ApiKey, Membership, SecurityCode


@dataclass(frozen=True, slots=True)
class Setup:
    has_key: bool
    has_used_key: bool
    lets_sites_ask: bool
    has_colleague: bool


def get_setup(actor: Actor) -> Setup:
    """Whether there is a key and one was used, sites can ask for logins, and more than one person looks after this."""
    actor.require(Permission.ADMINISTRATION)
    keys = ApiKey.objects.filter(company_id=actor.company_id, revoked_at=None)
    codes = SecurityCode.objects.filter(company_id=actor.company_id, revoked_at=None)
    people = Membership.objects.filter(company_id=actor.company_id, is_active=True).exclude(pk=actor.membership_id or 0)
    company = Company.objects.annotate(  # in one statement: the first screen has much else to ask
        has_key=Exists(keys),
        has_used_key=Exists(keys.exclude(last_used_at=None)),
        has_code=Exists(codes),
        has_colleague=Exists(people.filter(role__in=[Role.ADMIN, Role.MANAGER], api_username=None)),
    ).get(pk=actor.company_id)
    return Setup(
        has_key=company.has_key,
        has_used_key=company.has_used_key,
        lets_sites_ask=company.speaks("remote-authentication") and company.has_code,
        has_colleague=company.has_colleague,
    )
