"""How clients find the wire (wire notes 1)."""

import pytest

from portico.protocols.fluentcrm.routes import ROUTES
from tests.protocols.fluentcrm.client import BASE, Crm
from tests.server import Server


def test_the_index_names_the_namespace_to_anybody(server: Server) -> None:
    assert "fluent-crm/v2" in server.get("/wp-json/").json()["namespaces"]
    assert server.get("/wp-json").json() == server.get("/wp-json/").json()
    assert server.get("/wp-json/?_fields=namespaces").json().keys() == {"namespaces"}
    assert server.get("/?rest_route=/").json()["namespaces"] == server.get("/wp-json/").json()["namespaces"]


def test_the_namespace_lists_what_is_served(server: Server) -> None:
    body = server.get(BASE).json()
    assert body["namespace"] == "fluent-crm/v2"
    assert body["routes"]["/fluent-crm/v2/subscribers"]["methods"] == ["GET", "POST", "DELETE"]
    served = sum(len(route["methods"]) for route in body["routes"].values())
    assert served == sum(route.path.startswith("fluent-crm/v2") for route in ROUTES)


def test_me_is_the_holder_of_the_key(server: Server, mia: Crm) -> None:
    me = server.get("/wp-json/wp/v2/users/me", auth=mia.auth).json()
    assert (me["id"], me["name"], me["slug"]) == (mia.key.key.membership_id, "Mia Example", mia.key.username)
    assert server.get("/wp-json/wp/v2/users/me?_fields=id,name", auth=mia.auth).json().keys() == {"id", "name"}
    assert server.get("/wp-json/wp/v2/users/me").status_code == 401


def test_the_same_routes_answer_behind_rest_route(server: Server, mia: Crm) -> None:
    id = mia.add("ann@people.test")
    found = server.get(f"/?rest_route=/fluent-crm/v2/subscribers/{id}", auth=mia.auth)
    assert found.json()["subscriber"]["id"] == id
    made = server.post("/?rest_route=/fluent-crm/v2/tags", auth=mia.auth, json={"title": "VIP"})
    assert made.json()["item"]["title"] == "VIP"
    assert server.get("/?rest_route=/fluent-crm/v2/subscribers").status_code == 401
    page = server.get("/?rest_route=/fluent-crm/v2/subscribers&per_page=1", auth=mia.auth).json()["subscribers"]
    assert page["per_page"] == 1
    assert server.get("/?rest_route=/nothing").json()["code"] == "rest_no_route"
    assert "json" not in server.get("/").headers["Content-Type"]


def test_matching_ignores_case_and_a_slash_at_the_end(server: Server, mia: Crm) -> None:
    for path in (
        "/wp-json/Fluent-CRM/V2/Reports/PING/",
        "/WP-JSON/fluent-crm/v2/reports/ping",
        f"{BASE}/reports/ping/",
    ):
        assert server.get(path, auth=mia.auth).status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/no-such-route"),
        ("GET", "/campaigns/1/emails"),
        ("PATCH", "/subscribers/1"),
        ("POST", "/subscribers/1"),
        ("DELETE", "/reports/ping"),
        ("GET", "/subscribers/subscribers-property"),
        ("GET", "/subscribers/%0a"),
        ("GET", "/subscribers/1%00"),
        ("GET", "/subscribers//1"),
    ],
)
def test_what_is_not_served_is_no_route(mia: Crm, method: str, path: str) -> None:
    answer = mia.call(method, path)
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (404, "rest_no_route", {"status": 404})


def test_head_is_get_without_a_body_and_options_describes(mia: Crm) -> None:
    head = mia.call("HEAD", "/subscribers")
    assert (head.status_code, head.content) == (200, b"")
    assert mia.call("HEAD", "/subscribers", auth=None).status_code == 401
    described = mia.call("OPTIONS", "/subscribers").json()
    assert described["methods"] == ["GET", "POST", "DELETE"]
    assert r"/fluent-crm/v2/commerce-reports/(?P<provider>[^/]+)" in mia.get("").json()["routes"]
    assert mia.call("OPTIONS", "/nothing").status_code == 404


def test_every_answer_has_the_recorded_headers_and_stays_closed_to_other_origins(mia: Crm) -> None:
    for path, auth in (("/subscribers", mia.auth), ("/subscribers", None), ("/nothing", mia.auth)):
        headers = mia.call("GET", path, auth=auth, headers={"Origin": "https://evil.test"}).headers
        assert headers["Content-Type"] == "application/json; charset=UTF-8"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Access-Control-Expose-Headers"] == "X-WP-Total, X-WP-TotalPages, Link"
        assert "no-store" in headers["Cache-Control"]
        assert "Access-Control-Allow-Origin" not in headers
