import io
import zipfile

import orjson

from portico.access import operator
from portico.companies.models import Company
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.actions.passwords import set_password
from portico.contacts.models import Contact, ContactNote
from tests.make import make_contact
from tests.web.browser import Browser


def test_all_that_is_held_about_a_person_comes_as_one_file(acme: Company, owner: Browser) -> None:
    contact = make_contact(acme, email="anna@acme.test", first_name="Anna")
    add_note(operator(acme.pk), contact.pk, NoteText("note", "Called", "x"))
    set_password(operator(acme.pk), contact.pk, "seven quiet otters")
    answer = owner.get(f"/contacts/{contact.pk}/export")
    assert answer.headers["Content-Type"] == "application/zip"
    assert f"contact-{contact.pk}.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        (row,) = orjson.loads(archive.read("contact.json"))
        (note,) = orjson.loads(archive.read("contact_note.json"))
    assert (row["email"], note["title"]) == ("anna@acme.test", "Called")
    assert "password_hash" not in row
    assert "Exported" in owner.get(f"/contacts/{contact.pk}").text


def test_a_person_is_erased_only_by_its_name_and_then_for_good(acme: Company, owner: Browser) -> None:
    contact = make_contact(acme, email="anna@acme.test", first_name="Anna", last_name="Lee", tags=["Gold"])
    add_note(operator(acme.pk), contact.pk, NoteText("note", "Secret", "x"))
    path = f"/contacts/{contact.pk}"
    refused = owner.send(f"{path}/erase", name="Anna")
    assert refused.status_code == 422
    assert 'id="error-name"' in refused.text
    assert ContactNote.objects.filter(company_id=acme.pk).exists()
    assert owner.send(f"{path}/erase", name="Anna Lee").status_code == 303
    page = owner.get(path).text
    assert f"erased-{contact.pk}" in page
    assert "anna@acme.test" not in page
    assert "Secret" not in page
    assert "Lee" not in page
    assert "Gold" in page
    contact.refresh_from_db()
    assert (contact.email, contact.last_name) == (None, None)
    assert not ContactNote.objects.filter(company_id=acme.pk).exists()
    assert Contact.objects.filter(company_id=acme.pk).count() == 1
