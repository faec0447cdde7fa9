"""Organizations, which this wire calls companies (wire notes 13)."""

from typing import Any

import pytest

from portico.access import Permission, operator
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.models import Organization
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def add(mia: Crm, name: str, **fields: Any) -> int:
    answer = mia.post("/companies", {"name": name, **fields})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["company"]["id"])


def shown(mia: Crm, id: int) -> dict[str, Any]:
    found: dict[str, Any] = mia.get(f"/companies/{id}").json()["company"]
    return found


def names(mia: Crm, query: str = "") -> list[str]:
    answer = mia.get(f"/companies?{query}")
    assert answer.status_code == 200, answer.text
    return [row["name"] for row in answer.json()["companies"]["data"]]


def refused(answer: Any) -> dict[str, set[str]]:
    """The rules that are broken, by field."""
    assert answer.status_code == 422, answer.text
    return {field: set(rules) for field, rules in answer.json().items()}


def test_a_new_one_answers_what_was_sent_in_its_order_and_keeps_all_of_it(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    fields = {
        "name": " Acme <b>Works</b> ", "website": "acme.test/x", "type": "Vendor", "industry": "Retail",
        "email": "hello@acme.test", "phone": "+49 1", "timezone": "Europe/Berlin", "address_line_1": "1 Main Street",
        "address_line_2": "", "postal_code": "00001", "city": "Bonn", "state": None, "country": "DE",
        "employees_number": "12", "description": "<p>Line\nbreaks</p>", "logo": "http://acme.test/logo.png",
        "linkedin_url": "linkedin.test/acme", "facebook_url": "", "twitter_url": "https://x.test/acme",
        "date_of_start": "1999-12-31", "owner_id": ann,
    }  # fmt: skip
    new = mia.post("/companies", {**fields, "unknown": "x", "id": 5, "hash": "mine"}).json()["company"]
    assert list(new) == [*fields, "meta", "hash", "updated_at", "created_at", "id"]
    stored = shown(mia, new["id"])
    same = ("type", "industry", "email", "phone", "timezone", "address_line_2", "state", "country", "description")
    assert {name: stored[name] for name in same} == {name: fields[name] for name in same}
    assert stored["name"] == "Acme Works"
    assert [stored[name] for name in ("website", "logo", "linkedin_url", "facebook_url", "twitter_url")] == [
        "https://acme.test/x", "http://acme.test/logo.png", "https://linkedin.test/acme", "", "https://x.test/acme",
    ]  # fmt: skip
    assert (stored["employees_number"], stored["date_of_start"], stored["owner_id"]) == ("12", "1999-12-31", str(ann))
    assert stored["owner"]["email"] == "ann@people.test"
    assert stored["owner"]["stats"] == {"emails": 0, "opens": 0, "clicks": 0}
    assert stored["contacts_count"] == 0
    assert new["id"] != 5


@pytest.mark.parametrize(
    ("fields", "rules"),
    [
        ({}, {"name": {"required"}}),
        ({"name": " <i></i> "}, {"name": {"required"}}),
        ({"name": "x" * 256}, {"name": {"long"}}),
        ({"name": []}, {"name": {"string"}}),
        ({"name": "A", "website": "not a site"}, {"website": {"url"}}),
        ({"name": "A", "logo": "javascript:alert(1)"}, {"logo": {"url"}}),
        ({"name": "A", "logo": "ftp://acme.test/x"}, {"logo": {"url"}}),
        ({"name": "A", "twitter_url": "https://"}, {"twitter_url": {"url"}}),
        ({"name": "A", "email": "nobody"}, {"email": {"email"}}),
        ({"name": "A", "employees_number": "many"}, {"employees_number": {"numeric"}}),
        ({"name": "A", "employees_number": 10**12}, {"employees_number": {"numeric"}}),
        ({"name": "A", "date_of_start": "soon"}, {"date_of_start": {"date"}}),
        ({"name": "A", "owner_id": 999_999_999}, {"owner_id": {"exists"}}),
        ({"name": "A", "owner_id": "x"}, {"owner_id": {"exists"}}),
        ({"name": "A", "type": "x" * 256, "email": "x"}, {"type": {"long"}, "email": {"email"}}),
        ({"name": "A", "custom_values": {"x": {"a": 1}}}, {"custom_values": {"value"}}),
    ],
)
def test_what_cannot_be_is_refused_by_field_and_nothing_is_kept(
    mia: Crm, fields: dict[str, Any], rules: dict[str, set[str]]
) -> None:
    assert refused(mia.post("/companies", fields)) == rules
    assert names(mia) == []


def test_a_name_is_taken_once_whatever_its_case_and_in_each_company_of_ours(mia: Crm) -> None:
    acme, other = add(mia, "Acme"), add(mia, "Other")
    Organization.objects.create(company=make_company("theirs"), name="Third")
    assert refused(mia.post("/companies", {"name": "ACME"})) == {"name": {"unique"}}
    clash = mia.put(f"/companies/{other}", {"name": "acme"})
    assert (clash.status_code, list(clash.json())) == (422, ["message"])
    assert mia.put(f"/companies/{acme}", {"name": "ACME"}).status_code == 200
    assert names(mia) == ["Other", "ACME"]
    add(mia, "Third")


def test_a_change_needs_the_name_and_leaves_what_was_not_sent(mia: Crm) -> None:
    acme = add(mia, "Acme", city="Bonn", phone="1")
    assert refused(mia.put(f"/companies/{acme}", {"city": "Ulm"})) == {"name": {"required"}}
    changed = mia.put(f"/companies/{acme}", {"name": "Acme", "phone": "", "website": "a.test"}).json()["company"]
    assert (changed["city"], changed["phone"], changed["website"]) == ("Bonn", "", "https://a.test")
    assert "contacts_count" not in changed
    assert mia.put("/companies/0", {"name": "New"}).json()["company"].keys() >= {"name", "id"}
    assert names(mia) == ["New", "Acme"]


def test_what_is_not_there_or_another_companys_is_404_with_one_body(mia: Crm) -> None:
    theirs = Organization.objects.create(company=make_company("theirs"), name="Theirs")
    for method, body in (("GET", None), ("PUT", {"name": "Mine"}), ("DELETE", None)):
        gone = mia.call(method, "/companies/999999999", json=body)
        assert (gone.status_code, list(gone.json())) == (404, ["message"])
        assert mia.call(method, f"/companies/{theirs.pk}", json=body).content == gone.content
        assert mia.call(method, "/companies/999999999999999999", json=body).status_code == 404
    assert mia.get(f"/companies/{theirs.pk}/custom_tab_view?section_provider=x").status_code == 404
    theirs.refresh_from_db()
    assert theirs.name == "Theirs"


def test_the_list_is_searched_filtered_sorted_and_paged(mia: Crm) -> None:
    add(mia, "Beta", type="Vendor", industry="Food", phone="555-1", employees_number=3)
    add(mia, "alpha", type="Partner", industry="Food", description="Makes beta things", employees_number=20)
    add(mia, "Gamma", type="Vendor", email="office@gamma.test")
    assert names(mia) == ["Gamma", "alpha", "Beta"]
    assert names(mia, "sort_by=name&sort_order=ASC") == ["alpha", "Beta", "Gamma"]
    assert names(mia, "sort_by=employees_number&sort_order=DESC") == ["alpha", "Beta", "Gamma"]
    assert names(mia, "sort_by=nothing") == ["Gamma", "alpha", "Beta"]
    assert names(mia, "search=BETA") == ["alpha", "Beta"]
    assert names(mia, "search=555-") == ["Beta"]
    assert names(mia, "search=office%40") == ["Gamma"]
    assert names(mia, "search=a") == ["Gamma", "alpha", "Beta"]
    assert names(mia, "search=%25%25%25") == names(mia, "search=zzz") == []
    assert names(mia, "inline_filters[company_types][]=Vendor") == ["Gamma", "Beta"]
    assert names(mia, "inline_filters[company_types][]=Vendor&inline_filters[company_categories][]=Food") == ["Beta"]
    assert names(mia, "inline_filters[company_types][]=Nobody") == []
    page = mia.get("/companies?per_page=2&page=2").json()["companies"]
    assert (page["total"], [row["name"] for row in page["data"]]) == (3, ["Beta"])


def test_counts_and_owners_are_of_the_rows_that_are_shown(mia: Crm) -> None:
    people = [mia.add(f"p{number}@people.test") for number in range(3)]
    acme, other = add(mia, "Acme"), add(mia, "Other", owner_id=people[0])
    mia.post("/companies/attach-subscribers", {"subscriber_ids": people, "company_ids": [acme]})
    mia.post("/companies/attach-subscribers", {"subscriber_ids": people[:1], "company_ids": [other]})
    rows = {row["id"]: row for row in mia.get("/companies").json()["companies"]["data"]}
    assert (rows[acme]["contacts_count"], rows[acme]["owner"]) == (3, None)
    assert (rows[other]["contacts_count"], rows[other]["owner"]["id"]) == (1, people[0])
    assert "stats" not in rows[other]["owner"]
    assert mia.delete(f"/subscribers/{people[0]}").status_code == 200
    assert (shown(mia, acme)["contacts_count"], shown(mia, other)["contacts_count"]) == (2, 0)
    assert (shown(mia, other)["owner_id"], shown(mia, other)["owner"]) == (None, None)


def test_custom_fields_of_organizations_are_their_own(mia: Crm) -> None:
    fields = [{"field_key": "text", "label": "Size"}, {"field_key": "text", "label": "City"}]
    saved = mia.put("/companies/custom-fields", {"fields": fields}).json()["fields"]
    assert [field["slug"] for field in saved] == ["size", "cf_city"]
    assert mia.get("/companies/custom-fields?with[]=field_types").json().keys() == {"fields", "field_types"}
    assert mia.get("/custom-fields/contacts").json()["fields"] == []
    acme = add(mia, "Acme", custom_values={"size": "big", "cf_city": "Bonn", "unknown": "x"})
    assert shown(mia, acme)["meta"] == {"custom_values": {"size": "big", "cf_city": "Bonn"}}
    mia.put(f"/companies/{acme}", {"name": "Acme", "custom_values": {"size": "", "cf_city": "Ulm"}})
    assert shown(mia, acme)["meta"] == {"custom_values": {"cf_city": "Ulm"}}
    mia.put("/companies/custom-fields", {"fields": []})
    assert shown(mia, acme)["meta"] == {"custom_values": []}
    assert mia.put("/companies/custom-fields", {"fields": "x"}).status_code == 422


def test_to_choose_from_come_the_named_ones_then_those_that_match(mia: Crm) -> None:
    ids = [add(mia, f"Works {number}") for number in range(53)]
    ann = mia.add("ann@people.test", companies=[ids[52]])
    found = mia.get("/companies/search?search=works").json()
    assert ([row["id"] for row in found["results"]], found["has_more"]) == (ids[:2:-1], True)
    assert list(found["results"][0]) == ["id", "name", "email", "logo", "phone", "website"]
    some = mia.get(f"/companies/search?search=works+5&subscriber_id={ann}&values[]={ids[0]}").json()
    assert ([row["id"] for row in some["results"]], some["has_more"]) == ([ids[0], ids[51], ids[50], ids[5]], False)


def test_one_property_of_several(mia: Crm) -> None:
    ann, acme, other = mia.add("ann@people.test"), add(mia, "Acme"), add(mia, "Other")
    theirs = Organization.objects.create(company=make_company("theirs"), name="Theirs")

    def put(**body: Any) -> Any:
        return mia.put("/companies/companies-property", {"companies": [acme, theirs.pk, 10**17], **body})

    assert put(property="type", value="Partner").status_code == 200
    assert put(property="logo", value="logos.test/a.png").status_code == 200
    assert put(property="owner_id", value=ann).status_code == 200
    row = shown(mia, acme)
    assert (row["type"], row["logo"], row["owner_id"]) == ("Partner", "https://logos.test/a.png", str(ann))
    assert put(property="owner_id", value="").status_code == 200
    assert shown(mia, acme)["owner"] is None
    for name, value in (
        ("type", ""), ("logo", "no logo"), ("owner_id", 999_999_999), ("owner_id", make_contact(theirs.company).pk),
        ("name", "x"), ("refetch_logo", "x"),
    ):  # fmt: skip
        answer = put(property=name, value=value)
        assert (answer.status_code, list(answer.json())) == (422, ["message"]), name
    assert refused(mia.put("/companies/companies-property", {})) == {
        "column": {"required"},
        "company_ids": {"required"},
    }
    theirs.refresh_from_db()
    assert (shown(mia, other)["type"], theirs.kind) == (None, None)


def test_bulk_actions_take_named_ones_or_all_that_match_in_chunks_of_fifty(mia: Crm) -> None:
    ids = [add(mia, f"Works {number}", type="Vendor") for number in range(52)]
    kept = add(mia, "Kept", type="Partner")
    only = {"inline_filters": {"company_types": ["Vendor"]}}
    body = {"action_name": "change_company_category", "new_status": "Food", "company_query": only}
    first = mia.post("/companies/do-bulk-action", body).json()
    assert (first["last_company_id"], first["completed_companies"]) == (ids[49], 50)
    second = mia.post("/companies/do-bulk-action", {**body, "last_id": first["last_company_id"]}).json()
    assert (second["last_company_id"], second["completed_companies"]) == (ids[51], 2)
    last = mia.post("/companies/do-bulk-action", {**body, "last_id": second["last_company_id"]}).json()
    assert (last["is_completed"], last["completed_companies"]) == (True, 0)
    assert shown(mia, ids[51])["industry"] == "Food"
    assert shown(mia, kept)["industry"] is None
    named = {"action_name": "change_company_type", "new_status": "Other", "company_ids": [kept, 10**17]}
    assert mia.post("/companies/do-bulk-action", named).json()["completed_companies"] == 1
    assert shown(mia, kept)["type"] == "Other"
    delete = {"action_name": "delete_companies", "search": "works"}
    assert mia.post("/companies/do-bulk-action", delete).json()["completed_companies"] == 50
    assert mia.post("/companies/do-bulk-action", delete).json()["completed_companies"] == 2
    assert names(mia) == ["Kept"]


def test_a_bulk_action_that_names_nothing_sensible_deletes_nothing(mia: Crm) -> None:
    add(mia, "Acme")
    for body in (
        {"action_name": "delete_companies", "company_ids": ["all"]},
        {"action_name": "change_company_status", "new_status": "x"},
        {"action_name": "change_company_type", "new_status": ""},
        {"action_name": "change_company_type", "new_status": "x" * 300},
        {},
    ):
        assert mia.post("/companies/do-bulk-action", body).status_code == 422
    done = mia.post("/companies/do-bulk-action", {"action_name": "delete_companies", "company_ids": [10**17]})
    assert (done.status_code, done.json()["completed_companies"]) == (200, 0)
    assert names(mia) == ["Acme"]


def test_deleting_one_needs_another_permission_than_deleting_many(server: Server, company: Company, mia: Crm) -> None:
    acme, other = add(mia, "Acme"), add(mia, "Other")
    writer = Crm(server, make_key(company, {Permission.TAGS_READ, Permission.TAGS_WRITE}))
    assert writer.delete(f"/companies/{acme}").status_code == 403
    many = {"action_name": "delete_companies", "company_ids": [acme]}
    assert writer.post("/companies/do-bulk-action", many).status_code == 200
    assert mia.delete(f"/companies/{other}").status_code == 200
    assert mia.delete(f"/companies/{other}").status_code == 404


def test_switched_off_every_operation_is_refused_and_contacts_show_none(
    server: Server, company: Company, mia: Crm
) -> None:
    acme = add(mia, "Acme")
    ann = mia.add("ann@people.test", companies=[acme])
    switch_module(operator(company.pk), module="organizations", on=False)
    off = Crm(server, make_key(company))
    for method, path in (
        ("GET", "/companies"), ("POST", "/companies"), ("GET", f"/companies/{acme}"), ("DELETE", f"/companies/{acme}"),
        ("GET", "/companies/custom-fields"), ("GET", f"/companies/{acme}/notes"),
    ):  # fmt: skip
        answer = off.call(method, path)
        assert (answer.status_code, answer.json()["code"]) == (403, "rest_forbidden")
        assert off.call(method, path, auth=None).status_code == 401
    contact = off.get(f"/subscribers/{ann}").json()["subscriber"]
    assert "companies" not in contact
    assert not {"company", "companies"} & off.get("/subscribers").json()["subscribers"]["data"][0].keys()
    assert off.get("/reports/options?fields=companies").json() == {"options": {"companies": []}}
    new = off.add("ben@people.test", companies=[acme])
    assert off.get(f"/subscribers/{new}").json()["subscriber"]["company_id"] is None
    body = {"property": "company_id", "value": acme, "subscribers": [new]}
    assert off.put("/subscribers/subscribers-property", body).status_code == 422


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1, 10**30, 1e300, "", "\0", "\ud7ff", [], [[]], {}, {"a": {"b": []}}, "x" * 70000],
    ids=lambda value: repr(value)[:20],
)
def test_no_value_of_any_type_is_a_500(mia: Crm, value: object) -> None:
    acme = add(mia, "Acme")
    for name in (
        "name", "email", "website", "employees_number", "date_of_start", "owner_id", "description", "custom_values",
        "intended_contact_id", "type",
    ):  # fmt: skip
        assert mia.post("/companies", {"name": "New", name: value}).status_code in {200, 422}, name
        assert mia.put(f"/companies/{acme}", {"name": "Acme", name: value}).status_code in {200, 422}, name
    for path, name in (
        ("attach-subscribers", "subscriber_ids"), ("attach-subscribers", "company_ids"),
        ("detach-subscribers", "company_ids"), ("do-bulk-action", "company_ids"), ("do-bulk-action", "company_query"),
        ("do-bulk-action", "last_id"), ("do-bulk-action", "new_status"), (f"{acme}/notes", "note"),
    ):  # fmt: skip
        body = {"action_name": "change_company_type", "new_status": "x", "subscriber_ids": [1], "company_ids": [acme]}
        assert mia.post(f"/companies/{path}", {**body, name: value}).status_code in {200, 422}, (path, name)
    for name in ("property", "value", "companies"):
        properties = {"property": "logo", "value": "a.test", "companies": [acme], name: value}
        assert mia.put("/companies/companies-property", properties).status_code in {200, 422}, name
    assert mia.put("/companies/custom-fields", {"fields": value}).status_code in {200, 422}
    note = {"title": "t", "description": "d", "type": "note"}
    for name in ("title", "description", "type", "created_at"):
        answer = mia.post(f"/companies/{acme}/notes", {"note": {**note, name: value}})
        assert answer.status_code in {200, 422}, name


@pytest.mark.parametrize(
    "query",
    [
        "search=%00", "search=%ff", "search[]=a", "inline_filters=x", "inline_filters[company_types]=Vendor",
        "inline_filters[company_types][][]=x", "inline_filters[company_types][]=%00", "sort_by[]=id", "sort_by=%27",
        "page=99999999999999999999", "per_page=-1", "values[]=%00", "values[]=99999999999999999999", "values[][]=1",
        "subscriber_id=99999999999999999999", "subscriber_id[]=1", "company_id[]=1", "company_id=-5", "limit=-5",
        "limit=99999999999", "limit[]=1", "with[][]=x",
    ],
)  # fmt: skip
def test_no_query_is_a_500(mia: Crm, query: str) -> None:
    acme = add(mia, "Acme")
    for path in (
        "", "/search", "/search-unattached-contacts", f"/{acme}", f"/{acme}/notes", "/custom-fields",
        f"/{acme}/custom_tab_view",
    ):  # fmt: skip
        assert mia.get(f"/companies{path}?{query}").status_code == 200, path
    assert mia.get(f"/subscribers?company_ids[]={query}&{query.replace('values', 'company_ids')}").status_code == 200
