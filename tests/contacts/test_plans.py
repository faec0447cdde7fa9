"""The plan of a list, where another company has most of the contacts, and the newer ones."""

import json
from typing import Any

import psycopg
from django.db import connection
from django.db.models.functions import MD5

from portico.access import operator
from portico.contacts.models import Contact, Tag
from portico.contacts.queries import contacts
from portico.contacts.queries.choosing import Chosen, choice
from portico.lib.statements import Later
from portico.protocols.fluentcrm.shapes import LISTED
from tests.make import make_company, make_contact, make_contacts

MANY = 20_000


def scanned(company: int, chosen: Chosen) -> list[str]:
    """The indexes and tables that PostgreSQL reads for a first page of ten, with the plan made for any values."""
    what = choice(operator(company), chosen)
    statement = contacts._page_statement(LISTED, None, what.parts, contacts.Order(), 10, offset=False)  # noqa: SLF001 -- its plan is the subject
    values = {**what.values, **contacts.count_values(what), "offset": 0}
    given = [values[value.name] if isinstance(value, Later) else value for value in statement.values]
    connection.ensure_connection()
    with psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(b"SET plan_cache_mode = force_generic_plan")
        cursor.execute(f"EXPLAIN (FORMAT JSON) {statement.sql}".encode(), given, prepare=True)
        ((plan,),) = cursor.fetchall()
        cursor.execute(b"RESET plan_cache_mode")
    return list(reads(plan[0]["Plan"]))


def reads(node: dict[str, Any]) -> Any:
    if "Index Name" in node or node["Node Type"] == "Seq Scan":
        yield node.get("Index Name", node.get("Relation Name"))
    for child in node.get("Plans", ()):
        yield from reads(child)


def test_the_older_smaller_company_is_not_looked_for_among_the_newer_larger_ones_contacts() -> None:
    small, large = make_company("small"), make_company("large")
    for number in range(12):
        make_contact(small, first_name=f"Ann {number}", tags=["Gold"])
    make_contacts(large, MANY, first_name="'Max'")
    silver = Tag.objects.create(company_id=large.pk, title="Silver", slug="silver")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contact_tag (company_id, contact_id, tag_id)"
            " SELECT company_id, id, %s FROM contact WHERE company_id = %s",
            [silver.pk, large.pk],
        )
        cursor.execute("ANALYZE contact_tag, contact_list")

    # The page is found by the company's own index; only then are its ten rows fetched, by their ids.
    assert "contact_company_id" in scanned(small.pk, Chosen())
    tag = Tag.objects.get(company_id=small.pk).pk
    assert "contact_tag_tag" in scanned(small.pk, Chosen(tags=(tag,)))


def test_a_contact_is_found_by_the_hash_of_its_address_without_looking_at_the_others() -> None:
    company = make_company()
    make_contacts(company, MANY, email="'p' || n || '@people.test'")
    rows = Contact.objects.filter(company_id=company.pk).alias(md5=MD5("email")).filter(md5="0" * 32)
    ((plan,),) = json.loads(f"[[{rows.explain(format='json')}]]")
    assert list(reads(plan[0]["Plan"])) == ["contact_email_md5"]
