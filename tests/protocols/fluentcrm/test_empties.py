"""Lists of what is not there yet: empty, true to shape (wire notes 4, 18, 20, 21, 24)."""

from typing import Any

import pytest

from portico.protocols.fluentcrm.empties import Empty
from portico.protocols.fluentcrm.routes import ROUTES
from tests.protocols.fluentcrm.client import BASE, Crm

PAGED = {
    "/campaigns": "campaigns",
    "/recurring-campaigns": "campaigns",
    "/sequences": "sequences",
    "/sequences/subscriber/1/sequences": "sequence_trackers",
    "/sms/campaigns": "campaigns",
    "/sms/messages": "sms",
    "/templates": "templates",
    "/funnels": "funnels",
    "/funnels/all-activities": "activities",
    "/funnels/subscriber/1/automations": "automations",
    "/abandon-carts": "carts",
    "/smart-links": "action_links",
    "/reports/emails": "emails",
}
ITEMS = ("/campaigns/7", "/recurring-campaigns/7", "/sequences/7", "/sms/campaigns/7", "/funnels/7", "/forms/7/entries",
         "/forms/7/entries/8")  # fmt: skip


def body(mia: Crm, path: str, **params: Any) -> dict[str, Any]:
    answer = mia.get(path, params=params)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(("path", "key"), PAGED.items())
def test_a_page_of_none_has_the_nine_keys_and_says_what_was_asked_for(mia: Crm, path: str, key: str) -> None:
    first = body(mia, path)[key]
    assert first == {
        "total": 0,
        "per_page": 10 if path == "/sms/messages" else 15,
        "current_page": 1,
        "last_page": 0,
        "next_page_url": None,
        "prev_page_url": None,
        "from": None,
        "to": None,
        "data": [],
    }
    third = body(mia, path, page=3, per_page=4)[key]
    assert (third["current_page"], third["per_page"]) == (3, 4)
    assert third["prev_page_url"] == f"{BASE}{path}?page=2"
    odd = body(mia, path, page="x", per_page=10**9)[key]
    assert (odd["current_page"], odd["per_page"]) == (1, 1000)


@pytest.mark.parametrize("path", ITEMS)
def test_one_of_what_there_are_none_of_is_404_with_a_message_alone(mia: Crm, path: str) -> None:
    answer = mia.get(path)
    assert (answer.status_code, list(answer.json())) == (404, ["message"])


def test_what_stands_beside_the_page_is_there(mia: Crm) -> None:
    carts = body(mia, "/abandon-carts")
    assert list(carts) == ["carts", "haveAutomation", "missingAutomations", "drivers"]
    assert list(body(mia, "/sms/messages")) == ["sms", "statuses"]
    assert list(body(mia, "/funnels")) == ["funnels"]
    assert body(mia, "/funnels", **{"with[]": "triggers"})["triggers"] == []
    assert list(body(mia, "/campaigns", **{"with[]": "stats"})) == ["campaigns"]


def test_statuses_of_mails_come_only_with_an_explicit_first_page(mia: Crm) -> None:
    assert body(mia, "/reports/emails")["statuses"] is None
    assert body(mia, "/reports/emails", page=2)["statuses"] is None
    assert body(mia, "/reports/emails", page=1)["statuses"] == []


def test_mails_to_delete_must_be_named(mia: Crm) -> None:
    assert list(mia.delete("/reports/emails", {"email_ids": [1, 2]}).json()) == ["message"]
    several: tuple[Any, ...] = ([], "x", None, {"a": []}, [0, -1])
    for wrong in several:
        answer = mia.delete("/reports/emails", {"email_ids": wrong})
        assert (answer.status_code, list(answer.json())) == (422, ["email_ids"]), wrong


def test_a_template_that_is_not_there_is_a_blank_one(mia: Crm) -> None:
    template = body(mia, "/templates/7")["template"]
    assert "ID" not in template
    assert template["settings"]["footer_settings"] == {"custom_footer": "no", "footer_content": ""}


def test_a_shop_that_is_not_there_has_sold_nothing(mia: Crm) -> None:
    assert body(mia, "/commerce-reports/woo")["report"]["total_orders"] == 0
    assert body(mia, "/commerce-reports/woo/report")["summary"] == {"total": 0, "average": 0}
    assert body(mia, "/reports/email-performance", days=7)["stats"]["totals"]["sent"] == 0
    assert body(mia, "/abandon-carts/report-summary")["widgets"]["lost_revenue"]["value"] == "0"


def test_other_lists_are_empty_under_their_keys(mia: Crm) -> None:
    for path, keys in {
        "/campaigns-pro/posts": ["posts", "post_types"],
        "/campaigns-pro/posts/taxonomies": ["taxonomies"],
        "/campaigns-pro/products": ["products", "taxonomies"],
        "/templates/all": ["templates", "smartcodes"],
        "/templates/built-in-templates": ["templates"],
        "/templates/smartcodes": ["smartcodes"],
        "/funnels/templates": ["templates", "all", "cats"],
        "/funnels/triggers": ["triggers"],
        "/forms/templates": ["templates"],
        "/migrators": ["drivers"],
        "/reports/taxonomy-terms": ["options"],
        "/reports/advanced-providers": ["providers"],
    }.items():
        assert body(mia, path) == {key: [] for key in keys}, path
    assert body(mia, "/reports/cascade_selections") == {"options": [], "has_more": False}
    assert body(mia, "/forms") == {"installed": False, "forms": {"data": [], "total": 0}}


def test_nothing_that_is_said_to_be_empty_shows_a_row(mia: Crm) -> None:
    """What is marked empty in the routes is what docs/protocols/fluentcrm.md calls so."""
    mia.add("ann@people.test", tags=["Gold"], lists=["News"])
    marked = [route for route in ROUTES if isinstance(route.handler, Empty) and route.method == "GET"]
    assert len(marked) > 30
    for route in marked:
        path = route.path.replace("<int:form_id>", "7").replace("<int:id>", "7").replace("<str:provider>", "woo")
        answer = mia.server.get(f"/wp-json/{path}", auth=mia.auth)
        assert answer.status_code in {200, 404}, path
        assert "Gold" not in answer.text, path
        assert "ann@people.test" not in answer.text, path
