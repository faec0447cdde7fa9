"""The first screen: everything on it comes from the data, and leads to it."""

from datetime import timedelta

from django.utils import timezone

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.labels import Titled, add_label
from portico.contacts.models import Tag
from portico.identity.actions.credentials import add_code, add_key
from portico.identity.models import ApiKey, CredentialUse
from portico.selling.models import Task
from tests.make import make_company, make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


def test_numbers_lead_to_what_they_count(acme: Company, owner: Browser, enter: Enter) -> None:
    for consent in ("subscribed", "subscribed", "pending"):
        make_contact(acme, consent=consent)
    make_contact(make_company("other"))
    page = owner.get("/console").text
    assert '<a href="/contacts"><strong>3</strong> contacts</a>' in page
    assert '<a href="/contacts?status=subscribed"><strong>2</strong> subscribed</a>' in page
    reader = enter(make_member(acme, "Ron", Role.MANAGER, {Permission.REPORTS_READ})).get("/console").text
    assert "<strong>3</strong> contacts" in reader
    assert 'href="/contacts' not in reader
    assert "What happened last" not in reader
    assert "First steps" not in reader


def test_sign_ins_are_shown_by_the_door(acme: Company, owner: Browser) -> None:
    today = timezone.now().date()
    manager = make_member(acme, "Max", Role.MANAGER, {Permission.CONTACTS_READ})
    key = add_key(operator(acme.pk), email=manager.user.email, name="Zapier").key
    code = add_code(operator(acme.pk), name="Shop")[0]
    other = make_company("other")
    for company, kind, id, day, outcome, times in (
        (acme, "key", key.pk, today, "answered", 7001),
        (acme, "key", key.pk, today, "refused", 7002),
        (acme, "key", key.pk, today - timedelta(days=40), "answered", 7003),
        (acme, "code", code.pk, today - timedelta(days=29), "answered", 7004),
        (other, "key", key.pk, today, "answered", 7005),
    ):
        CredentialUse.objects.create(
            company=company, kind=kind, credential_id=id, day=day, outcome=outcome, times=times
        )
    page = owner.get("/console").text
    shown = [number for number in range(7001, 7006) if f"<td>{number:,}</td>" in page]
    assert shown == [7001, 7004]
    assert "<h3>Sign-ins to these pages</h3>" in page
    assert "<h3>Remote Authentication: requests with security codes</h3>" in page
    assert len(page) < 100_000


def test_what_happened_is_told_in_words_and_leads_there(acme: Company, owner: Browser) -> None:
    contact = make_contact(acme)
    tag = add_label(operator(acme.pk), Tag, Titled("Gold"))
    page = owner.get("/console").text
    assert f'<a href="/contacts/{contact.pk}">Contact added</a>' in page
    assert f'<a href="/tags/{tag.pk}">Tag added</a>' in page
    assert owner.send(f"/tags/{tag.pk}/delete", name="Gold").status_code == 303
    page = owner.get("/console").text
    assert "Tag deleted" in page
    assert f"/tags/{tag.pk}" not in page  # there is nothing to look at any more


def test_a_rep_sees_its_own(acme: Company, enter: Enter) -> None:
    rita, rob = (make_member(acme, name, Role.REP) for name in ("Rita", "Rob"))
    contact = make_contact(acme, owner_id=rita.pk, first_name="Ada", last_name="Abel")
    for _ in range(2):
        make_contact(acme, owner_id=rob.pk)
    today = timezone.now().date()
    for owner, title, due, done in (
        (rita, "Call her", today - timedelta(days=2), None),
        (rita, "Write to her", today, None),
        (rita, "Next year", today + timedelta(days=300), None),
        (rita, "Was done", today - timedelta(days=2), timezone.now()),
        (rob, "Not hers", today - timedelta(days=2), None),
    ):
        Task.objects.create(company=acme, owner=owner, contact=contact, title=title, due_on=due, completed_at=done)
    page = enter(rita).get("/console").text
    assert '<a href="/contacts"><strong>1</strong> contacts</a>' in page
    assert "<strong>3</strong> open tasks" in page
    assert [one for one in ("Call her", "Write to her", "Next year", "Was done", "Not hers") if one in page] == [
        "Call her", "Write to her",
    ]  # fmt: skip
    assert page.index("Call her") < page.index("Today") < page.index("Write to her")
    assert "First steps" not in page
    assert "<strong>0</strong>" in page


def test_first_steps_are_ticked_by_the_data_put_away_and_shown_again(acme: Company, owner: Browser) -> None:
    page = owner.get("/console").text
    assert page.count('<li class="done">') == 0
    make_contact(acme)
    manager = make_member(acme, "Max", Role.MANAGER, {Permission.CONTACTS_READ})
    add_key(operator(acme.pk), email=manager.user.email, name="Zapier")
    page = owner.get("/console").text
    assert '<li class="done"><a href="/contacts/add">Add contacts</a>' in page
    assert '<li class="done"><a href="/settings/rest-api/add">Create an API key</a>' in page
    assert '<li><a href="/settings/rest-api">Call the API with it</a>' in page
    ApiKey.objects.filter(company=acme).update(last_used_at=timezone.now())
    make_member(acme, "Ann", Role.ADMIN)
    page = owner.get("/console").text
    assert '<li class="done"><a href="/settings/rest-api">Call the API with it</a>' in page
    assert '<li class="done"><a href="/settings/people/add">Invite a colleague</a>' in page

    assert owner.send("/console/first-steps", page="/console", press="hide").headers["Location"].startswith("/console")
    for _ in range(2):  # once more changes nothing
        assert owner.send("/console/first-steps", page="/contacts/add", press="hide").status_code == 303
    page = owner.get("/console").text
    assert "Invite a colleague" not in page
    assert "Show the first steps again" in page
    assert owner.send("/console/first-steps", page="/console", press="show").status_code == 303
    assert "Invite a colleague" in owner.get("/console").text
    assert owner.send("/console/first-steps", page="/console", press="burn").status_code == 422
