"""Whose a contact is, chosen on its form."""

from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from portico.access import Role
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_company, make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.forms import fields_of


def owner_of(contact: Contact) -> int | None:
    return Contact.objects.values_list("owner_id", flat=True).get(pk=contact.pk)


def test_an_owner_is_chosen_when_a_contact_is_added_and_changed(acme: Company, owner: Browser) -> None:
    rita, sam = (make_member(acme, name, Role.REP) for name in ("Rita", "Sam"))
    offered = owner.get("/contacts/add").text
    assert f'<option value="{rita.user.email}">' in offered
    form = {"email": "anna@acme.test", "first_name": "Anna", "consent": "subscribed"}
    added = owner.send("/contacts/add", owner=f" {rita.user.email.upper()} ", **form)
    assert added.status_code == 303, added.text
    anna = Contact.objects.get(company_id=acme.pk, email="anna@acme.test")
    assert anna.owner_id == rita.pk

    page = f"/contacts/{anna.pk}/edit"
    fields = fields_of(owner.get(page).text)
    assert fields["owner"] == rita.user.email
    assert owner.call("POST", page, data={**fields, "owner": sam.user.email}).status_code == 303
    assert owner_of(anna) == sam.pk
    (entry,) = AuditEntry.objects.filter(action="contact.changed", subject_id=anna.pk)
    assert entry.details == {"before": {"owner_id": rita.pk}, "after": {"owner_id": sam.pk}}
    for shown in (f"/contacts/{anna.pk}", f"/contacts/{anna.pk}/history"):
        assert f"Owner: {rita.user.email} → {sam.user.email}" in owner.get(shown).text

    late = owner.call("POST", page, data={**fields, "owner": ""})
    assert late.status_code == 409, "somebody has given it away since"
    fields = fields_of(owner.get(page).text)
    assert owner.call("POST", page, data={**fields, "city": "Bonn"}).status_code == 303
    assert owner_of(anna) == sam.pk, "what is not touched stays"
    fields = fields_of(owner.get(page).text)
    assert owner.call("POST", page, data={**fields, "owner": ""}).status_code == 303
    assert owner_of(anna) is None
    assert owner.send("/contacts/add", email="bob@acme.test", consent="subscribed", owner="").status_code == 303


def test_who_is_not_there_owns_nothing(acme: Company, owner: Browser) -> None:
    other = make_member(make_company("other"), "Otto", Role.REP)
    anna = make_contact(acme, first_name="Anna")
    page = f"/contacts/{anna.pk}/edit"
    fields = fields_of(owner.get(page).text)
    for email in (other.user.email, "nobody@nowhere.test", "\0", "x" * 5000, "nonsense"):
        for path, sent in ((page, fields), ("/contacts/add", {**fields, "email": "new@acme.test"})):
            refused = owner.call("POST", path, data={**sent, "owner": email})
            assert refused.status_code == 422
            assert 'id="error-owner"' in refused.text
            assert "Nobody in the company has this e-mail address" in refused.text
    assert 'value="nonsense"' in owner.call("POST", page, data={**fields, "owner": "nonsense"}).text
    assert owner_of(anna) is None
    assert Contact.objects.filter(company_id=acme.pk).count() == 1


def test_a_reps_contacts_are_its_own_whatever_it_sends(acme: Company, enter: Enter) -> None:
    rita, sam = (make_member(acme, name, Role.REP) for name in ("Rita", "Sam"))
    browser = enter(rita)
    shown = browser.get("/contacts/add").text
    assert 'name="owner"' not in shown
    assert sam.user.email not in shown
    refused = browser.send("/contacts/add", email="anna@acme.test", consent="subscribed", owner=sam.user.email)
    assert refused.status_code == 403
    assert browser.send("/contacts/add", email="anna@acme.test", consent="subscribed").status_code == 303
    anna = Contact.objects.get(company_id=acme.pk)
    page = f"/contacts/{anna.pk}/edit"
    fields = fields_of(browser.get(page).text)
    assert "owner" not in fields
    assert browser.call("POST", page, data={**fields, "owner": sam.user.email}).status_code == 403
    assert browser.call("POST", page, data={**fields, "city": "Bonn"}).status_code == 303
    assert owner_of(anna) == rita.pk


def test_an_owner_who_leaves_while_many_contacts_are_given_to_it_leaves_none_behind(
    acme: Company, owner: Browser
) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    number, people = rita.pk, [make_contact(acme, first_name=f"P{one}") for one in range(8)]
    forms = [(page, fields_of(owner.get(page).text)) for page in (f"/contacts/{one.pk}/edit" for one in people)]

    def give(pair: tuple[str, dict[str, str | list[str]]]) -> int:
        return owner.call("POST", pair[0], data={**pair[1], "owner": rita.user.email}).status_code

    def leave() -> None:
        rita.delete()
        connection.close()  # this thread's own

    with ThreadPoolExecutor(9) as pool:
        given = [pool.submit(give, form) for form in forms]
        gone = pool.submit(leave)
        statuses = {one.result() for one in given}
        gone.result()
    assert statuses <= {303, 422}
    assert not Contact.objects.filter(company_id=acme.pk, owner_id=number).exists()
    assert Contact.objects.filter(company_id=acme.pk).count() == 8
