"""How what a rep may see is found in a large company."""

import re
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.db import connection

from portico.access import Role, operator
from portico.contacts.queries.choosing import Chosen, choice
from portico.content.queries import learning
from portico.lib.statements import Later, Statement
from portico.protocols.fluid.events import EVENT
from portico.protocols.fluid.learning import ANNOUNCEMENT
from portico.protocols.fluid.orders import ROW
from portico.selling.queries import calendar, orders
from tests.make import make_company, make_contact, make_contacts, make_member

MANY = 20_000


def plan_of(statement: Statement, values: dict[str, Any]) -> str:
    given = [values[value.name] if isinstance(value, Later) else value for value in statement.values]
    connection.ensure_connection()
    kind = psycopg.RawCursor if statement.prepared else psycopg.ClientCursor
    with kind(connection.connection) as cursor:
        cursor.execute(f"EXPLAIN {statement.sql}".encode(), given)
        return "\n".join(line for (line,) in cursor.fetchall())


def test_a_rep_never_reads_through_the_companys_orders() -> None:
    company = make_company()
    rita = make_member(company, "Rita", Role.REP)
    make_contacts(company, MANY, first_name="'Max'")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sales_order (company_id, external_id, number, contact_id, currency, total)"
            " SELECT company_id, id, id, id, 'USD', 1 FROM contact WHERE company_id = %s",
            [company.pk],
        )
    for _ in range(5):
        make_contact(company, owner_id=rita.pk)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE contact, sales_order")
    who = choice(operator(company.pk), Chosen())
    values = {**who.values, "owner": rita.pk, "offset": 0}
    own = frozenset({"own"})
    page = plan_of(orders._page_statement(ROW, own, who.parts, 25, offset=False), values)  # noqa: SLF001 -- their plans
    count = plan_of(orders._count_statement(own, who.parts), values)  # noqa: SLF001 -- same
    for plan in (page, count):
        assert "Seq Scan on sales_order" not in plan, plan
        assert "Seq Scan on contact" not in plan, plan
        assert {"sales_order_contact", "sales_order_member", "contact_owner"} <= set(plan.replace("'", " ").split()), (
            plan
        )
    everybody = plan_of(orders._page_statement(ROW, frozenset(), who.parts, 25, offset=False), values)  # noqa: SLF001 -- same
    assert "sales_order_placed" in everybody
    # Nor does a page further on read those before it.
    behind = {**values, "after_at": datetime.now(UTC), "after_id": 1}
    further = plan_of(orders._page_statement(ROW, frozenset({"after"}), who.parts, 25, offset=False), behind)  # noqa: SLF001 -- same
    assert re.search(r"Index Scan using sales_order_placed.*\n.*Index Cond:.*placed_at <=", further), further


def test_what_is_for_some_is_found_along_an_index_of_those() -> None:
    company = make_company()
    rita = make_member(company, "Rita", Role.REP)
    for table, of, times in (
        ("calendar_event", "event", ("starts_at", "ends_at")),
        ("announcement", "announcement", ("published_at",)),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} (company_id, external_id, title, for_everybody, {', '.join(times)})"  # noqa: S608 -- our own words
                f" SELECT %s, n, n, false, {', '.join(['now()'] * len(times))} FROM generate_series(1, %s) AS n",
                [company.pk, MANY // 4],
            )
            cursor.execute(
                f"INSERT INTO {of}_audience (company_id, {of}_id, role)"  # noqa: S608 -- same
                f" SELECT company_id, id, unnest(ARRAY['admin', 'manager']) FROM {table} WHERE company_id = %s",
                [company.pk],
            )
            cursor.execute(f"ANALYZE {table}, {of}_audience")
    values = {"company": company.pk, "member": rita.pk, "offset": 0}
    events = plan_of(calendar._page_statement(EVENT, frozenset(), 25, sees_all=False), values)  # noqa: SLF001 -- their plans
    assert "Seq Scan on event_audience" not in events, events
    news = plan_of(learning._announcements(ANNOUNCEMENT, 25), values)  # noqa: SLF001 -- same
    assert "Seq Scan on announcement_audience" not in news, news
