"""Contacts at organizations: attached, detached, and at which of them first (wire notes 8, 13)."""

from typing import Any

import pytest

from portico.contacts.models import ContactOrganization, Organization
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm
from tests.protocols.fluentcrm.test_organizations import add


@pytest.fixture
def acme(mia: Crm) -> int:
    return add(mia, "Acme")


@pytest.fixture
def other(mia: Crm) -> int:
    return add(mia, "Other")


def works(mia: Crm, contact: int) -> tuple[int | None, set[int]]:
    """Where a contact works first, and everywhere."""
    found = mia.get(f"/subscribers/{contact}").json()["subscriber"]
    first = found["company_id"]
    return (int(first) if first else None), {row["id"] for row in found["companies"]}


def attach(mia: Crm, people: list[int], organizations: list[int]) -> Any:
    return mia.post("/companies/attach-subscribers", {"subscriber_ids": people, "company_ids": organizations})


def detach(mia: Crm, people: list[int], organizations: list[int]) -> Any:
    return mia.post("/companies/detach-subscribers", {"subscriber_ids": people, "company_ids": organizations})


def test_the_first_that_a_contact_gets_is_where_it_works_first(mia: Crm, acme: int, other: int) -> None:
    ann, ben = mia.add("ann@people.test"), mia.add("ben@people.test")
    answer = attach(mia, [ann, 999_999_999], [other, 999_999_999, acme]).json()
    assert list(answer) == ["message", "companies"]
    assert [row["id"] for row in answer["companies"]] == [acme, other]
    assert works(mia, ann) == (other, {acme, other})
    attach(mia, [ann, ben], [acme])
    assert (works(mia, ann), works(mia, ben)) == ((other, {acme, other}), (acme, {acme}))
    assert works(mia, mia.add("cay@people.test")) == (None, set())


def test_an_intended_contact_works_at_the_new_one_and_an_unknown_one_is_left_out(mia: Crm, acme: int) -> None:
    ann = mia.add("ann@people.test")
    new = add(mia, "New", intended_contact_id=ann)
    newer = add(mia, "Newer", intended_contact_id=ann)
    assert works(mia, ann) == (new, {new, newer})
    add(mia, "Newest", intended_contact_id=999_999_999)
    assert acme not in works(mia, ann)[1]


def test_when_the_first_goes_the_one_held_longest_follows(mia: Crm, acme: int, other: int) -> None:
    third = add(mia, "Third")
    ann, ben = mia.add("ann@people.test"), mia.add("ben@people.test")
    for one in (third, other, acme):
        attach(mia, [ann], [one])
    attach(mia, [ben], [third])
    answer = detach(mia, [ann, ben], [third]).json()
    assert list(answer) == ["companies", "last_primary_company_id", "message"]
    assert answer["last_primary_company_id"] is None
    assert (works(mia, ann), works(mia, ben)) == ((other, {other, acme}), (None, set()))
    assert detach(mia, [ann], [acme]).json()["last_primary_company_id"] == str(other)
    attach(mia, [ann], [acme])
    assert mia.delete(f"/companies/{other}").status_code == 200
    assert works(mia, ann) == (acme, {acme})
    assert mia.delete(f"/companies/{acme}").status_code == 200
    assert works(mia, ann) == (None, set())


def test_where_nothing_is_left_of_the_selection_the_answer_is_a_bare_text(mia: Crm, acme: int) -> None:
    ann = mia.add("ann@people.test")
    company = make_company("theirs")
    theirs = Organization.objects.create(company=company, name="Theirs")
    for way in (attach, detach):
        for people, organizations in (
            ([ann], [theirs.pk]),
            ([make_contact(company).pk], [acme]),
            ([], [acme]),
            ([ann], []),
        ):
            answer = way(mia, people, organizations)
            assert (answer.status_code, answer.json()) == (422, "Invalid data")
    assert not ContactOrganization.objects.filter(contact_id=ann).exists()
    many = attach(mia, list(range(1, 1002)), list(range(1, 101)))
    assert (many.status_code, set(many.json())) == (422, {"organizations"})


def test_contacts_are_listed_by_where_they_work_with_company_and_companies(mia: Crm, acme: int, other: int) -> None:
    ann = mia.add("ann@people.test", companies=[acme, other])
    mia.add("ben@people.test", companies=[other])
    mia.add("cay@people.test")
    assert mia.emails(f"company_ids[]={acme}") == ["ann@people.test"]
    assert mia.emails(f"company_ids[]={other}") == ["ben@people.test", "ann@people.test"]
    assert mia.emails(f"company_ids[]={other}&sort_by=email&sort_type=ASC") == ["ann@people.test", "ben@people.test"]
    assert mia.emails(f"company_ids[]={acme}&company_ids[]={other}") == ["ben@people.test", "ann@people.test"]
    assert mia.emails(f"company_ids[]={other}&search=ann") == ["ann@people.test"]
    assert mia.emails("company_ids[]=999999999") == mia.emails("company_ids[]=x") == []
    page = mia.get(f"/subscribers?company_ids[]={other}&per_page=1&custom_fields=true").json()["subscribers"]
    assert page["total"] == 2
    rows = mia.get("/subscribers").json()["subscribers"]["data"]
    assert [row["company"] and row["company"]["id"] for row in rows] == [None, other, acme]
    assert [[one["name"] for one in row["companies"]] for row in rows] == [[], ["Other"], ["Acme", "Other"]]
    assert list(rows[0])[-4:] == ["tags", "lists", "company", "companies"]
    pivot = rows[2]["companies"][1]["pivot"]
    assert (pivot["subscriber_id"], pivot["object_id"]) == (str(ann), str(other))


