"""advanced_filters (wire notes 8.4): sources and operators of this wire, and what is refused."""

import json
from typing import Any
from urllib.parse import quote

import pytest

from portico.companies.models import Company
from portico.contacts.models import Tag
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm

Item = tuple[str, str, str, Any]


def groups_of(*groups: list[Item]) -> list[list[dict[str, Any]]]:
    return [
        [
            {"source": [source, name], "operator": how, "value": value, "extra_value": None}
            for source, name, how, value in group
        ]
        for group in groups
    ]


def found(mia: Crm, *groups: list[Item], more: str = "") -> list[str]:
    """First parts of the addresses, in order; the total has to be theirs."""
    text = quote(json.dumps(groups_of(*groups)))
    body = mia.get(f"/subscribers?filter_type=advanced&sort_by=email&sort_type=ASC&advanced_filters={text}{more}")
    assert body.status_code == 200, body.text
    page = body.json()["subscribers"]
    assert page["total"] == len(page["data"])
    return [row["email"].partition("@")[0] for row in page["data"]]


@pytest.fixture
def people(mia: Crm) -> dict[str, int]:
    """Ann has much, Bob some, Cleo next to nothing."""
    fields = [
        {"field_key": "text", "label": "Colour"}, {"field_key": "number", "label": "Size"},
        {"field_key": "checkbox", "label": "Pets", "options": ["Cat", "Dog"]}, {"field_key": "date", "label": "Since"},
    ]  # fmt: skip
    assert mia.put("/custom-fields/contacts", {"fields": fields}).ok
    vip, old, news = mia.add_tag("VIP"), mia.add_tag("Old one"), mia.add_list("News")
    ann = mia.add(
        "ann@people.test", first_name="Ann", city="Bonn", country="DE", phone="+49 1", tags=[vip, old], lists=[news],
        date_of_birth="1990-05-19", contact_type="customer",
        custom_values={"colour": "Red", "size": "12", "pets": ["Cat", "Dog"], "since": "2026-01-05"},
    )  # fmt: skip
    bob = mia.add(
        "bob@people.test", first_name="Bob", city="Berlin", tags=[old], status="pending",
        custom_values={"colour": "blue", "size": "7"},
    )  # fmt: skip
    cleo = mia.add("cleo@people.test", first_name="")
    return {"vip": vip, "old": old, "news": news, "ann": ann, "bob": bob, "cleo": cleo}


