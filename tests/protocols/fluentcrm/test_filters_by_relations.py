"""advanced_filters by organizations and tracked events (wire notes 8.4)."""

import json
from typing import Any

import pytest

from portico.companies.models import Company
from tests.make import make_company, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def asked(mia: Crm, *items: dict[str, Any]) -> Any:
    groups = json.dumps([list(items)])
    return mia.get(
        "/subscribers",
        params={"filter_type": "advanced", "sort_by": "email", "sort_type": "ASC", "advanced_filters": groups},
    )


def found(mia: Crm, source: str, name: str, operator: str, value: Any, extra: str | None = None) -> list[str]:
    answer = asked(mia, {"source": [source, name], "operator": operator, "value": value, "extra_value": extra})
    assert answer.status_code == 200, answer.text
    return [row["email"].partition("@")[0] for row in answer.json()["subscribers"]["data"]]


@pytest.fixture
def acme(mia: Crm) -> int:
    """Ann works at Acme and bought three times; Bob works at Best and bought once; Cleo does neither."""
    ann, bob, _ = (mia.add(f"{name}@people.test") for name in ("ann", "bob", "cleo"))
    ids = []
    for name, industry, kind, contact in (("Acme", "Retail", "Vendor", ann), ("Best", "Farming", "Partner", bob)):
        body = {"name": name, "industry": industry, "type": kind, "intended_contact_id": contact}
        ids.append(int(mia.post("/companies", body).json()["company"]["id"]))
    for contact, value in ((ann, "12"), (ann, "15"), (ann, "20"), (bob, "7")):
        body = {"event_key": "bought", "title": "Bought a hat", "subscriber_id": contact, "value": value}
        assert mia.post("/subscribers/track-event", body).ok
    return ids[0]


def test_contacts_are_filtered_by_where_they_work(mia: Crm, acme: int) -> None:
    assert found(mia, "segment", "companies", "in", [acme]) == ["ann"]
    assert found(mia, "segment", "companies", "not_in", [acme]) == ["bob", "cleo"]
    assert found(mia, "segment", "company_industry", "in", ["Farming"]) == ["bob"]
    assert found(mia, "segment", "company_type", "in", ["Vendor", "Partner"]) == ["ann", "bob"]
    assert found(mia, "segment", "company_type", "not_in", ["Vendor"]) == ["bob", "cleo"]
    assert found(mia, "subscriber", "company_id", "=", acme) == ["ann"]
    assert found(mia, "subscriber", "company_id", "is_null", None) == ["cleo"]


def test_industries_and_types_of_companies_are_offered_from_those_there_are(
    server: Server,
    mia: Crm,
    acme: int,  # noqa: ARG001 -- must be there
) -> None:
    def offered(who: Crm, key: str, search: str = "") -> list[dict[str, str]]:
        options: list[dict[str, str]] = who.get(f"/reports/ajax-options?option_key={key}&search={search}").json()[
            "options"
        ]
        return options

    mia.post("/companies", {"name": "Third", "industry": "Retail"})
    assert offered(mia, "company_industries") == [{"id": one, "title": one} for one in ("Farming", "Retail")]
    assert offered(mia, "company_types", "VEND") == [{"id": "Vendor", "title": "Vendor"}]
    assert offered(mia, "company_types", "%25") == []
    assert offered(Crm(server, make_key(make_company())), "company_industries") == []


@pytest.mark.parametrize(
    ("name", "operator", "value", "extra", "names"),
    [
        ("event_tracking_key", "in", ["bought", "sold"], None, ["ann", "bob"]),
        ("event_tracking_key", "not_in", ["bought"], None, ["cleo"]),
        ("event_tracking_title", "contains", "HAT", None, ["ann", "bob"]),
        ("event_tracking_title", "=", "Sold", None, []),
        ("event_tracking_value", "=", "20", "bought", ["ann"]),
        ("event_tracking_value", ">", "6", "bought", ["ann", "bob"]),
        ("event_tracking_value", "=", "20", "sold", []),
        ("event_tracking_key_count", ">", "2", "bought", ["ann"]),
        ("event_tracking_key_count", "=", "1", "bought", ["bob"]),
        ("event_tracking_key_count", "<", "9", "sold", []),
    ],
)  # fmt: skip
def test_contacts_are_filtered_by_their_events(
    mia: Crm,
    acme: int,  # noqa: ARG001 -- must be there
    name: str,
    operator: str,
    value: Any,
    extra: str | None,
    names: list[str],
) -> None:
    assert found(mia, "event_tracking", name, operator, value, extra) == names


@pytest.mark.parametrize("extra", [None, "", " ", 7, ["bought"]])
def test_an_event_has_to_be_named_where_its_values_are_asked_for(mia: Crm, extra: Any) -> None:
    item = {"source": ["event_tracking", "event_tracking_value"], "operator": "=", "value": "1", "extra_value": extra}
    answer = asked(mia, item)
    assert (answer.status_code, list(answer.json())) == (422, ["advanced_filters"])


def test_a_segment_keeps_which_event_was_meant(mia: Crm, acme: int) -> None:  # noqa: ARG001 -- must be there
    item = {
        "source": ["event_tracking", "event_tracking_key_count"],
        "operator": ">",
        "value": 2,
        "extra_value": "bought",
    }
    made = mia.post("/dynamic-segments", {"segment": {"title": "Buyers", "filters": [[item]]}})
    assert made.status_code == 200, made.text
    (row,) = (one for one in mia.get("/dynamic-segments").json()["dynamic_segments"] if one["title"] == "Buyers")
    assert row["count"] == 1
    assert made.json()["segment"]["filters"] == [[item]]


def test_another_companys_organization_finds_nobody(server: Server, acme: int) -> None:
    other: Company = make_company()
    theirs = Crm(server, make_key(other))
    theirs.add("eve@people.test")
    assert found(theirs, "segment", "companies", "in", [acme]) == []
    assert found(theirs, "segment", "companies", "not_in", [acme]) == found(
        theirs, "segment", "companies", "not_in", [10**15]
    )


def test_many_contacts_come_to_an_organization_and_leave_it(mia: Crm, acme: int) -> None:
    ids = [mia.add(f"{name}@people.test") for name in ("dan", "eli")]

    def do(action: str, company: Any) -> Any:
        body = {"action_name": action, "subscriber_ids": ids, "new_status": company}
        return mia.post("/subscribers/do-bulk-action", body)

    assert do("add_to_company", acme).json()["completed_contacts"] == 2
    assert found(mia, "segment", "companies", "in", [acme]) == ["ann", "dan", "eli"]
    assert do("remove_from_company", acme).status_code == 200
    assert found(mia, "segment", "companies", "in", [acme]) == ["ann"]
    for nothing in ("", 0, "x", 10**15):
        for action in ("add_to_company", "remove_from_company"):
            answer = do(action, nothing)
            assert (answer.status_code, list(answer.json())) == (422, ["message"]), nothing


def test_a_delivery_comes_to_the_webhooks_organization_and_is_asked_to_opt_in(mia: Crm, acme: int) -> None:
    made = mia.post("/webhooks", {"name": "Shop", "status": "pending", "companies": [acme, 10**15]}).json()
    address = made["webhook"]["url"].partition("/?")[2]
    told = mia.server.post(f"/?{address}", json={"email": "fay@people.test"}).json()
    assert told["success"] is True
    assert found(mia, "segment", "companies", "in", [acme]) == ["ann", "fay"]
    asked_for = mia.get(f"/subscribers/{told['data']['id']}").json()["subscriber"]
    assert asked_for["status"] == "pending"
