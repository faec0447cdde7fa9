"""A few contacts for a word, where somebody types."""

from functools import lru_cache

from django.db.models.expressions import RawSQL

from portico.access import Actor, Permission
from portico.contacts.models import Contact
from portico.contacts.queries.choosing import Chosen, choice, in_id_order
from portico.lib.statements import Shape, Statement, as_documents, compiled, later_number, paged


def list_found_contacts(actor: Actor, shape: Shape, term: str, *, most: int) -> str:
    """The newest contacts in which the term is found, as JSON objects joined by commas, without a total.

    None for an empty term, and for who may not read contacts: the answer is made of what each may see.
    """
    if not term or not actor.may(Permission.CONTACTS_READ):
        return ""
    what = choice(actor, Chosen(search=term))
    return ",".join(row[0] for row in _statement(shape, what.parts, most).fetch(what.values))


@lru_cache(maxsize=64)
def _statement(shape: Shape, parts: frozenset[str], most: int) -> Statement:
    # Found before they are built, and planned with the term in sight (decision 0006).
    sql, values = in_id_order(parts).values("id").query.sql_with_params()
    found = RawSQL(*paged(sql, values, limit=most, offset=False))  # noqa: S611 -- compiled by Django
    rows = Contact.objects.filter(company_id=later_number("company"), id__in=found)
    return compiled(as_documents(rows.order_by("-id"), shape), prepared=False)
