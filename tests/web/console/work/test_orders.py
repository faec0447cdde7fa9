import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.identity.models import Membership, User
from portico.selling.actions.orders import save_order
from portico.selling.models import Order
from tests.make import make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)


def make_order(company: Company, number: str, **fields: Any) -> Order:
    given = {"external_id": number, "currency": "EUR", "total": "10.00", "placed_at": NOON.isoformat(), **fields}
    return Order.objects.get(pk=save_order(operator(company.pk), given).id)


def numbers(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/orders/\d+">([^<]+)</a>', page)


def test_orders_are_found_by_status_days_and_number(acme: Company, rita: Membership, owner: Browser) -> None:
    ann = make_contact(acme, first_name="Ann", last_name="Lee", email="ann@people.test")
    make_order(acme, "A1", contact_id=ann.pk, status="shipped")
    make_order(acme, "A2", placed_at=(NOON + timedelta(days=1)).isoformat())
    make_order(acme, "B1", placed_at="2026-03-12T23:30:00Z", status="cancelled", member_id=rita.pk)
    assert numbers(owner.get("/orders").text) == ["B1", "A2", "A1"]
    assert numbers(owner.get("/orders?status=shipped").text) == ["A1"]
    assert numbers(owner.get("/orders?search=a").text) == ["A2", "A1"]
    assert numbers(owner.get("/orders?search=lee").text) == ["A1"]
    assert numbers(owner.get("/orders?from=2026-03-11&until=2026-03-12").text) == ["B1", "A2"]
    User.objects.filter(memberships__company=acme, first_name="Olga").update(time_zone="Europe/Berlin")
    assert numbers(owner.get("/orders?from=2026-03-13").text) == ["B1"]
    assert "Status: Shipped" in owner.get("/orders?status=shipped").text
    for query in ("from=soon", "until=2026-03-01&from=2026-03-02", "from=1700-01-01"):
        answer = owner.get(f"/orders?{query}")
        assert answer.status_code == 422, query
        assert 'class="error"' in answer.text
    for query in ("status=x", "search=%00", "after=x", "after=2026-01-01,1", "after=0001-01-01T00:00:00%2B14:00,1"):
        assert owner.get(f"/orders?{query}").status_code == 200, query
    assert "No order is like that" in owner.get("/orders?search=nothing").text


def test_one_goes_on_behind_the_last_order_of_a_page(acme: Company, owner: Browser) -> None:
    for number in range(60):  # several at the same moment
        make_order(acme, f"N{number:02}", placed_at=(NOON - timedelta(hours=number // 10)).isoformat())
    seen, page = [], owner.get("/orders?search=n").text
    while True:
        seen += numbers(page)
        further = re.search(r'<a href="([^"]+)" rel="next">', page)
        if not further:
            break
        make_order(acme, f"N-late-{len(seen)}")  # what comes meanwhile moves nothing
        page = owner.get("/orders" + further[1].replace("&amp;", "&")).text
        assert "To the newest" in page
    assert len(seen) == len(set(seen)) == 60


def test_an_order_shows_what_was_bought_and_where_it_went(acme: Company, owner: Browser) -> None:
    ann = make_contact(acme, first_name="Ann", last_name="Lee")
    address = {"name": "Ann Lee", "line_1": "Weg 1 <b>", "city": "Köln"}
    items = [{"title": "Tea <b>", "sku": "T-1", "quantity": 2, "price": "4.50"}]
    order = make_order(acme, "A1", contact_id=ann.pk, items=items, subtotal="9.00", shipping="1.00",
                       shipping_address=address, tracking_number="TN-7")  # fmt: skip
    page = owner.get(f"/orders/{order.pk}").text
    for text in ("Tea &lt;b&gt;", "4.50 EUR", "Weg 1 &lt;b&gt;", "Köln", "TN-7", f'href="/contacts/{ann.pk}">Ann Lee'):
        assert text in page
    assert owner.get(f"/orders/{make_order(acme, 'A2', currency='JPY', total='1200').pk}").status_code == 200
    assert owner.send(f"/orders/{order.pk}/delete", name="A2").status_code == 422
    assert owner.send(f"/orders/{order.pk}/delete", name="A1").headers["Location"] == "/orders?done=deleted"
    assert owner.get(f"/orders/{order.pk}").status_code == 404


def test_a_rep_sees_the_orders_of_its_own_contacts_and_deletes_none(
    acme: Company, rita: Membership, rep: Browser, enter: Enter
) -> None:
    own = make_order(acme, "OWN", contact_id=make_contact(acme, owner_id=rita.pk).pk)
    bought = make_order(acme, "BOUGHT", member_id=rita.pk)
    other = make_order(acme, "OTHER", contact_id=make_contact(acme).pk)
    assert set(numbers(rep.get("/orders").text)) == {"OWN", "BOUGHT"}
    for order in (own, bought):
        assert "/delete" not in rep.get(f"/orders/{order.pk}").text
    assert rep.get(f"/orders/{other.pk}").status_code == 404
    assert rep.send(f"/orders/{own.pk}/delete", page="/account", name="OWN").status_code == 404
    # Who only keeps the shop's orders may delete one, and look at none of the people's.
    keeper = enter(make_member(acme, "Kai", Role.MANAGER, {Permission.ORDERS_WRITE}))
    assert keeper.get("/orders").status_code == 404
    assert keeper.send(f"/orders/{quote(str(own.pk))}/delete", name="OWN").status_code == 303
    assert not Order.objects.filter(pk=own.pk).exists()
