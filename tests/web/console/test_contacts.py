import re

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.models import Contact, ContactNote
from tests.make import make_contact
from tests.web.browser import Browser


def names(page: str) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/contacts/\d+">([^<]+)</a>', page)


def test_the_address_holds_the_whole_view(acme: Company, owner: Browser) -> None:
    for number in range(30):
        make_contact(acme, email=f"p{number:02}@acme.test", first_name=f"Person {number:02}")
    make_contact(acme, email="anna@acme.test", first_name="Anna", consent="pending")
    first = owner.get("/contacts").text
    assert names(first)[:2] == ["Anna", "Person 29"]
    assert "1 to 25 of 31" in first
    assert names(owner.get("/contacts?page=2").text)[-1] == "Person 00"
    assert names(owner.get("/contacts?search=anna").text) == ["Anna"]
    assert names(owner.get("/contacts?status=pending").text) == ["Anna"]
    assert names(owner.get("/contacts?status=pending&search=person").text) == []
    assert "Nobody is like that" in owner.get("/contacts?tag=nothing").text
    assert owner.get("/contacts?page=99999999999999999&search=%00&status=x").status_code == 200


def test_a_contact_is_added_changed_and_deleted(acme: Company, owner: Browser) -> None:
    added = owner.send(
        "/contacts/add", email="anna@acme.test", first_name="Anna", consent="subscribed", date_of_birth=""
    )
    contact = Contact.objects.get(company_id=acme.pk)
    assert added.headers["Location"] == f"/contacts/{contact.pk}?done=added"
    twice = owner.send("/contacts/add", email="ANNA@acme.test", consent="subscribed")
    assert twice.status_code == 422
    assert 'id="error-email"' in twice.text

    page = f"/contacts/{contact.pk}/edit"
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(page).text)
    assert seen
    form = {"email": "anna@acme.test", "first_name": "Änne", "city": "Köln", "consent": "subscribed", "stage": "lead"}
    assert owner.send(page, seen=seen[1], **form).status_code == 303
    contact.refresh_from_db()
    assert (contact.first_name, contact.city) == ("Änne", "Köln")
    shown = owner.get(f"/contacts/{contact.pk}").text
    assert "First name: Anna → Änne" in shown

    assert owner.send(f"/contacts/{contact.pk}/delete", name="Anna").status_code == 422
    assert owner.send(f"/contacts/{contact.pk}/delete", name="Änne").status_code == 303
    assert not Contact.objects.filter(company_id=acme.pk).exists()


def test_of_two_who_change_the_same_contact_the_second_is_told(acme: Company, owner: Browser) -> None:
    contact = make_contact(acme, email="anna@acme.test", first_name="Anna")
    page = f"/contacts/{contact.pk}/edit"
    seen = re.search(r'name="seen" value="(\w+)"', owner.get(page).text)
    assert seen
    change_contact(operator(acme.pk), contact.pk, {"city": "Bonn"})
    form = {"email": "anna@acme.test", "first_name": "Änne", "consent": "subscribed", "stage": "lead"}
    late = owner.send(page, seen=seen[1], **form)
    assert late.status_code == 409
    assert 'value="Änne"' in late.text
    assert Contact.objects.get(pk=contact.pk).first_name == "Anna"
    again = re.search(r'name="seen" value="(\w+)"', late.text)
    assert again
    assert owner.send(page, seen=again[1], **form).status_code == 303
    assert Contact.objects.get(pk=contact.pk).first_name == "Änne"


def test_tags_come_on_and_off_and_notes_stay_text(acme: Company, owner: Browser) -> None:
    contact = make_contact(acme, email="anna@acme.test")
    page = f"/contacts/{contact.pk}"
    assert owner.send(f"{page}/labels", page=page, kind="tags", titles="Gold, Blue").status_code == 303
    assert 'value="Gold"' in owner.get(page).text
    assert owner.send(f"{page}/labels", page=page, kind="tags", off="Gold").status_code == 303
    shown = owner.get(page).text
    assert 'value="Gold"' not in shown
    assert 'value="Blue"' in shown

    assert owner.send(f"{page}/notes", page=page, text="").status_code == 422
    assert owner.send(f"{page}/notes", page=page, text="Called <b>\n<script>alert(1)</script>").status_code == 303
    shown = owner.get(page).text
    assert "Called &lt;b&gt;" in shown
    assert "<script>alert" not in shown
    assert ContactNote.objects.filter(company_id=acme.pk).count() == 1


def test_who_may_only_look_sees_no_button(acme: Company, viewer: Browser) -> None:
    contact = make_contact(acme, email="anna@acme.test", first_name="Anna")
    assert "Add contact" not in viewer.get("/contacts").text
    page = viewer.get(f"/contacts/{contact.pk}").text
    assert "Anna" in page
    assert "/edit" not in page
    assert '<form method="post"' not in page
    assert "Managers" not in page