@pytest.mark.parametrize(
    ("item", "names"),
    [
        (("subscriber", "first_name", "=", "ann"), "ann"),
        (("subscriber", "first_name", "!=", "Ann"), "bob cleo"),
        (("subscriber", "city", "contains", "ON"), "ann"),
        (("subscriber", "city", "not_contains", "on"), "bob cleo"),
        (("subscriber", "city", "in", ["bonn", "Berlin"]), "ann bob"),
        (("subscriber", "city", "not_in", ["Bonn"]), "bob cleo"),
        (("subscriber", "first_name", "is_null", ""), "cleo"),
        (("subscriber", "first_name", "not_null", None), "ann bob"),
        (("subscriber", "status", "=", "pending"), "bob"),
        (("subscriber", "contact_type", "=", "lead"), "bob cleo"),
        (("subscriber", "total_points", "<", "1"), "ann bob cleo"),
        (("subscriber", "total_points", ">", 0), ""),
        (("subscriber", "user_id", "is_null", None), "ann bob cleo"),
        (("subscriber", "user_id", "=", "1"), ""),
        (("subscriber", "email", "=", "ANN@people.test"), "ann"),
        (("subscriber", "date_of_birth", "before", "1990-05-20"), "ann"),
        (("subscriber", "date_of_birth", "after", "1990-05-19"), ""),
        (("subscriber", "date_of_birth", "date_equal", "1990-05-19 10:00:00"), "ann"),
        (("subscriber", "created_at", "days_within", "1"), "ann bob cleo"),
        (("subscriber", "created_at", "days_before", 1), ""),
        (("subscriber", "last_activity", "is_null", None), "ann bob cleo"),
        (("subscriber", "search", "contains", "berl"), "bob"),
        (("subscriber", "search", "not_contains", "berl"), "ann cleo"),
        (("segment", "status", "in", ["pending", "bounced"]), "bob"),
        (("segment", "status", "not_in", ["pending"]), "ann cleo"),
        (("segment", "contact_type", "in", ["customer"]), "ann"),
        (("segment", "user_role", "in", ["administrator"]), ""),
        (("segment", "user_role", "not_in", ["administrator"]), "ann bob cleo"),
        (("custom_fields", "colour", "=", "red"), "ann"),
        (("custom_fields", "colour", "!=", "red"), "bob cleo"),
        (("custom_fields", "colour", "is_null", None), "cleo"),
        (("custom_fields", "size", ">", "7.5"), "ann"),
        (("custom_fields", "size", "<", 8), "bob"),
        (("custom_fields", "pets", "in", ["dog"]), "ann"),
        (("custom_fields", "pets", "not_in", ["dog"]), "bob cleo"),
        (("custom_fields", "since", "before", "2026-01-06"), "ann"),
        (("custom_fields", "since", "days_within", 1), ""),
        (("activities", "email_sent", "never", None), "ann bob cleo"),
        (("activities", "email_opened", "days_within", 5), ""),
        (("activities", "email_link_clicked", "before", "2026-01-01"), ""),
        (("activities", "campaign_email_activity", "in", ["1"]), ""),
        (("activities", "campaign_email_activity", "not_in", 1), "ann bob cleo"),
        (("activities", "campaign_email_activity", "no_open", 1), ""),
        (("activities", "automation_activity", "completed", [1]), ""),
        (("activities", "email_sequence_activity", "not_in", [1]), "ann bob cleo"),
    ],
)
@pytest.mark.usefixtures("people")
def test_each_source_and_operator(mia: Crm, item: Item, names: str) -> None:
    assert found(mia, [item]) == names.split()


def test_tags_and_lists_any_of_none_of_all_of(mia: Crm, people: dict[str, int]) -> None:
    vip, old, news = people["vip"], people["old"], people["news"]
    assert found(mia, [("segment", "tags", "in", [str(vip), old])]) == ["ann", "bob"]
    assert found(mia, [("segment", "tags", "not_in", [vip])]) == ["bob", "cleo"]
    assert found(mia, [("segment", "tags", "in_all", [vip, old, vip])]) == ["ann"]
    assert found(mia, [("segment", "tags", "not_in_all", [vip, old])]) == ["bob", "cleo"]
    assert found(mia, [("segment", "lists", "in", news)]) == ["ann"]


def test_groups_are_or_and_items_and_and_search_stays_beside_them(mia: Crm, people: dict[str, int]) -> None:
    red: Item = ("custom_fields", "colour", "=", "red")
    vip: Item = ("segment", "tags", "in", [people["vip"]])
    bob: Item = ("subscriber", "first_name", "=", "Bob")
    assert found(mia, [red, vip], [bob]) == ["ann", "bob"]
    assert found(mia, [red, bob], [vip]) == ["ann"]
    assert found(mia, [red, vip], [bob], more="&search=berlin") == ["bob"]
    # Tags, lists and statuses are those of the simple filter; here they count for nothing.
    assert found(mia, [bob], more=f"&tags[]={people['vip']}&statuses[]=bounced") == ["bob"]


def test_no_filter_is_everybody_and_only_that(mia: Crm, people: dict[str, int]) -> None:
    for nothing in ("", "&advanced_filters=", "&advanced_filters=[]", "&advanced_filters=[[]]"):
        page = mia.get(f"/subscribers?filter_type=advanced{nothing}").json()
        assert page["total"] == 3
    assert found(mia, [], [("subscriber", "id", "=", people["bob"])]) == ["bob"]


