"""What a form offers to choose from, all of it in one statement."""

from functools import lru_cache
from typing import Literal

from portico.access import Actor, Permission
from portico.contacts.models import List, Organization, Segment, Tag
from portico.contacts.queries.fields import fields_of
from portico.lib.statements import Shape, Statement, as_documents, compiled_together, later_number

Group = Literal["tags", "lists", "fields", "organizations", "segments"]


def list_choice_documents(actor: Actor, shapes: tuple[tuple[Group, Shape], ...]) -> dict[Group, str]:
    """The company's tags, lists, segments and organizations by title and its contacts' custom fields.

    Each group is JSON objects joined by commas.
    """
    actor.require(Permission.REPORTS_READ)
    row = _statement(shapes).fetch_one({"company": actor.company_id}) if shapes else ()
    return {name: text for (name, _), text in zip(shapes, row or (), strict=True)}


@lru_cache(maxsize=64)
def _statement(shapes: tuple[tuple[Group, Shape], ...]) -> Statement:
    company = later_number("company")
    rows = {
        "tags": Tag.objects.filter(company_id=company).order_by("title", "id"),
        "lists": List.objects.filter(company_id=company).order_by("title", "id"),
        "fields": fields_of(company),
        "organizations": Organization.objects.filter(company_id=company).order_by("name", "id"),
        "segments": Segment.objects.filter(company_id=company).order_by("title", "id"),
    }
    return compiled_together(*(as_documents(rows[name], shape) for name, shape in shapes))
