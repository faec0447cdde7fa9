"""Sample data: one press makes it, one takes it away, and nothing that is anybody's goes with it."""

import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from portico.access import operator
from portico.companies.models import Company, SampleThing
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.labels import Titled, add_label
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.models import Contact, ContactTag, CustomField, List, Organization, Tag
from portico.contacts.sample_marks import add_sample
from portico.contacts.sample_removing import PORTION, remove_sample, remove_some_sample
from portico.identity.actions.credentials import add_code
from tests.make import make_company, make_contact, make_contacts
from tests.web.browser import Browser

PATH = "/settings/sample-data"


def until_nothing_is_marked(company: Company) -> None:
    """The server's worker does the rest."""
    end = time.monotonic() + 60
    while SampleThing.objects.filter(company=company).exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_it_comes_and_goes_with_one_press_each(acme: Company, owner: Browser) -> None:
    mine = make_contact(acme, email="me@acme.test", source="sample")
    tag = add_label(operator(acme.pk), Tag, Titled("Tag 3"))
    assert "Add sample data" in owner.get("/console").text
    added = owner.send(PATH, page="/console", press="add")
    assert added.headers["Location"] == "/console?done=sample-added"
    assert Contact.objects.filter(company=acme).count() == 151
    assert Tag.objects.filter(company=acme).count() == 20
    page = owner.get("/console").text
    assert "Take the sample data away" in page
    assert "Add sample data" not in page

    removed = owner.send(PATH, page="/console", press="remove")
    assert removed.headers["Location"] == "/console?done=sample-removed"
    assert list(Contact.objects.filter(company=acme).values_list("pk", flat=True)) == [mine.pk]
    until_nothing_is_marked(acme)
    assert list(Tag.objects.filter(company=acme).values_list("pk", flat=True)) == [tag.pk]
    for model in (List, Organization, CustomField):
        assert not model._default_manager.filter(company=acme).exists(), model
    assert "Add sample data" in owner.get("/console").text
    assert "Add sample data" in owner.get(PATH).text
    assert owner.send(PATH, page="/console", press="remove").status_code == 303  # nothing is left to take away


def test_what_became_somebodys_own_stays() -> None:
    company = make_company()
    actor = operator(company.pk)
    add_sample(actor, contacts=60)
    changed, noted, referred, *others = Contact.objects.filter(company=company).order_by("pk")
    change_contact(actor, changed.pk, {"first_name": "Really"})
    add_note(actor, noted.pk, NoteText("note", "She called", ""))
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE organization SET owner_id = %s WHERE company_id = %s AND name = 'Cobalt Foods'",
            [referred.pk, company.pk],
        )
    (kept_field,) = CustomField.objects.filter(company=company, slug="interests")
    CustomField.objects.filter(pk=kept_field.pk).update(label="What they like")
    tags = list(Tag.objects.filter(company=company).order_by("pk"))
    Tag.objects.filter(pk=tags[0].pk).update(title="Our own word")
    mine = make_contact(company)
    ContactTag.objects.create(company=company, contact=mine, tag=tags[1])
    add_code(actor, name="Shop", required_tags=[tags[2].pk])
    add_label(actor, Tag, Titled("Nobody made this up"))

    assert remove_sample(actor) == len(others)
    while remove_some_sample(actor):
        pass
    kept = set(Contact.objects.filter(company=company).values_list("pk", flat=True))
    assert kept == {changed.pk, noted.pk, referred.pk, mine.pk}
    titles = set(Tag.objects.filter(company=company).values_list("title", flat=True))
    assert {"Our own word", tags[1].title, tags[2].title, "Nobody made this up"} <= titles
    # What those who stay still have stays with them.
    worn = set(ContactTag.objects.filter(company=company).values_list("tag__title", flat=True))
    assert titles == worn | {"Our own word", tags[1].title, tags[2].title, "Nobody made this up"}
    assert CustomField.objects.filter(pk=kept_field.pk).exists()
    assert Organization.objects.filter(company=company, name="Cobalt Foods").exists()
    assert not SampleThing.objects.filter(company=company).exists()


def test_much_goes_in_portions_by_a_job(acme: Company, owner: Browser) -> None:
    many = PORTION * 2 + 7
    add_sample(operator(acme.pk), contacts=many)
    (mine,) = make_contacts(acme, 1)
    assert SampleThing.objects.filter(company=acme, kind="contact").count() == many
    assert owner.send(PATH, page="/console", press="remove").status_code == 303
    until_nothing_is_marked(acme)
    assert list(Contact.objects.filter(company=acme).values_list("pk", flat=True)) == [mine]


def test_pressed_twice_at_once_it_is_made_once_and_taken_once(acme: Company, owner: Browser) -> None:
    token = owner.token("/console")

    def press(what: str) -> int:
        return owner.call("POST", PATH, data={"csrfmiddlewaretoken": token, "press": what}).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, ["add"] * 4)) == {303}
        assert Contact.objects.filter(company=acme).count() == 150
        assert set(pool.map(press, ["remove"] * 4)) == {303}
    until_nothing_is_marked(acme)
    assert not Contact.objects.filter(company=acme).exists()
    assert not Tag.objects.filter(company=acme).exists()
