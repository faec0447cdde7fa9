"""Reading on in the contact list begins in an index, wherever in the list that is."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.models import Contact
from portico.contacts.queries import walking
from portico.contacts.queries.choosing import Chosen, choice
from portico.contacts.queries.contacts import Order
from portico.contacts.queries.walking import Place
from portico.lib.statements import Later
from portico.protocols.fluentcrm.shapes import BRIEF, LISTED
from tests.make import make_company, make_contacts

MANY = 20_000


@pytest.fixture(scope="module")
def large() -> Company:
    company = make_company("large")
    make_contacts(company, MANY, email="'p' || lpad(n::text, 5, '0') || '@people.test'")
    make_contacts(company, 50)
    return company


def rows_read(company: Company, order: Order, start: str, after: Place) -> int:
    """The most rows that any step of the statement has looked at."""
    what = choice(operator(company.pk), Chosen())
    statement = walking._statement(LISTED, BRIEF, what.parts, order, 10, start, counted=False)  # noqa: SLF001 -- its plan is the subject
    values = {**what.values, "after_id": after.id, "after_value": after.value}
    given = [values[value.name] if isinstance(value, Later) else value for value in statement.values]
    connection.ensure_connection()
    kind = psycopg.RawCursor if statement.prepared else psycopg.ClientCursor
    with kind(connection.connection) as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}".encode(), given)
        ((plan,),) = cursor.fetchall()
    return max(looked_at(plan[0]["Plan"]))


def looked_at(node: dict[str, Any]) -> Iterator[int]:
    yield node["Actual Rows"] * node["Actual Loops"] + node.get("Rows Removed by Filter", 0)
    for child in node.get("Plans", ()):
        yield from looked_at(child)


@pytest.mark.parametrize("descending", [True, False])
def test_reading_on_in_the_middle_looks_at_few_contacts(large: Company, *, descending: bool) -> None:
    middle = Contact.objects.get(company_id=large.pk, email=f"p{MANY // 2:05}@people.test")
    by_email = Order("email", descending=descending)
    assert rows_read(large, Order(descending=descending), "behind id", Place(middle.pk)) < 100
    assert rows_read(large, by_email, "behind value", Place(middle.pk, str(middle.email))) < 100
    last = Contact.objects.filter(company_id=large.pk, email=None).order_by("id")[25]
    assert rows_read(large, by_email, "behind null", Place(last.pk)) < 100
