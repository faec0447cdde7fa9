"""Whose sale an order is, and that the sums that PostgreSQL keeps are what one would count."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from django.db import connection

from portico.access import Actor, Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact, delete_contacts
from portico.selling.actions.counts import fold_sales
from portico.selling.actions.orders import delete_order, save_order
from portico.selling.models import Order
from portico.selling.queries.sales import count_sales_by_day, count_sales_by_member
from tests.make import make_company, make_contact, make_key, make_member
from tests.server import Server

FIRST, END = date(2026, 1, 1), date(2027, 1, 1)


def told(actor: Actor, name: str, day: str = "2026-03-10", **fields: Any) -> int:
    given = {"external_id": name, "currency": "EUR", "total": "1.00", "placed_at": f"{day}T12:00:00Z", **fields}
    return save_order(actor, given).id


def counted(company: Company) -> dict[int, int]:
    """By going through the orders."""
    rows = Order.objects.filter(company=company, seller__isnull=False).exclude(status="cancelled")
    found: dict[int, int] = {}
    for seller in rows.values_list("seller_id", flat=True):
        if seller is not None:
            found[seller] = found.get(seller, 0) + 1
    return found


def test_a_sale_is_its_sellers_whatever_becomes_of_the_contact() -> None:
    company = make_company()
    actor = operator(company.pk)
    rita, bob = (make_member(company, name, Role.REP).pk for name in ("Rita", "Bob"))
    ann, ben = (make_contact(company, owner_id=owner).pk for owner in (rita, bob))

    def sums() -> tuple[int, int]:
        kept = count_sales_by_member(actor, [rita, bob], first=FIRST, end=END)
        assert {id: n for id, n in kept.items() if n} == counted(company)
        return kept.get(rita, 0), kept.get(bob, 0)

    order = told(actor, "A", contact_id=ann)
    told(actor, "B", contact_id=ann, status="cancelled")
    told(actor, "C", member_id=bob)
    told(actor, "D")
    assert sums() == (1, 1)
    told(actor, "A", contact_id=ann)  # the same again
    told(actor, "B", status="shipped")  # is one after all
    assert sums() == (2, 1)
    told(actor, "B", day="2026-04-01")
    by_day = count_sales_by_day(actor, rita, first=FIRST, end=END)
    assert by_day == {date(2026, 3, 10): 1, date(2026, 4, 1): 1}
    assert count_sales_by_day(actor, rita, first=date(2026, 3, 11), end=date(2026, 4, 1)) == {}

    change_contact(actor, ann, {"owner_id": bob})
    assert sums() == (2, 1)
    told(actor, "A", status="delivered")
    assert sums() == (2, 1)
    told(actor, "A", contact_id=ben)  # it was somebody else's
    assert sums() == (1, 2)
    fold_sales()
    delete_contacts(actor, [ann, ben])
    assert sums() == (1, 2)
    delete_order(actor, order)
    assert sums() == (1, 1)


def test_sums_stay_right_when_many_write_and_fold_at_once(server: Server) -> None:
    company = make_company()
    rita = make_member(company, "Rita", Role.REP).pk
    ann = make_contact(company, owner_id=rita).pk
    key = make_key(company, {Permission.ORDERS_WRITE}).password

    def press(number: int) -> int:
        body = {"external_id": f"N{number % 10}", "currency": "EUR", "total": "1.00", "contact_id": ann}
        body |= {"status": "cancelled" if number % 3 else "pending", "placed_at": "2026-03-10T12:00:00Z"}
        how = {"headers": {"Authorization": f"Bearer {key}"}, "json": body}
        return server.post("/api/portico/v1/orders", **how).status_code

    def fold(_number: int) -> None:
        fold_sales()
        connection.close()

    with ThreadPoolExecutor(8) as pool:
        folding = pool.map(fold, range(6))
        assert set(pool.map(press, range(60))) <= {200, 201}
        list(folding)
    kept = count_sales_by_member(operator(company.pk), [rita], first=FIRST, end=END)
    assert kept.get(rita, 0) == counted(company).get(rita, 0)
    fold_sales()
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM sale_count_base WHERE company_id = %s", [company.pk])
        assert sum(n for (n,) in cursor.fetchall()) == kept.get(rita, 0)
        cursor.execute("SELECT count(*) FROM sale_count_delta WHERE company_id = %s", [company.pk])
        assert cursor.fetchone() == (0,)
