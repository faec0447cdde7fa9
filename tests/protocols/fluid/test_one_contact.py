"""One contact: shown, changed, archived, discarded, taken back; its groups."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.models import Contact, ContactGroupMember
from tests.make import make_contact
from tests.protocols.fluid.app import App, assert_envelope
from tests.protocols.fluid.reps import Caller, ids, made


@pytest.fixture
def rita(app: App, acme: Company) -> Caller:
    return Caller(app, acme)


@pytest.fixture
def bob(app: App, acme: Company) -> Caller:
    return Caller(app, acme, "Bob")


def test_a_contact_is_shown_whole_with_what_stands_beside_it(rita: Caller) -> None:
    ann = rita.contact(first_name="Ann", last_name="Lee", phone="+1-570")
    label_contacts(operator(ann.company_id), [ann.pk], attach_tags=["Gold"])
    group = made(rita.post("groups", name="Hot", color="#aa3300"))
    rita.put(f"groups/{group['id']}/add_contacts", contact_ids=[ann.pk])
    made(rita.post("notes", contact_id=ann.pk, body="Called."))
    made(rita.post("tasks", title="Call Ann", contact_id=ann.pk))
    made(rita.patch(f"contacts/{ann.pk}", metadata={"hat size": 7}), 200)
    body = made(rita.get(f"contacts/{ann.pk}"), 200)
    assert (body["full_name"], body["phone"], body["discarded_at"]) == ("Ann Lee", "+1-570", None)
    assert (body["notes_count"], body["tasks_open_count"]) == (1, 1)
    assert body["groups"] == [{"id": group["id"], "name": "Hot", "color": "#aa3300"}]
    assert body["tags"] == ["Gold"]
    assert body["metadata"] == {"hat size": 7}


def test_what_is_another_s_is_answered_as_what_never_was(
    app: App, acme: Company, globex: Company, rita: Caller, bob: Caller
) -> None:
    others = [bob.contact().pk, make_contact(acme).pk, make_contact(globex).pk, 2**45]
    for method, more, body in (
        ("GET", "", None),
        ("PATCH", "", {"first_name": "Eve"}),
        ("PUT", "", {"status": "archived"}),
        ("DELETE", "", None),
        ("POST", "/restore", {}),
    ):
        answers = [rita.call(method, f"contacts/{id}{more}", json=body) for id in others]
        assert {assert_envelope(answer, 404)["error_message"] for answer in answers} == {"There is no such contact."}
    assert not Contact.objects.filter(pk__in=others, first_name="Eve").exists()
    assert not Contact.objects.filter(pk__in=others, discarded_at__isnull=False).exists()
    boss = Caller(app, acme, "Ada", role=Role.ADMIN)
    assert boss.get(f"contacts/{others[0]}").status_code == 200
    assert boss.get(f"contacts/{others[2]}").status_code == 404
    reader = Caller(app, acme, "Mia", role=Role.MANAGER, permissions=(Permission.CONTACTS_READ,))
    assert reader.get(f"contacts/{others[0]}").status_code == 200
    for method in ("PATCH", "DELETE"):
        assert_envelope(reader.call(method, f"contacts/{others[0]}", json={}), 403)
    assert app.server.get(f"/api/contacts/{others[0]}").json() == {"message": "Sign in first."}


def test_a_change_keeps_what_it_does_not_name_and_null_takes_away(rita: Caller) -> None:
    ann = rita.contact(first_name="Ann", phone="1", city="Rome", stage="prospect")
    body = made(rita.patch(f"contacts/{ann.pk}", last_name="<b>Lee</b>", phone=None, status=None), 200)
    assert (body["first_name"], body["last_name"], body["phone"], body["city"]) == ("Ann", "<b>Lee</b>", None, "Rome")
    assert body["status"] == "prospect"
    wrapped = made(rita.put(f"contacts/{ann.pk}", contact={"city": "", "status": "customer"}), 200)
    assert (wrapped["city"], wrapped["status"]) == ("", "customer")
    kept = Contact.objects.get(pk=ann.pk)
    assert (kept.owner_id, kept.consent, kept.stage) == (rita.member.pk, "subscribed", "customer")


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "nobody"}, "email"),
        ({"status": "friend"}, "status"),
        ({"first_name": {"a": 1}}, "first_name"),
        ({"city": "x" * 3000}, "city"),
        ({"phone": "1\0"}, "phone"),
        ({"metadata": [1]}, "metadata"),
        ({"metadata": {"x": {"y": 1}}}, "metadata"),
    ],
)
def test_a_wrong_change_changes_nothing(rita: Caller, fields: dict[str, Any], wrong: str) -> None:
    ann = rita.contact(first_name="Ann")
    assert wrong in assert_envelope(rita.patch(f"contacts/{ann.pk}", last_name="Lee", **fields), 422)["errors"]
    assert Contact.objects.get(pk=ann.pk).last_name is None


def test_an_address_that_another_contact_has_is_refused(rita: Caller, bob: Caller) -> None:
    ann, his = rita.contact(), bob.contact()
    refused = assert_envelope(rita.patch(f"contacts/{ann.pk}", email=str(his.email).upper()), 422)
    assert list(refused["errors"]) == ["email"]


def test_archiving_discarding_and_taking_back(acme: Company, rita: Caller) -> None:
    ann, zoe = rita.contact(stage="prospect").pk, rita.contact(stage="prospect").pk

    def listed() -> dict[str, list[int]]:
        found = {}
        for name in ("all", "prospects", "archived", "discarded"):
            answer = rita.get("contacts", filter=name)
            assert answer.headers["X-Total-Count"] == str(len(answer.json())), name
            found[name] = ids(answer)
        return found

    assert made(rita.patch(f"contacts/{ann}", status="archived"), 200)["status"] == "archived"
    first = Contact.objects.get(pk=ann).archived_at
    made(rita.patch(f"contacts/{ann}", status="archived"), 200)
    assert Contact.objects.get(pk=ann).archived_at == first
    assert listed() == {"all": [zoe], "prospects": [zoe], "archived": [ann], "discarded": []}
    gone = made(rita.delete(f"contacts/{ann}"), 200)
    assert list(gone) == ["contact", "meta"]
    assert list(gone["contact"]) == ["id", "first_name", "last_name", "email", "metadata"]
    assert rita.delete(f"contacts/{ann}").json()["contact"] == gone["contact"]
    assert listed() == {"all": [zoe], "prospects": [zoe], "archived": [], "discarded": [ann]}
    assert made(rita.get(f"contacts/{ann}"), 200)["discarded_at"] is not None
    # The company still has it, and so has everybody else of it.
    assert Contact.objects.filter(company_id=acme.pk, pk=ann, stage="prospect").exists()
    back = made(rita.post(f"contacts/{ann}/restore"), 200)
    assert (back["status"], back["discarded_at"]) == ("prospect", None)
    made(rita.delete(f"contacts/{zoe}"), 200)
    assert made(rita.patch(f"contacts/{zoe}", status="lead"), 200)["status"] == "lead"
    assert listed() == {"all": [zoe, ann], "prospects": [ann], "archived": [], "discarded": []}


def test_lists_are_sorted_as_asked(rita: Caller) -> None:
    made_ids = {name: rita.contact(first_name=name).pk for name in ("bo", "Ann", "Cy")}
    by_name = [made_ids[name] for name in ("Ann", "bo", "Cy")]
    assert ids(rita.get("contacts", sorted_by="first_name")) == by_name
    last = rita.get("contacts", sorted_by="first_name", sort_direction="desc", per_page=2)
    assert ids(last) == by_name[:0:-1]
    assert "sorted_by=first_name" in last.links["next"]["url"]
    assert ids(rita.get("v3/contacts")) == [made_ids[name] for name in ("Cy", "Ann", "bo")]
    assert "sorted_by" in assert_envelope(rita.get("contacts", sorted_by="password_hash"), 422)["errors"]
    assert "sort_direction" in assert_envelope(rita.get("contacts", sort_direction="up"), 422)["errors"]


def test_a_group_is_its_member_s_own(app: App, acme: Company, rita: Caller, bob: Caller) -> None:
    ann, zoe, his = rita.contact().pk, rita.contact().pk, bob.contact().pk
    group = made(rita.post("groups", group={"name": " <i>Hot</i> ", "color": "#AA3300"}))
    assert list(group) == ["id", "name", "color", "contacts_count", "created_at", "updated_at"]
    assert (group["name"], group["contacts_count"]) == ("<i>Hot</i>", 0)
    path = f"groups/{group['id']}"
    assert made(rita.put(f"{path}/add_contacts", contact_ids=[ann, zoe, ann]), 200)["contacts_count"] == 2
    assert made(rita.put(f"{path}/add_contacts", contact_ids=[ann]), 200)["contacts_count"] == 2
    assert ids(rita.get("contacts", group_id=group["id"])) == [zoe, ann]
    # One of them is none of hers: none is added, and nobody can tell why.
    fresh = rita.contact().pk
    for stranger in (his, 2**45, 10**30):
        refused = assert_envelope(rita.put(f"{path}/add_contacts", contact_ids=[fresh, stranger]), 422)
        assert list(refused["errors"]) == ["contact_ids"]
    assert made(rita.get(path), 200)["contacts_count"] == 2
    for other in (bob, Caller(app, acme, "Ada", role=Role.ADMIN)):
        assert ids(other.get("groups")) == []
        assert ids(other.get("contacts", group_id=group["id"])) == []
        assert_envelope(other.get(path), 404)
        assert_envelope(other.patch(path, name="Mine"), 404)
        assert_envelope(other.put(f"{path}/add_contacts", contact_ids=[his]), 404)
        assert_envelope(other.delete(path), 404)
    assert made(rita.put(f"{path}/remove_contacts", contact_ids=[zoe, his]), 200)["contacts_count"] == 1
    # Who gets another owner is in nobody's eyes there any more.
    change_contact(operator(acme.pk), ann, {"owner_id": bob.member.pk})
    assert made(rita.get(path), 200)["contacts_count"] == 0
    assert made(rita.patch(path, color=None), 200)["color"] is None
    assert rita.delete(path).json()["id"] == group["id"]
    assert_envelope(rita.get(path), 404)
    assert not ContactGroupMember.objects.filter(company_id=acme.pk).exists()
    assert Contact.objects.filter(company_id=acme.pk).count() == 4


def test_what_cannot_be_a_group_is_refused(rita: Caller) -> None:
    made(rita.post("groups", name="Hot"))
    for body, wrong in (
        ({}, "name"),
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": "HOT"}, "name"),
        ({"name": ["x"]}, "name"),
        ({"name": "Cold", "color": "red"}, "color"),
    ):
        assert wrong in assert_envelope(rita.post("groups", **body), 422)["errors"], body
    id = ids(rita.get("groups"))[0]
    for contacts in (None, "1", [None], ["x"], list(range(1, 1003))):
        assert_envelope(rita.put(f"groups/{id}/add_contacts", contact_ids=contacts), 422)


def test_many_who_group_and_discard_the_same_contacts_at_once_all_succeed(rita: Caller) -> None:
    contacts = [rita.contact().pk for _ in range(5)]
    groups = [made(rita.post("groups", name=f"G{number}"))["id"] for number in range(2)]

    def act(number: int) -> int:
        order = contacts if number % 2 else contacts[::-1]
        kind = number % 4
        if kind == 3:
            return rita.delete(f"contacts/{order[0]}").status_code
        path = f"groups/{groups[number % 2]}/{'add' if kind else 'remove'}_contacts"
        return rita.put(path, contact_ids=order).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(act, range(24))) == {200}
    listed = [len(rita.get("contacts", filter=name).json()) for name in ("all", "discarded")]
    counted = [rita.get("contacts", filter=name).headers["X-Total-Count"] for name in ("all", "discarded")]
    assert counted == [str(number) for number in listed]
    assert sum(listed) == 5