def test_a_tag_that_is_gone_is_nobodys_also_when_it_is_excluded(mia: Crm, people: dict[str, int]) -> None:
    theirs = Tag.objects.create(company=make_company("other"), title="Theirs", slug="theirs").pk
    vip = people["vip"]
    for gone in (theirs, 999_999_999):
        for how in ("in", "not_in", "in_all", "not_in_all"):
            assert found(mia, [("segment", "tags", how, [gone])]) == [], how
        assert found(mia, [("segment", "tags", "not_in", [gone, vip])]) == ["bob", "cleo"]
        assert found(mia, [("segment", "tags", "not_in_all", [gone, vip])]) == []


def test_text_is_json_in_a_query_and_a_form_and_an_array_in_a_json_body(mia: Crm, people: dict[str, int]) -> None:
    groups = groups_of([("subscriber", "id", "in", [people["ann"]])])
    form = {"filter_type": "advanced", "advanced_filters": json.dumps(groups)}
    assert mia.call("GET", "/subscribers", data=form).json()["total"] == 1
    body = {"filter_type": "advanced", "advanced_filters": groups}
    assert mia.call("GET", "/subscribers", json=body).json()["total"] == 1
    refused = mia.call("GET", "/subscribers", json={**body, "advanced_filters": json.dumps(groups)})
    assert (refused.status_code, list(refused.json())) == (422, ["advanced_filters"])


