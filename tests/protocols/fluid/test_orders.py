"""What a rep's contacts and the rep itself have bought; told by the shop through our own API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.models import Activity
from portico.selling.actions.orders import save_order
from portico.selling.models import Order
from tests.make import make_company, make_contact, make_key, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.protocols.fluid.app import App, assert_envelope, jwt_of
from tests.protocols.fluid.test_contacts import Rep
from tests.protocols.native.client import Native, assert_problem

ROW = [
    "id", "order_number", "status", "total", "subtotal", "tax", "shipping", "currency", "items_count", "created_at",
    "shipped_at", "delivered_at", "cancelled_at", "tracking_number", "contact_id", "customer",
]  # fmt: skip
ORDER = {
    "external_id": "shop-1", "number": "DM-2024-78234", "status": "shipped", "currency": "usd", "total": "249.99",
    "subtotal": 224.99, "tax": 15, "shipping": "10", "placed_at": "2024-01-15T15:30:00+01:00",
    "items": [
        {"title": "Kit", "sku": "K-1", "quantity": 2, "price": "100.00"},
        {"title": "Mug", "price": 24.99, "image_url": "https://img.test/mug.png"},
    ],
    "shipping_address": {"name": "Ann Lee", "line_1": "1725 Slough Ave", "city": "Scranton"},
}  # fmt: skip


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


@pytest.fixture
def shop(app: App, acme: Company) -> Native:
    return Native(app.server, make_key(acme, [Permission.ORDERS_WRITE]))


def orders(rep: Rep, **asked: Any) -> list[dict[str, Any]]:
    answer = rep.app.call("GET", "/api/orders", rep.token, params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json())


def numbers(rep: Rep, **asked: Any) -> list[str]:
    return [one["order_number"] for one in orders(rep, **asked)]


def told(company: Company, external_id: str, **more: Any) -> int:
    fields = {"external_id": external_id, "currency": "EUR", "total": "5", **more}
    return save_order(operator(company.pk), fields).id


def test_an_order_that_the_shop_tells_is_seen_by_the_contacts_rep(rita: Rep, acme: Company, shop: Native) -> None:
    ann = make_contact(acme, owner_id=rita.member.pk, first_name="Ann", last_name="Lee")
    made = shop.post("/orders", {**ORDER, "contact_email": str(ann.email).upper()})
    assert (made.status_code, made.json()["outcome"]) == (201, "added")
    (row,) = orders(rita)
    assert list(row) == ROW
    assert row == {
        "id": made.json()["id"], "order_number": "DM-2024-78234", "status": "shipped", "total": 249.99,
        "subtotal": 224.99, "tax": 15, "shipping": 10, "currency": "USD", "items_count": 3,
        "created_at": "2024-01-15T14:30:00Z", "shipped_at": None, "delivered_at": None, "cancelled_at": None,
        "tracking_number": None, "contact_id": ann.pk,
        "customer": {"id": ann.pk, "full_name": "Ann Lee", "email": ann.email},
    }  # fmt: skip
    shown = rita.app.call("GET", f"/api/orders/{row['id']}", rita.token)
    assert '"tax" : 15.00' in shown.text  # two places, as a number
    assert shown.json()["items"] == [
        {"id": 1, "title": "Kit", "sku": "K-1", "quantity": 2, "image_url": None, "price": 100},
        {"id": 2, "title": "Mug", "sku": None, "quantity": 1, "image_url": "https://img.test/mug.png", "price": 24.99},
    ]
    assert shown.json()["shipping_address"]["city"] == "Scranton"
    (activity,) = Activity.objects.filter(company=acme, contact=ann)
    assert (activity.kind, activity.subject_id) == ("order.placed", row["id"])


def test_telling_it_again_changes_it_or_nothing(acme: Company, shop: Native) -> None:
    ann = make_contact(acme)
    first = {**ORDER, "contact_id": ann.pk}
    outcomes = [shop.post("/orders", body).json()["outcome"] for body in (first, first)]
    shipped = {"external_id": "shop-1", "currency": "USD", "total": "249.99", "delivered_at": "2024-02-01T00:00:00Z"}
    changed = shop.post("/orders", shipped)
    assert (*outcomes, changed.json()["outcome"], changed.status_code) == ("added", "same", "changed", 200)
    kept = shop.get(f"/orders/{changed.json()['id']}").json()
    assert (kept["contact_id"], kept["tax"], len(kept["items"])) == (ann.pk, "15.00", 2)  # what was not said stays
    entries = AuditEntry.objects.filter(company_id=acme.pk, subject="order").order_by("id")
    assert [one.action for one in entries] == ["order.placed", "order.changed"]
    assert Activity.objects.filter(company=acme).count() == 1


def test_told_many_times_at_once_it_is_there_once(acme: Company, shop: Native) -> None:
    ann = make_contact(acme)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: shop.post("/orders", {**ORDER, "contact_id": ann.pk}), range(8)))
    assert sorted(one.status_code for one in made) == [200] * 7 + [201]
    assert len({one.json()["id"] for one in made}) == 1
    assert Activity.objects.filter(company=acme, kind="order.placed").count() == 1


def test_a_rep_sees_its_contacts_orders_and_its_own_and_an_administrator_all(
    app: App, acme: Company, globex: Company, rita: Rep
) -> None:
    bob = Rep(app, acme, "Bob")
    hers, his = (make_contact(acme, owner_id=rep.member.pk) for rep in (rita, bob))
    ids = [
        told(acme, "hers", contact_id=hers.pk, placed_at="2024-03-01T00:00:00Z"),
        told(acme, "own", member_email=rita.member.user.email, placed_at="2024-02-01T00:00:00Z"),
        told(acme, "his", contact_id=his.pk, placed_at="2024-01-01T00:00:00Z"),
    ]
    told(globex, "theirs", contact_id=make_contact(globex).pk)
    assert numbers(rita) == ["hers", "own"]
    assert orders(rita)[1]["customer"] is None
    assert numbers(bob) == ["his"]
    ada = jwt_of(make_member(acme, "Ada", Role.ADMIN))
    assert [one["order_number"] for one in app.call("GET", "/api/orders", ada).json()] == ["hers", "own", "his"]
    assert_envelope(app.call("GET", f"/api/orders/{ids[2]}", rita.token), 404)
    change_contact(operator(acme.pk), his.pk, {"owner_id": rita.member.pk})  # who comes to her brings its orders
    assert numbers(rita) == ["hers", "own", "his"]


def test_lists_can_be_narrowed(acme: Company, rita: Rep) -> None:
    ann = make_contact(acme, owner_id=rita.member.pk, first_name="Ann", last_name="Lee")
    bob = make_contact(acme, owner_id=rita.member.pk, first_name="Bob")
    told(acme, "A-1", contact_id=ann.pk, placed_at="2024-01-15T23:30:00Z", status="shipped")
    told(acme, "A%2", contact_id=bob.pk, placed_at="2024-01-16T12:00:00Z")
    told(acme, "B-3", contact_id=bob.pk, placed_at="2024-01-17T00:00:00Z")
    assert numbers(rita, status="shipped") == ["A-1"]
    assert numbers(rita, from_date="2024-01-16") == ["B-3", "A%2"]
    assert numbers(rita, from_date="2024-01-15", to_date="2024-01-16") == ["A%2", "A-1"]
    assert numbers(rita, to_date="2024-01-15", time_zone="Europe/Berlin") == []  # there it was the 16th already
    assert numbers(rita, from_date="2024-01-16T13:00:00+01:00", to_date="2024-01-16T12:00:00Z") == ["A%2"]
    assert numbers(rita, search="a-") == ["A-1"]
    assert numbers(rita, search="a%") == ["A%2"]
    assert numbers(rita, search="ann lee") == ["A-1"]
    page = rita.app.call("GET", "/api/orders", rita.token, params={"per_page": 2, "page": 1, "from_date": "2024-01-01"})
    assert (page.headers["X-Total-Count"], page.headers["X-Total-Pages"], len(page.json())) == ("3", "2", 2)
    assert 'page=2&per_page=2>; rel="next"' in page.headers["Link"]
    assert numbers(rita, per_page=2, page=2) == ["A-1"]
    for wrong in ({"status": "lost"}, {"from_date": "yesterday"}, {"from_date": "2024-02-01", "to_date": "2024-01-01"},
                  {"time_zone": "Mars/Base", "from_date": "2024-01-01"}, {"to_date": "9999-12-31"}):  # fmt: skip
        assert_envelope(rita.app.call("GET", "/api/orders", rita.token, params=wrong), 422)
    assert rita.app.server.get("/api/orders").status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("external_id", ""), ("external_id", "x" * 256), ("external_id", "a\0b"), ("external_id", None),
        ("currency", "dollars"), ("currency", 5), ("total", "12.345"), ("total", "NaN"), ("total", 10**30),
        ("total", True), ("tax", "1,50"), ("status", "lost"), ("status", []), ("items", {}), ("items", [{"sku": "x"}]),
        ("items", [{"title": "x", "quantity": 0}]), ("items", [{"title": "x", "price": {}}]), ("items", [{}] * 501),
        ("placed_at", "2024-01-15T14:30:00"), ("placed_at", "soon"), ("placed_at", None),
        ("shipped_at", "0001-01-01T00:00:00Z"),
        ("shipping_address", []), ("shipping_address", {"planet": "Mars"}), ("contact_id", 2**50), ("contact_id", "x"),
        ("contact_email", "nobody@people.test"), ("member_id", 2**50), ("member_email", "nobody@people.test"),
        ("tracking_number", 5), ("colour", "red"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(shop: Native, acme: Company, field: str, value: Any) -> None:
    problem = assert_problem(shop.post("/orders", {**ORDER, field: value}), 422, "invalid")
    assert problem["errors"][0]["field"] in {field, "contact_id"}
    assert not Order.objects.filter(company=acme).exists()


def test_yen_have_no_decimals_and_dinars_three(acme: Company, rita: Rep) -> None:
    told(acme, "yen", currency="JPY", total="1200", member_id=rita.member.pk, placed_at="2024-01-02T00:00:00Z")
    told(acme, "dinar", currency="KWD", total="1.234", member_id=rita.member.pk, placed_at="2024-01-01T00:00:00Z")
    assert [one["total"] for one in orders(rita)] == [1200, 1.234]


def test_it_is_kept_by_whoever_may_and_by_nobody_else(app: App, acme: Company, shop: Native) -> None:
    ids = [told(acme, f"n{number}") for number in range(3)]
    first = shop.get("/orders", params={"limit": 2}).json()
    second = shop.get("/orders", params={"limit": 2, "cursor": first["next"]}).json()
    assert [one["id"] for one in (*first["data"], *second["data"])] == ids[::-1]
    assert second["next"] is None
    assert shop.delete(f"/orders/{ids[0]}").status_code == 204
    assert_problem(shop.delete(f"/orders/{ids[0]}"), 404, "not-found")
    other = Native(app.server, make_key(acme, [Permission.CONTACTS_READ, Permission.CONTACTS_WRITE]))
    stranger = Native(app.server, make_key(make_company(), [Permission.ORDERS_WRITE]))
    one = f"/orders/{ids[1]}"
    for method, path in (("GET", "/orders"), ("POST", "/orders"), ("GET", one), ("DELETE", one)):
        assert_problem(other.call(method, path, json=ORDER), 403, "denied")
    assert_problem(stranger.get(f"/orders/{ids[1]}"), 404, "not-found")


def test_the_other_wire_shows_them_as_a_contacts_purchases(app: App, acme: Company) -> None:
    crm = Crm(app.server, make_key(acme))
    ann = make_contact(acme)
    told(acme, "old", contact_id=ann.pk, placed_at="2023-01-01T00:00:00Z")
    id = save_order(operator(acme.pk), {**ORDER, "contact_id": ann.pk}).id
    body = crm.get(f"/subscribers/{ann.pk}/purchase-history?provider=woo&per_page=1").json()["orders"]
    assert body == {
        "orders": [
            {
                "id": id, "status": "shipped", "total": "249.99", "currency": "USD", "date": "2024-01-15 14:30:00",
                "items": [
                    {"name": "Kit", "quantity": 2, "total": "200.00"}, {"name": "Mug", "quantity": 1, "total": "24.99"},
                ],
            }
        ],
        "total": 2,
    }  # fmt: skip
    assert crm.get(f"/subscribers/{ann.pk}/purchase-history?page=9").json()["orders"] == {"orders": [], "total": 2}
