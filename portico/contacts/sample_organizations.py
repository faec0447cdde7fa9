"""Made-up organizations where sample people work."""

from collections.abc import Sequence

from portico.access import Actor
from portico.contacts.actions.working import attach_organizations
from portico.contacts.models import Contact, Organization

# Name, industry, kind, city, country.
ORGANIZATIONS = (
    ("Alder Tools", "Manufacturing", "Vendor", "Hamburg", "DE"),
    ("Bluefjord Travel", "Travel", "Partner", "Malmö", "SE"),
    ("Cobalt Foods", "Retail", "Prospect", "Lyon", "FR"),
)
PEOPLE_EACH = 7


def add_sample_organizations(actor: Actor) -> None:
    """Make them where they are missing."""
    Organization.objects.bulk_create(
        (
            Organization(
                company_id=actor.company_id, name=name, industry=industry, kind=kind, city=city, country=country
            )
            for name, industry, kind, city, country in ORGANIZATIONS
        ),
        ignore_conflicts=True,
    )


def make_sample_organizations(actor: Actor, emails: Sequence[str]) -> None:
    """Make them where they are missing, and have the first of the people with these addresses work there."""
    add_sample_organizations(actor)
    names = [name for name, *_ in ORGANIZATIONS]
    ids = dict(Organization.objects.filter(company_id=actor.company_id, name__in=names).values_list("name", "pk"))
    people = (
        Contact.objects.filter(
            company_id=actor.company_id, source="sample", email__in=emails[: PEOPLE_EACH * len(names)]
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    chosen = list(people)
    # One after the other: an organization is locked before the people who work there.
    for number, name in enumerate(names):
        if name in ids:
            attach_organizations(actor, chosen[number :: len(names)], [ids[name]])
