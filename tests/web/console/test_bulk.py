"""Many contacts changed from their list, by the worker."""

import re
import time

from portico.access import Permission, Role
from portico.companies.models import Company
from portico.contacts.models import BulkChange, Contact, ContactTag
from tests.contacts.changing import acting, no_worker, started
from tests.make import make_contact, make_contacts, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter


def chosen(browser: Browser, *, page: str = "/contacts", **fields: str) -> str:
    """The address of a new bulk change."""
    answer = browser.send("/bulk-changes", page=page, **fields)
    assert answer.status_code == 303
    return answer.headers["Location"]


def ended(path: str) -> BulkChange:
    change = BulkChange.objects.get(pk=int(path.rpartition("/")[2]))
    end = time.monotonic() + 60
    while change.state in {"waiting", "running"} and time.monotonic() < end:
        time.sleep(0.1)
        change.refresh_from_db()
    return change


def test_all_that_match_are_chosen_tagged_and_deleted_with_progress(acme: Company, owner: Browser) -> None:
    make_contacts(acme, 700, consent="'pending'", email="'p' || n || '@acme.test'")
    stays = make_contact(acme, first_name="Ann")
    listed = owner.get("/contacts?status=pending").text
    assert "Change all 700 that match" in listed
    assert 'name="view" value="status=pending"' in listed
    path = chosen(owner, scope="all", view="status=pending")
    assert "Change 700 contacts" in owner.get(path).text
    assert owner.send(path, kind="tag", tag="Gold").headers["Location"] == path
    change = ended(path)
    assert (change.state, change.done) == ("done", 700)
    page = owner.get(path).text
    assert "700 of 700" in page
    assert 'hx-trigger="every' not in page, "what is done is not asked for again"
    assert "Put on the tag “Gold”" in owner.get("/bulk-changes").text
    assert ContactTag.objects.filter(company=acme).count() == 700
    assert owner.send(path, page="/contacts/add", kind="tag", tag="Silver").status_code == 409

    path = chosen(owner, scope="all", view="tag=Gold")
    for typed in ("", "yes", "70"):
        wrong = owner.send(path, kind="delete", delete=typed)
        assert wrong.status_code == 422
        assert 'id="error-delete"' in wrong.text
    assert Contact.objects.filter(company=acme).count() == 701
    assert owner.send(path, kind="delete", delete="700").status_code == 303
    assert ended(path).state == "done"
    assert [*Contact.objects.filter(company=acme)] == [stays]


def test_those_that_are_ticked_are_changed_and_ticking_nobody_is_told(acme: Company, owner: Browser) -> None:
    ids = [make_contact(acme, first_name=f"P{number}").pk for number in range(4)]
    listed = owner.get("/contacts").text
    assert [int(id) for id in re.findall(r'name="id" value="(\d+)" aria-label="Tick P\d"', listed)] == ids[::-1]
    none = owner.send("/bulk-changes", page="/contacts", scope="ticked", view="search=p")
    assert none.headers["Location"] == "/contacts?search=p&done=nobody"
    assert "tick somebody first" in owner.get("/contacts?done=nobody").text
    assert owner.send("/bulk-changes", page="/contacts", id="x").headers["Location"] == "/contacts?done=nobody"
    token = owner.token("/contacts")
    data = {"csrfmiddlewaretoken": token, "scope": "ticked", "id": [str(ids[0]), str(ids[2]), "9" * 18, "-1"]}
    path = owner.call("POST", "/bulk-changes", data=data).headers["Location"]
    assert "Change 2 contacts" in owner.get(path).text
    assert 'id="error-consent"' in owner.send(path, kind="consent", consent="maybe").text
    assert owner.send(path, kind="consent", consent="unsubscribed").status_code == 303
    assert ended(path).done == 2
    rows = Contact.objects.filter(company=acme, consent="unsubscribed")
    assert {*rows.values_list("pk", flat=True)} == {ids[0], ids[2]}


def test_one_sees_only_what_one_may_press_and_stops_what_moves(acme: Company, owner: Browser, enter: Enter) -> None:
    permissions = {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE}
    tim = make_member(acme, "Tim", Role.MANAGER, permissions)
    timid, contact = enter(tim), make_contact(acme).pk
    path = chosen(timid, id=str(contact))
    page = timid.get(path).text
    assert 'value="tag"' in page
    assert 'value="delete"' not in page
    assert timid.send(path, kind="delete", delete="1").status_code == 404
    assert owner.get(path).status_code == 404, "nobody else has chosen these"
    rita = make_member(acme, "Rita", Role.REP)
    own = make_contact(acme, owner_id=rita.pk).pk
    assert 'value="owner"' not in enter(rita).get(chosen(enter(rita), id=str(own))).text

    change = BulkChange.objects.get(pk=int(path.rpartition("/")[2]))
    with no_worker():
        started(acting(tim), change, "consent", "pending")
    moving = owner.get(path).text
    assert 'hx-trigger="every 2s"' in moving
    assert '<noscript><meta http-equiv="refresh"' in moving
    assert owner.send(path, press="stop").status_code == 303
    stopped = owner.get(path).text
    assert "stopped" in stopped
    assert "Go on" not in stopped, "it is Tim's"
    assert owner.send(path, page="/contacts/add", press="stop").status_code == 409
    assert timid.send(path, press="resume").status_code == 303
    assert ended(path).done == 1
