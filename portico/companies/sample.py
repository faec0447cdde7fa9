"""Which of a company's things are made up: they are marked when they are made."""

from django.db.models import Exists, OuterRef

from portico.access import Actor
from portico.companies.models import SampleThing


def has_sample(company_column: str) -> Exists:
    """For a query: whether the company that this column names has sample data."""
    return Exists(SampleThing.objects.filter(company_id=OuterRef(company_column)))


def count_sample(actor: Actor, kind: str) -> int:
    """How many things of a kind ("contact", "tag", ...) are marked."""
    return SampleThing.objects.filter(company_id=actor.company_id, kind=kind).count()


def has_any_sample(actor: Actor) -> bool:
    """Whether anything of the company is marked."""
    return SampleThing.objects.filter(company_id=actor.company_id).exists()


def is_sample(kind: str) -> Exists:
    """For a query of things of this kind: whether a thing is marked."""
    return Exists(SampleThing.objects.filter(company_id=OuterRef("company_id"), kind=kind, thing_id=OuterRef("pk")))
