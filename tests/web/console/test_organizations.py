import re
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.organizations import change_organization
from portico.contacts.actions.workplaces import add_workplace
from portico.contacts.models import Contact, ContactOrganization, Organization
from portico.lib.statements import Shape
from tests.make import make_company, make_contact, make_contacts, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.forms import fields_of

ID = Shape({"id": "id"})


def made(owner: Browser, **fields: str) -> str:
    """The address of a new one."""
    added = owner.send("/organizations/add", **fields)
    assert added.status_code == 303, added.text
    return added.headers["Location"].split("?")[0]


def test_an_organization_is_added_found_changed_and_deleted(acme: Company, owner: Browser) -> None:
    assert "No organization yet" in owner.get("/organizations").text
    assert 'id="error-name"' in owner.send("/organizations/add", name=" ").text
    page = made(owner, name="Harbour & Sons", city="Köln", website="harbour.test", employees_number="12")
    shown = owner.get(page).text
    assert "Harbour &amp; Sons" in shown
    assert "https://harbour.test" in shown
    assert owner.send("/organizations/add", name="HARBOUR & SONS").status_code == 422
    wrong = owner.send("/organizations/add", name="Odd", employees_number="many", started_on="soon", description="\0")
    assert wrong.status_code == 422
    assert {"error-employees_number", "error-started_on", "error-description"} <= set(
        re.findall(r'id="(error-\w+)"', wrong.text)
    )
    assert Organization.objects.filter(company_id=acme.pk).count() == 1

    assert "Harbour &amp; Sons" in owner.get("/organizations?search=harb").text
    assert "There is no organization like that" in owner.get("/organizations?search=mill").text
    assert owner.get("/organizations?search=%00&page=999999999999").status_code == 200

    form = {**fields_of(owner.get(f"{page}/edit").text), "name": "Harbour", "city": ""}
    assert owner.call("POST", f"{page}/edit", data=form).status_code == 303
    organization = Organization.objects.get(company_id=acme.pk)
    assert (organization.name, organization.city, organization.employees_number) == ("Harbour", None, 12)

    assert owner.send(f"{page}/delete", name="Harbor").status_code == 422
    assert owner.send(f"{page}/delete", name="Harbour").status_code == 303
    assert owner.get(page).status_code == 404
    assert not Organization.objects.filter(company_id=acme.pk).exists()


def test_of_two_who_change_the_same_organization_the_second_is_told(acme: Company, owner: Browser) -> None:
    page = made(owner, name="Harbour")
    form = {**fields_of(owner.get(f"{page}/edit").text), "name": "Mill"}
    change_organization(operator(acme.pk), int(page.split("/")[-1]), {"city": "Bonn"}, ID)
    late = owner.call("POST", f"{page}/edit", data=form)
    assert late.status_code == 409
    assert 'value="Mill"' in late.text
    assert Organization.objects.get(company_id=acme.pk).name == "Harbour"
    again = {**fields_of(late.text), "city": "Bonn"}
    assert owner.call("POST", f"{page}/edit", data=again).status_code == 303
    assert Organization.objects.get(company_id=acme.pk).name == "Mill"


def test_people_come_and_go_from_both_pages(acme: Company, owner: Browser) -> None:
    anna = make_contact(acme, email="anna@acme.test", first_name="Anna")
    page = made(owner, name="Harbour")
    assert "Nobody works here yet" in owner.get(page).text
    unknown = owner.send(f"{page}/attach", page=page, email="nobody@acme.test")
    assert unknown.status_code == 422
    assert 'id="error-email"' in unknown.text
    assert 'value="nobody@acme.test"' in unknown.text
    assert owner.send(f"{page}/attach", page=page, email="x\0y").status_code == 422
    assert owner.send(f"{page}/attach", page=page, email="ANNA@acme.test").status_code == 303
    assert f'href="/contacts/{anna.pk}"' in owner.get(page).text
    assert ">1<" in owner.get("/organizations").text.replace(' class="number"', "")

    contact = f"/contacts/{anna.pk}"
    assert f'href="{page}"' in owner.get(contact).text
    assert owner.send(f"{contact}/work", page=contact, name="Mill").status_code == 303
    assert 'id="error-work"' in owner.send(f"{contact}/work", page=contact, name="").text
    assert owner.send(f"{contact}/leave", page=contact, organization=page.split("/")[-1]).status_code == 303
    assert "Nobody works here yet" in owner.get(page).text
    anna.refresh_from_db()
    assert anna.organization == Organization.objects.get(company_id=acme.pk, name="Mill")
    assert owner.send(f"{page}/detach", page=page, contact="9" * 30).status_code == 404


def test_another_companys_contact_cannot_be_put_into_an_organization(acme: Company, owner: Browser) -> None:
    other = make_company("other")
    make_contact(other, email="otto@other.test")
    theirs = Organization.objects.create(company_id=other.pk, name="Theirs")
    anna = make_contact(acme)
    page, contact = made(owner, name="Harbour"), f"/contacts/{anna.pk}"
    assert owner.send(f"{page}/attach", page=page, email="otto@other.test").status_code == 422
    assert owner.send(f"{contact}/leave", page=contact, organization=str(theirs.pk)).status_code == 404
    assert owner.send(f"{contact}/work", page=contact, name="Theirs").status_code == 303
    assert not ContactOrganization.objects.filter(company_id=other.pk).exists()
    assert Organization.objects.filter(name="Theirs", company_id__in=[acme.pk, other.pk]).count() == 2


def test_who_may_sort_nothing_makes_no_organization(acme: Company, enter: Enter) -> None:
    Organization.objects.create(company_id=acme.pk, name="Harbour")
    rita = make_member(acme, "Rita", Role.REP)
    contact = make_contact(acme, owner_id=rita.pk)
    rep, page = enter(rita), f"/contacts/{contact.pk}"
    assert rep.get("/organizations").status_code == 404
    refused = rep.send(f"{page}/work", page=page, name="Mill")
    assert refused.status_code == 422
    assert 'value="Mill"' in refused.text
    assert rep.send(f"{page}/work", page=page, name="harbour").status_code == 303
    assert [one.name for one in Organization.objects.filter(company_id=acme.pk)] == ["Harbour"]
    looker = enter(make_member(acme, "Lou", Role.MANAGER, {Permission.CONTACTS_READ, Permission.TAGS_READ}))
    shown = looker.get(f"/organizations/{Organization.objects.get(company_id=acme.pk).pk}").text
    assert "Harbour" in shown
    assert 'method="post"' not in shown
    assert "/edit" not in shown


def test_two_who_name_a_new_organization_at_once_make_one(acme: Company) -> None:
    ids = make_contacts(acme, 8)

    def work(id: int) -> None:
        try:
            add_workplace(operator(acme.pk), id, "Harbour" if id % 2 else "HARBOUR")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, ids))
    organization = Organization.objects.get(company_id=acme.pk)
    assert Contact.objects.filter(company_id=acme.pk, organization=organization).count() == len(ids)
