"""How many there are, from the counts that PostgreSQL keeps."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Exists, Expression, OuterRef, Sum

from portico.access import Actor, Permission
from portico.companies.sample import is_sample
from portico.contacts.models import Consent, Contact, ContactCount, Tag
from portico.contacts.queries.beside import number_of
from portico.identity.queries.reps import require_numbers_of
from portico.lib.statements import Literal

_EPOCH = date(1970, 1, 1)
_NEWEST = 1000  # contacts that are looked at, whatever the size of the company


def count_contacts_by_consent(actor: Actor) -> Counter[str]:
    """How many of the company's contacts have which consent."""
    actor.require(Permission.REPORTS_READ)
    kept = ContactCount.objects.filter(company_id=actor.company_id, kind=ContactCount.Kind.ALL)
    return Counter(dict(kept.values_list("value").annotate(total=Sum("n"))))


def count_contacts_by_day(actor: Actor, consent: Consent, *, first: date, end: date) -> dict[date, int]:
    """How many of those with this consent came on which day in UTC, before `end`. Days without any are left out."""
    actor.require(Permission.REPORTS_READ)
    kept = ContactCount.objects.filter(
        company_id=actor.company_id,
        kind=ContactCount.Kind.DAY,
        value=consent,
        ref__gte=(first - _EPOCH).days,
        ref__lt=(end - _EPOCH).days,
    )
    totals = kept.values_list("ref").annotate(total=Sum("n")).exclude(total=0)
    return {_EPOCH + timedelta(days=day): int(total) for day, total in totals}


def count_contacts_by_owner(actor: Actor, owner_ids: Sequence[int]) -> dict[int, int]:
    """How many contacts each of these members has, those that it discarded left out, and whoever has none."""
    require_numbers_of(actor, owner_ids)
    kept = ContactCount.objects.filter(company_id=actor.company_id, kind=ContactCount.Kind.OWNER, ref__in=owner_ids)
    return {owner: int(n) for owner, n in kept.exclude(value="discarded").values_list("ref").annotate(n=Sum("n")) if n}


def mysite_leads_of_member() -> Expression:
    """How many contacts a member's own page has brought: for shapes of Membership, from an index of just those."""
    own = Contact.objects.filter(company_id=OuterRef("company_id"), owner_id=OuterRef("id"))
    return number_of(own.filter(lead_type=Literal("mysite")))


def count_tags(actor: Actor) -> int:
    """Counted, not kept: a company has some hundreds, and all of them are in one index."""
    actor.require(Permission.REPORTS_READ)
    return Tag.objects.filter(company_id=actor.company_id).count()


def has_own_contacts(company_column: str) -> Exists:
    """For a query: whether the company that this column names has a contact, among its newest, that is not made up."""
    newest = Contact.objects.filter(company_id=OuterRef(OuterRef(company_column))).order_by("-pk").values("pk")
    own = Contact.objects.filter(company_id=OuterRef(company_column), pk__in=newest[:_NEWEST])
    return Exists(own.exclude(is_sample("contact")))