def test_a_new_or_merged_contact_comes_with_organizations(mia: Crm, acme: int, other: int) -> None:
    theirs = Organization.objects.create(company=make_company("theirs"), name="Theirs")
    new = mia.post(
        "/subscribers",
        {"email": "ann@people.test", "status": "subscribed", "companies": [theirs.pk, other, acme, "x", 10**17]},
    ).json()["contact"]
    assert (new["company_id"], [row["id"] for row in new["companies"]]) == (str(other), [acme, other])
    ben = {
        "email": "ben@people.test",
        "status": "subscribed",
        "company_id": acme,
        "companies": [other],
        "tags": ["VIP"],
    }
    made = mia.post("/subscribers", ben).json()["contact"]
    assert works(mia, made["id"]) == (acme, {acme, other})
    again = {"email": "ANN@people.test", "status": "subscribed", "__force_update": "yes", "companies": [acme]}
    assert works(mia, mia.post("/subscribers", again).json()["contact"]["id"]) == (other, {acme, other})
    rows = [{"email": "cay@people.test", "companies": [acme]}, {"email": "ben@people.test", "companies": [other]}]
    updated = mia.post("/subscribers/bulk-add-update", {"contacts": rows}).json()["updated"]
    assert works(mia, updated[0]["id"]) == (acme, {acme})
    only_theirs = {"email": "dee@people.test", "status": "subscribed", "companies": [theirs.pk]}
    assert works(mia, mia.post("/subscribers", only_theirs).json()["contact"]["id"]) == (None, set())


def test_as_a_property_of_several_it_becomes_the_first(mia: Crm, acme: int, other: int) -> None:
    ann, ben = mia.add("ann@people.test", companies=[acme]), mia.add("ben@people.test")
    body = {"property": "company_id", "value": str(other), "subscribers": [ann, ben, 999_999_999]}
    assert mia.put("/subscribers/subscribers-property", body).status_code == 200
    assert (works(mia, ann), works(mia, ben)) == ((other, {acme, other}), (other, {other}))
    theirs = Organization.objects.create(company=make_company("theirs"), name="Theirs")
    for value in (theirs.pk, 999_999_999, "", "x", [acme]):
        answer = mia.put("/subscribers/subscribers-property", {**body, "value": value})
        assert (answer.status_code, list(answer.json())) == (422, ["message"])
    assert works(mia, ann) == (other, {acme, other})


def test_a_change_of_one_contact_says_where_it_works_first(mia: Crm, acme: int, other: int) -> None:
    ann = mia.add("ann@people.test", companies=[acme])
    theirs = Organization.objects.create(company=make_company("theirs"), name="Theirs")
    changed = mia.put(f"/subscribers/{ann}", {"company_id": other, "city": "Bonn"}).json()["contact"]
    assert (changed["company_id"], changed["city"]) == (str(other), "Bonn")
    assert works(mia, ann) == (other, {acme, other})
    for value in (theirs.pk, 999_999_999, "", "x", [acme], None):
        assert mia.put(f"/subscribers/{ann}", {"company_id": value}).status_code == 200
    assert works(mia, ann) == (other, {acme, other})


def test_contacts_that_do_not_work_somewhere_are_found(mia: Crm, acme: int) -> None:
    mia.add("ann@people.test", first_name="Ann", last_name="Lee", companies=[acme])
    mia.add("ben@people.test", first_name="Ben", last_name="Lee")
    mia.add("cay@people.test", first_name="Cay")

    def found(query: str) -> list[str]:
        rows = mia.get(f"/companies/search-unattached-contacts?{query}").json()["results"]
        return [row["email"] for row in rows]

    assert found(f"company_id={acme}") == ["cay@people.test", "ben@people.test"]
    assert found(f"company_id={acme}&search=lee") == ["ben@people.test"]
    assert found(f"company_id={acme}&limit=1") == ["cay@people.test"]
    assert len(found("company_id=999999999")) == 3
    row = mia.get(f"/companies/search-unattached-contacts?company_id={acme}").json()["results"][0]
    assert list(row) == ["id", "first_name", "last_name", "full_name", "email", "status", "photo"]


def test_a_contact_takes_what_it_had_there_along_when_it_goes(mia: Crm, acme: int) -> None:
    ann = mia.add("ann@people.test", companies=[acme])
    assert mia.delete(f"/subscribers/{ann}").status_code == 200
    assert not ContactOrganization.objects.filter(organization_id=acme).exists()
    assert mia.get(f"/companies/{acme}").json()["company"]["contacts_count"] == 0


def test_organizations_are_offered_in_forms_by_name(mia: Crm, other: int, acme: int) -> None:
    options = mia.get("/reports/options?fields=companies").json()["options"]
    assert options == {"companies": [{"id": acme, "title": "Acme"}, {"id": other, "title": "Other"}]}
