"""The days that contacts came on: counted also for those who came before anybody counted, never on reading."""

import re
from datetime import date

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portico.access import operator
from portico.reports.periods import Period
from portico.reports.queries import get_overview, list_new_contacts
from tests.make import make_company, make_contact
from tests.test_migrations import name, start

__all__ = ["name"]  # the fixture

BEFORE_AND_AFTER = """
from django.db import connection
from portico.database import migrate_if_needed
from portico.lib.migrating import QuickExecutor
def no_reports():
    QuickExecutor(connection).migrate([("reports", None)])
migrate_if_needed()
no_reports()
from portico.companies.models import Company
company = Company.objects.create(slug="acme", name="Acme").pk
with connection.cursor() as cursor:
    def came(moment, consent):
        cursor.execute("INSERT INTO contact (company_id, created_at, consent) VALUES (%s, %s, %s)",
            [company, moment, consent])
    came("1969-12-31 23:59:59+00", "pending")
    came("1970-01-02 00:30:00+01", "subscribed")
    migrate_if_needed()
    came("1970-01-02 01:30:00+01", "subscribed")
    cursor.execute("SELECT ref, value, sum(n)::int FROM contact_count WHERE kind = 'day' GROUP BY 1, 2 ORDER BY 1")
    print(cursor.fetchall())
    no_reports()
    cursor.execute("SELECT count(*) FROM contact_count WHERE kind = 'day'")
    print(cursor.fetchall())
"""


def test_contacts_from_before_are_counted_and_going_back_leaves_nothing(name: str) -> None:
    running = start(name, BEFORE_AND_AFTER)
    said, _ = running.communicate()
    assert running.returncode == 0, said
    assert said.splitlines() == ["[(-1, 'pending', 1), (0, 'subscribed', 1), (1, 'subscribed', 1)]", "[(0,)]"]


def test_neither_chart_nor_overview_reads_contacts() -> None:
    company = make_company()
    make_contact(company, tags=["Gold"])
    with CaptureQueriesContext(connection) as asked:
        assert sum(
            count for _, count in list_new_contacts(operator(company.pk), Period(date(2026, 1, 1), date(2096, 1, 1)))
        )
        assert get_overview(operator(company.pk)).tags == 1
    tables = [re.findall(r'FROM "(\w+)"', query["sql"]) for query in asked.captured_queries]
    assert tables == [["contact_count"], ["contact_count"], ["tag"]]