GOOD = {"source": ["subscriber", "city"], "operator": "=", "value": "Bonn"}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"source": ["subscriber", "no_column"]}, "source"),
        ({"source": ["subscriber", "password_hash"]}, "source"),
        ({"source": ["nothing", "city"]}, "source"),
        ({"source": ["custom_fields", "no_field"]}, "source"),
        ({"source": ["custom_fields", "a\0b"]}, "source"),
        ({"source": ["subscriber"]}, "source"),
        ({"source": "subscriber"}, "source"),
        ({"source": [["subscriber"], "city"]}, "source"),
        ({"source": None}, "source"),
        ({"operator": None}, "operator"),
        ({"operator": "LIKE"}, "operator"),
        ({"operator": ["="]}, "operator"),
        ({"operator": "before"}, "operator"),
        ({"operator": "in_all"}, "operator"),
        ({"value": None}, "value"),
        ({"value": ""}, "value"),
        ({"value": ["Bonn"]}, "value"),
        ({"value": {"a": "b"}}, "value"),
        ({"value": True}, "value"),
        ({"value": "x" * 3000}, "value"),
        ({"value": "a\0b"}, "value"),
        ({"operator": "in", "value": []}, "value"),
        ({"operator": "in", "value": [["a"]]}, "value"),
        ({"operator": "in", "value": ["a"] * 1001}, "value"),
        ({"source": ["segment", "tags"], "operator": "in", "value": ["VIP"]}, "value"),
        ({"source": ["segment", "tags"], "operator": "in", "value": [10**30]}, "value"),
        ({"source": ["segment", "tags"], "operator": "in", "value": [-1]}, "value"),
        ({"source": ["segment", "tags"], "operator": "contains", "value": [1]}, "operator"),
        ({"source": ["subscriber", "total_points"], "value": "many"}, "value"),
        ({"source": ["subscriber", "total_points"], "value": "9" * 19}, "value"),
        ({"source": ["subscriber", "life_time_value"], "value": "1e400"}, "value"),
        ({"source": ["subscriber", "created_at"], "operator": "before", "value": "yesterday"}, "value"),
        ({"source": ["subscriber", "created_at"], "operator": "before", "value": "9999-12-31"}, "value"),
        ({"source": ["subscriber", "created_at"], "operator": "days_before", "value": "x"}, "value"),
        ({"source": ["subscriber", "created_at"], "operator": "days_before", "value": -1}, "value"),
        ({"source": ["subscriber", "created_at"], "operator": "days_within", "value": 10**9}, "value"),
        ({"source": ["activities", "email_sent"], "operator": "=", "value": "2026-01-01"}, "operator"),
        ({"source": ["activities", "automation_activity"], "operator": "clicked", "value": [1]}, "operator"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_named(mia: Crm, change: dict[str, Any], rule: str) -> None:
    groups = [[GOOD], [GOOD, {**GOOD, **change}]]
    answer = mia.get("/subscribers", params={"filter_type": "advanced", "advanced_filters": json.dumps(groups)})
    assert answer.status_code == 422, answer.text
    assert list(answer.json()) == ["advanced_filters"]
    assert list(answer.json()["advanced_filters"]) == [rule]
    assert answer.json()["advanced_filters"][rule].startswith("Group 2, item 2: ")


@pytest.mark.parametrize("item", [{}, None, 1, "text", [], [[]], {"source": []}])
def test_an_item_that_is_none_is_refused_rather_than_left_out(mia: Crm, item: Any) -> None:
    for groups in ([[item]], [item], item):
        if groups in (None, [], [[]], {}):
            continue
        text = json.dumps(groups)
        answer = mia.get("/subscribers", params={"filter_type": "advanced", "advanced_filters": text})
        assert answer.status_code == 422, text


@pytest.mark.parametrize("text", ["{bad", "[[{]]", "1", '"text"', "true", "[" * 3000, "[1]", "null0"])
def test_no_json_or_no_array_is_refused(mia: Crm, text: str) -> None:
    answer = mia.get("/subscribers", params={"filter_type": "advanced", "advanced_filters": text})
    assert (answer.status_code, list(answer.json())) == (422, ["advanced_filters"])


def test_there_are_bounds(mia: Crm) -> None:
    for groups in ([[GOOD]] * 51, [[GOOD] * 201]):
        body = {"filter_type": "advanced", "advanced_filters": groups}
        assert mia.call("GET", "/subscribers", json=body).status_code == 422
    body = {"filter_type": "advanced", "advanced_filters": [[GOOD] * 4] * 50}
    assert mia.call("GET", "/subscribers", json=body).status_code == 200


def test_signs_that_mean_something_to_sql_are_only_signs(company: Company, mia: Crm) -> None:
    mia.add("percent@people.test", city="100%ig")
    mia.add("quote@people.test", city='O\'Neil "B" \\ {x}')
    make_contact(company, email="plain@people.test", city="100 ig")
    assert found(mia, [("subscriber", "city", "contains", "0%")]) == ["percent"]
    assert found(mia, [("subscriber", "city", "contains", "_")]) == []
    assert found(mia, [("subscriber", "city", "in", ['O\'Neil "B" \\ {x}', "'; DROP TABLE contact; --"])]) == ["quote"]
    assert found(mia, [("subscriber", "city", "contains", "%s")]) == []


def test_the_neighbours_in_the_list(mia: Crm, people: dict[str, int]) -> None:
    ann, bob, cleo = people["ann"], people["bob"], people["cleo"]
    where = f"/subscribers/prev-next-ids?filter_type=simple&current_id={bob}"
    assert mia.get(where).json() == {
        "navigation": {"next": [ann], "prev": [cleo]}, "has_next": True, "has_prev": True,
    }  # fmt: skip
    assert mia.get(f"{where}&sort_type=ASC").json()["navigation"] == {"next": [cleo], "prev": [ann]}
    assert mia.get(f"{where}&statuses[]=pending").json()["has_next"] is False
    text = quote(json.dumps(groups_of([("subscriber", "city", "=", "Bonn")])))
    advanced = mia.get(f"/subscribers/prev-next-ids?filter_type=advanced&current_id={bob}&advanced_filters={text}")
    assert advanced.json()["navigation"] == {"next": [ann], "prev": []}
    for missing in ("", "?filter_type=simple", "?current_id=5", "?filter_type=simple&current_id=x"):
        answer = mia.get(f"/subscribers/prev-next-ids{missing}")
        assert (answer.status_code, list(answer.json())) == (422, ["message"])
