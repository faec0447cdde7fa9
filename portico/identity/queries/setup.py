"""How far a company is set up, as its data say."""

from dataclasses import dataclass

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
    company = Company.objects.get(pk=actor.company_id)
    return Setup(
        has_key=keys.exists(),
        has_used_key=keys.exclude(last_used_at=None).exists(),
        lets_sites_ask=company.speaks("remote-authentication") and codes.exists(),
        has_colleague=people.filter(role__in=[Role.ADMIN, Role.MANAGER], api_username=None).exists(),
    )
