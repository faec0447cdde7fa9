"""GET /subscribers/{id} (wire notes 8.5)."""

from hashlib import md5

from portico.companies.models import Company
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server


def test_a_contact_is_found_by_id_and_by_address_whatever_its_case(mia: Crm) -> None:
    id = mia.add("Ann@People.test")
    by_id = mia.get(f"/subscribers/{id}").json()["subscriber"]
    assert by_id["id"] == id
    assert by_id["hash"] == md5(b"Ann@People.test", usedforsecurity=False).hexdigest()
    by_email = mia.get("/subscribers/0?get_by_email=ann@people.TEST").json()["subscriber"]
    assert by_email == by_id
    assert mia.get(f"/subscribers/{id}?get_by_email=nobody@people.test").json()["subscriber"]["id"] == id


def test_an_id_in_the_query_or_body_beats_the_one_in_the_path(mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test"), mia.add("bob@people.test")
    assert mia.get(f"/subscribers/{ann}?id={bob}").json()["subscriber"]["id"] == bob
    assert mia.call("GET", f"/subscribers/{ann}?id=1", json={"id": bob}).json()["subscriber"]["id"] == bob


def test_with_asks_for_more(mia: Crm) -> None:
    mia.put("/custom-fields/contacts", {"fields": [{"field_key": "text", "label": "Colour"}]})
    id = mia.add("ann@people.test", custom_values={"colour": "red"})
    bare = mia.get(f"/subscribers/{id}").json()
    assert list(bare) == ["subscriber"]
    assert not {"stats", "custom_values"} & set(bare["subscriber"])
    body = mia.get(f"/subscribers/{id}?with[]=stats&with[]=subscriber.custom_values&with[]=custom_fields").json()
    assert body["subscriber"]["stats"] == {"emails": 0, "opens": 0, "clicks": 0}
    assert body["subscriber"]["custom_values"] == {"colour": "red"}
    assert body["custom_fields"] == [{"field_key": "text", "type": "text", "label": "Colour", "slug": "colour"}]
    nobody = mia.add("bob@people.test")
    assert mia.get(f"/subscribers/{nobody}?with[]=subscriber.custom_values").json()["subscriber"]["custom_values"] == {}


def test_those_who_left_say_why_and_when(mia: Crm) -> None:
    id = mia.add("ann@people.test")
    assert "unsubscribe_reason" not in mia.get(f"/subscribers/{id}").json()["subscriber"]
    mia.put(f"/subscribers/{id}", {"status": "unsubscribed"})
    gone = mia.get(f"/subscribers/{id}").json()["subscriber"]
    assert gone["unsubscribe_reason"] == ""
    assert len(gone["unsubscribe_date"]) == len("2026-01-01 00:00:00")


def test_what_is_not_there_is_422_and_so_is_what_another_company_has(
    server: Server, company: Company, mia: Crm
) -> None:
    elsewhere = make_contact(make_company("other"))
    nobody = mia.get("/subscribers/999999999")
    theirs = mia.get(f"/subscribers/{elsewhere.pk}")
    assert nobody.status_code == theirs.status_code == 422
    assert nobody.content == theirs.content
    assert list(nobody.json()) == ["message"]
    assert mia.get(f"/subscribers/0?get_by_email={elsewhere.email}").content == nobody.content
    assert mia.get("/subscribers/0").content == nobody.content
    assert Crm(server, make_key(company)).get(f"/subscribers/{elsewhere.pk}").content == nobody.content


def test_an_id_that_is_no_number_is_no_route(mia: Crm) -> None:
    for path in (
        "/subscribers/abc",
        "/subscribers/-1",
        "/subscribers/1.5",
        "/subscribers/" + "9" * 30,
        "/subscribers/1/x",
    ):
        answer = mia.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "rest_no_route"), path
