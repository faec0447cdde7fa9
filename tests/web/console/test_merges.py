import re

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import Contact, ContactMerge
from tests.make import make_company, make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.forms import fields_of


def test_duplicates_are_found_compared_merged_and_taken_apart(acme: Company, owner: Browser) -> None:
    assert "No contact looks like another one" in owner.get("/duplicates").text
    anna = make_contact(acme, first_name="Anna", city="Kiel", phone="+49 431 12345", tags=["Gold"])
    again = make_contact(acme, first_name="Änne", phone="0049431/12345", city="Bonn", last_name="Lee", tags=["Blue"])
    listed = owner.get("/duplicates").text
    assert "The same phone number" in listed
    found = re.search(r'href="(/contacts/\d+/merge\?other=\d+)"', listed)
    assert found
    assert found[1] == f"/contacts/{anna.pk}/merge?other={again.pk}"

    compared = owner.get(found[1]).text
    rows = dict(re.findall(r'<tr><th scope="row">([^<]*)</th>((?:<td>[^<]*</td>){3})', compared))
    assert rows["City"] == "<td>Kiel</td><td>Bonn</td><td>Kiel</td>"
    assert rows["Last name"] == "<td>nothing</td><td>Lee</td><td>Lee</td>"
    path = f"/contacts/{anna.pk}/merge"
    form = {**fields_of(compared), "wins-city": "loser"}
    looked = owner.call("POST", path, data={**form, "press": "look"})
    assert looked.status_code == 200
    assert "<td>Kiel</td><td>Bonn</td><td>Bonn</td>" in looked.text
    assert fields_of(looked.text)["wins-city"] == "loser"
    assert Contact.objects.filter(company_id=acme.pk).count() == 2

    assert owner.call("POST", path, data={**form, "press": "merge"}).status_code == 303
    anna.refresh_from_db()
    assert (anna.city, anna.last_name) == ("Bonn", "Lee")
    page = owner.get(f"/contacts/{anna.pk}").text
    assert 'value="Blue"' in page
    assert "Merged with another contact" in page
    assert owner.get(f"/contacts/{again.pk}").status_code == 404
    assert owner.call("POST", path, data={**form, "press": "merge"}).status_code == 404

    undo = re.search(r'href="(/merges/\d+/undo)"', page)
    assert undo
    assert owner.call("POST", undo[1], data=fields_of(owner.get(undo[1]).text)).status_code == 303
    anna.refresh_from_db()
    assert (anna.city, anna.last_name) == ("Kiel", None)
    assert owner.get(f"/contacts/{again.pk}").status_code == 200
    assert owner.get(undo[1]).status_code == 404
    assert undo[1] not in owner.get(f"/contacts/{anna.pk}").text


def test_the_other_contact_is_looked_for_and_is_never_itself(acme: Company, owner: Browser) -> None:
    anna = make_contact(acme, first_name="Anna", last_name="Lee")
    ben = make_contact(acme, first_name="Ben", last_name="Lee")
    make_contact(acme, first_name="Eve", last_name="Ray")
    path = f"/contacts/{anna.pk}/merge"
    offered = owner.get(path).text
    assert f"other={ben.pk}" in offered
    assert f"other={anna.pk}" not in offered
    assert "Eve" not in offered
    assert "Eve" in owner.get(f"{path}?search=ray").text
    assert owner.get(f"{path}?other={anna.pk}").status_code == 422
    theirs = make_contact(make_company("other"))
    for other in (str(theirs.pk), "9" * 25, "x\0"):
        assert owner.send(path, page=f"{path}?other={ben.pk}", other=other, press="merge").status_code == 404
    assert owner.get("/duplicates?reason=email&key=%00").status_code == 200
    assert owner.get("/duplicates?reason=shoe&key=1").status_code == 200


def test_a_merge_that_cannot_be_undone_says_so(acme: Company, owner: Browser) -> None:
    first, second, third = (make_contact(acme).pk for _ in range(3))
    made = merge_contacts(operator(acme.pk), winner_id=first, loser_id=second)
    merge_contacts(operator(acme.pk), winner_id=first, loser_id=third)
    path = f"/merges/{made.id}/undo"
    assert owner.send(path, is_sure="yes").status_code == 409
    ContactMerge.objects.filter(company_id=acme.pk).update(merged_at="2020-01-01T00:00Z", kept=None)
    assert path not in owner.get(f"/contacts/{first}").text


def test_merging_needs_both_permissions(acme: Company, enter: Enter) -> None:
    contact = make_contact(acme)
    for more in (Permission.CONTACTS_WRITE, Permission.CONTACTS_DELETE):
        browser = enter(make_member(acme, "Mo", Role.MANAGER, {Permission.CONTACTS_READ, more}))
        assert "/duplicates" not in browser.get(f"/contacts/{contact.pk}").text
        assert f"/contacts/{contact.pk}/merge" not in browser.get(f"/contacts/{contact.pk}").text
        assert browser.get("/duplicates").status_code == 404
        assert browser.get(f"/contacts/{contact.pk}/merge").status_code == 404
