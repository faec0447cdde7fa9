"""GET /subscribers (wire notes 4, 8.2, 8.3) in both envelopes."""

import pytest

from portico.companies.models import Company
from tests.make import make_contact
from tests.protocols.fluentcrm.client import Crm


def test_the_page_stands_in_the_plugins_envelope_and_in_the_manuals(mia: Crm) -> None:
    for number in range(12):
        mia.add(f"person{number:02}@people.test", first_name=f"Person {number}")
    body = mia.get("/subscribers").json()
    assert list(body) == ["subscribers", "custom", "current_page", "per_page", "total", "data"]
    page = body["subscribers"]
    assert (page["total"], page["per_page"], page["current_page"], page["last_page"]) == (12, 10, 1, 2)
    assert (page["from"], page["to"], len(page["data"])) == (1, 10, 10)
    assert page["next_page_url"] == "/wp-json/fluent-crm/v2/subscribers?page=2"
    assert page["prev_page_url"] is None
    assert (body["total"], body["per_page"], body["current_page"], body["custom"]) == (12, 10, 1, None)
    newest = page["data"][0]
    assert body["data"][0] == {
        "id": str(newest["id"]),
        "first_name": "Person 11",
        "last_name": None,
        "email": "person11@people.test",
        "status": "subscribed",
    }
    assert [row["id"] for row in body["data"]] == [str(row["id"]) for row in page["data"]]


def test_the_next_address_drops_every_other_parameter(mia: Crm) -> None:
    for number in range(3):
        mia.add(f"ann{number}@people.test")
    page = mia.get("/subscribers/?search=ann&per_page=1&page=2").json()["subscribers"]
    assert page["next_page_url"] == "/wp-json/fluent-crm/v2/subscribers?page=3"
    assert page["prev_page_url"] == "/wp-json/fluent-crm/v2/subscribers?page=1"


@pytest.mark.parametrize(
    ("asked", "got"),
    [("0", 1), ("-1", 1), ("text", 1), ("1000000000", 1000), ("9" * 400, 1000), ("", 10), ("2.9", 2), ("7", 7)],
)
def test_per_page_is_taken_into_1_to_1000_and_the_answer_says_to_what(mia: Crm, asked: str, got: int) -> None:
    body = mia.get(f"/subscribers?per_page={asked}").json()
    assert (body["subscribers"]["per_page"], body["per_page"]) == (got, got)


@pytest.mark.parametrize(("asked", "got"), [("0", 1), ("-5", 1), ("x", 1), ("2", 2)])
def test_a_page_before_the_first_is_the_first(mia: Crm, asked: str, got: int) -> None:
    assert mia.get(f"/subscribers?page={asked}").json()["current_page"] == got


def test_a_page_beyond_the_end_is_empty_and_so_is_an_empty_company(mia: Crm) -> None:
    page = mia.get("/subscribers").json()["subscribers"]
    assert (page["total"], page["last_page"], page["from"], page["to"], page["data"]) == (0, 0, None, None, [])
    mia.add("ann@people.test")
    body = mia.get("/subscribers?page=999999999999999999999").json()
    assert (body["subscribers"]["data"], body["data"], body["total"]) == ([], [], 1)
    assert body["subscribers"]["next_page_url"] is None


def test_per_page_in_a_json_body_is_not_read_but_in_a_form_it_is(mia: Crm) -> None:
    assert mia.call("GET", "/subscribers", json={"per_page": 3}).json()["per_page"] == 10
    assert mia.call("GET", "/subscribers", data={"per_page": 3}).json()["per_page"] == 3


