"""What contacts hold in custom fields: typed by the field when it is written (wire notes 12)."""

from typing import Any

import pytest

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.protocols.fluentcrm.client import Crm

KINDS = ("text", "number", "single-select", "multi-select", "checkbox", "date", "date_time")


@pytest.fixture
def crm(mia: Crm) -> Crm:
    """With a field of each kind, named after it; the options are S and M."""
    rows = [{"field_key": kind, "label": kind, "slug": kind, "options": ["S", "M"]} for kind in KINDS]
    assert mia.put("/custom-fields/contacts", {"fields": rows}).status_code == 200
    return mia


def stored(crm: Crm, id: int) -> dict[str, Any]:
    body = crm.get(f"/subscribers/{id}?with[]=subscriber.custom_values").json()
    values: dict[str, Any] = body["subscriber"]["custom_values"]
    return values


@pytest.mark.parametrize(
    ("slug", "given", "kept"),
    [
        ("text", "S, M", "S, M"),
        ("number", "7", "7"),
        ("number", " -7.50 ", "-7.50"),
        ("number", 7, 7),
        ("number", 7.5, 7.5),
        ("number", True, 1),
        ("single-select", "not an option", "not an option"),
        ("multi-select", "S, M", ["S", "M"]),
        ("multi-select", ["S", 4, None], ["S", "4"]),
        ("checkbox", "S", ["S"]),
        ("checkbox", 4, ["4"]),
        ("date", "2026-02-28", "2026-02-28"),
        ("date", "2026/02/28", "2026-02-28"),
        ("date", "2026-02-28 23:59:59", "2026-02-28"),
        ("date_time", "2026-02-28 23:59", "2026-02-28 23:59:00"),
        ("date_time", "2026-02-28T23:59:59.123+02:00", "2026-02-28 21:59:59"),
        ("date_time", "2026-02-28", "2026-02-28 00:00:00"),
    ],
)
def test_a_value_is_kept_in_the_form_of_its_field_however_it_comes(
    crm: Crm, slug: str, given: object, kept: object
) -> None:
    by_post = crm.add("a@people.test", custom_values={slug: given})
    at_top_level = crm.add("b@people.test", **{slug: given})
    by_put = crm.add("c@people.test")
    assert crm.put(f"/subscribers/{by_put}", {"custom_values": {slug: given}}).status_code == 200
    in_bulk = [{"email": "d@people.test", "custom_values": {slug: given}}]
    updated = crm.post("/subscribers/bulk-add-update", {"contacts": in_bulk}).json()["updated"]
    for id in (by_post, at_top_level, by_put, updated[0]["id"]):
        assert stored(crm, id) == {slug: kept}


@pytest.mark.parametrize(
    ("slug", "given"),
    [
        ("number", "seven"),
        ("number", "7,5"),
        ("number", "NaN"),
        ("number", "1e999"),
        ("number", "9" * 40),
        ("number", 1e300),
        ("number", ["7"]),
        ("date", "soon"),
        ("date", "2026-02-30"),
        ("date", "31.12.2026"),
        ("date", 20260228),
        ("date", ["2026-02-28"]),
        ("date_time", "2026-02-28 25:00:00"),
        ("date_time", "0001-01-01T00:00+14:00"),
    ],
)
def test_what_would_break_a_filter_by_type_is_refused_and_nothing_is_written(
    crm: Crm, company: Company, slug: str, given: object
) -> None:
    id = crm.add("ann@people.test", custom_values={"number": "1"}, city="Bonn")
    new = {"email": "bob@people.test", "status": "pending", "custom_values": {slug: given, "text": "x"}}
    refused = [
        crm.post("/subscribers", new),
        crm.post("/subscribers", {"email": "bob@people.test", "status": "pending", slug: given}),
        crm.put(f"/subscribers/{id}", {"city": "Kiel", "custom_values": {slug: given}}),
    ]
    assert [(one.status_code, list(one.json())) for one in refused] == [(422, ["custom_values"])] * 3
    assert [list(one.json()["custom_values"]) for one in refused] == [[slug]] * 3
    assert stored(crm, id) == {"number": "1"}
    assert list(Contact.objects.filter(company=company).values_list("city", flat=True)) == ["Bonn"]
    rows = {"contacts": [{"email": "row@people.test", "custom_values": {slug: given}}, {"email": "good@people.test"}]}
    bulk = crm.post("/subscribers/bulk-add-update", rows).json()
    assert [row["email"] for row in bulk["invalids"]] == ["row@people.test"]
    assert [row["email"] for row in bulk["updated"]] == ["good@people.test"]


@pytest.mark.parametrize("nothing", ["", None, " ", "0000-00-00"])
def test_nothing_takes_a_value_away(crm: Crm, nothing: object) -> None:
    id = crm.add("ann@people.test", custom_values={"date": "2026-02-28", "text": "x"})
    assert crm.put(f"/subscribers/{id}", {"custom_values": {"date": nothing}}).status_code == 200
    assert stored(crm, id) == {"text": "x"}


def test_a_value_without_a_field_is_kept_as_it_is_until_the_field_comes(crm: Crm) -> None:
    id = crm.add("ann@people.test", custom_values={"later": "x"})
    assert stored(crm, id) == {}
    assert crm.put("/custom-fields/contacts", {"fields": [{"field_key": "text", "label": "Later"}]}).status_code == 200
    assert stored(crm, id) == {"later": "x"}