def test_filters_combine_with_and_their_items_with_or(mia: Crm) -> None:
    vip, old, news = mia.add_tag("VIP"), mia.add_tag("Old one"), mia.add_list("News")
    mia.add("ann@people.test", tags=[vip], lists=[news])
    mia.add("bob@people.test", tags=[old])
    mia.add("cleo@people.test", tags=[vip, old], status="pending")
    mia.add("dan@people.test")
    assert mia.emails(f"tags[]={vip}&sort_type=ASC") == ["ann@people.test", "cleo@people.test"]
    assert mia.emails(f"tags[0]={vip}&tags[1]={old}&sort_type=ASC") == [
        "ann@people.test",
        "bob@people.test",
        "cleo@people.test",
    ]
    assert mia.emails("tags[]=old-one&sort_type=ASC") == ["bob@people.test", "cleo@people.test"]
    assert mia.emails("tags[]=VIP&statuses[]=pending") == ["cleo@people.test"]
    assert mia.emails(f"tags[]={vip}&lists[]={news}") == ["ann@people.test"]
    assert mia.emails("tags[]=never+heard+of") == []
    assert mia.emails("statuses=pending") == ["cleo@people.test"]
    assert mia.emails("statuses[]=pending&statuses[]=nonsense") == ["cleo@people.test"]
    assert len(mia.emails("statuses[]=nonsense")) == 4
    assert mia.emails("company_ids[]=1") == []
    total = mia.get(f"/subscribers?tags[]={vip}").json()["total"]
    assert total == 2
    # Filtering by a name makes no tag.
    assert mia.get("/tags?search=never").json()["tags"]["total"] == 0


def test_search_finds_parts_of_names_addresses_and_statuses(mia: Crm) -> None:
    mia.add("ann@people.test", first_name="Ann", last_name="Lee", city="Bonn")
    mia.add("bob@people.test", first_name="Bob", last_name="Roe", phone="+49 30 77", status="pending")
    assert mia.emails("search=NN") == ["ann@people.test"]
    assert mia.emails("search=ann+lee") == ["ann@people.test"]
    assert mia.emails("search=30+77") == ["bob@people.test"]
    assert mia.emails("search=pend") == ["bob@people.test"]
    assert mia.emails("search=%25") == []
    assert mia.emails("search=zzz") == []


def test_sorting_goes_by_any_column_and_ignores_what_is_none(mia: Crm) -> None:
    for name in ("bob", "Ann", "cleo"):
        mia.add(f"{name}@people.test", first_name=name)
    assert mia.emails("sort_by=first_name&sort_type=ASC") == ["Ann@people.test", "bob@people.test", "cleo@people.test"]
    assert mia.emails("sort_by=first_name") == ["cleo@people.test", "bob@people.test", "Ann@people.test"]
    assert mia.emails("sort_by=hash;drop&sort_type=ASC") == ["bob@people.test", "Ann@people.test", "cleo@people.test"]


def test_custom_fields_come_with_the_word_true_and_only_fields_that_exist(mia: Crm) -> None:
    mia.put("/custom-fields/contacts", {"fields": [{"field_key": "text", "label": "Colour"}]})
    mia.add("ann@people.test", custom_values={"colour": "red", "gone": "x"})
    mia.add("bob@people.test")
    rows = mia.get("/subscribers?custom_fields=true&sort_type=ASC").json()
    assert rows["custom"] == "true"
    assert [row["custom_fields"] for row in rows["subscribers"]["data"]] == [{"colour": "red"}, []]
    assert "custom_fields" not in mia.get("/subscribers?custom_fields=1").json()["subscribers"]["data"][0]


def test_contacts_without_an_address_and_prospects_are_shown_in_this_wires_words(company: Company, mia: Crm) -> None:
    make_contact(company, email=None, first_name="Nobody", stage="prospect", total_points=5, life_time_value="12.50")
    row = mia.get("/subscribers").json()["subscribers"]["data"][0]
    assert (row["email"], row["hash"], row["contact_type"]) == (None, None, "lead")
    assert (row["total_points"], row["life_time_value"]) == ("5", "12.5")
    assert row["photo"].endswith("/wp-json/portico/avatar.svg")
    assert mia.server.get("/wp-json/portico/avatar.svg").headers["Content-Type"] == "image/svg+xml"


def test_text_of_every_kind_comes_back_as_it_went_in(mia: Crm) -> None:
    name = 'Zoë "Z" O\\Neil 😀 %s %% $1'
    mia.add("zoe@people.test", first_name=name)
    body = mia.get("/subscribers").json()
    assert body["subscribers"]["data"][0]["first_name"] == body["data"][0]["first_name"] == name
