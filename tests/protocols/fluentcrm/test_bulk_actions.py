"""One change to many contacts (wire notes 8.9)."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portico.access import Permission
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.picking import AT_ONCE
from portico.contacts.models import Contact, ContactTag, OptInRequest, Tag
from tests.make import make_company, make_contact, make_contacts, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

FIELDS = [
    {"field_key": "number", "label": "Score", "slug": "score"},
    {"field_key": "checkbox", "label": "Likes", "slug": "likes", "options": ["Tea", "Coffee"]},
]


def do(mia: Crm, action: str, **body: Any) -> Any:
    return mia.post("/subscribers/do-bulk-action", {"action_name": action, **body})


def done(mia: Crm, action: str, **body: Any) -> dict[str, Any]:
    answer = do(mia, action, **body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def shown(mia: Crm, id: int) -> dict[str, Any]:
    found: dict[str, Any] = mia.get(f"/subscribers/{id}?with[]=subscriber.custom_values").json()["subscriber"]
    return found


@pytest.fixture
def people(mia: Crm) -> list[int]:
    return [mia.add(f"{name}@people.test") for name in ("ann", "bob", "kim")]


def test_tags_and_lists_are_given_and_taken(mia: Crm, people: list[int]) -> None:
    vip, news = mia.add_tag("VIP"), mia.add_list("News")
    ann, bob, kim = people
    body = done(mia, "add_to_tags", action_options=[vip], subscriber_ids=[ann, bob])
    assert list(body) == ["last_contact_id", "completed_contacts", "message"]
    assert (body["last_contact_id"], body["completed_contacts"]) == (bob, 2)
    done(mia, "add_to_lists", action_options=[str(news)], subscriber_ids=people)
    done(mia, "remove_from_tags", action_options=[vip], subscriber_ids=[bob])
    done(mia, "remove_from_lists", action_options=[news], subscriber_ids=[kim])
    assert [[tag["id"] for tag in shown(mia, one)["tags"]] for one in people] == [[vip], [], []]
    assert [[tag["id"] for tag in shown(mia, one)["lists"]] for one in people] == [[news], [news], []]


def test_a_tag_is_named_by_its_id_and_never_made(mia: Crm, people: list[int]) -> None:
    theirs = Tag.objects.create(company=make_company("other"), title="Theirs", slug="theirs")
    none: tuple[object, ...] = (None, [], "", ["New tag"], {"a": []})
    for options in none:
        answer = do(mia, "add_to_tags", action_options=options, subscriber_ids=people)
        assert (answer.status_code, list(answer.json())) == (422, ["message"]), options
    done(mia, "add_to_tags", action_options=[theirs.pk, 2**40], subscriber_ids=people)
    assert not ContactTag.objects.filter(contact_id__in=people).exists()
    assert not Tag.objects.filter(company_id=mia.key.key.company_id).exists()


def test_status_and_type_are_changed_to_what_there_is(mia: Crm, people: list[int]) -> None:
    done(mia, "change_contact_status", new_status="unsubscribed", subscriber_ids=people[:2])
    done(mia, "change_contact_type", new_status="customer", subscriber_ids=people[1:])
    found = [(row["status"], row["contact_type"]) for row in (shown(mia, one) for one in people)]
    assert found == [("unsubscribed", "lead"), ("unsubscribed", "customer"), ("subscribed", "customer")]
    for action in ("change_contact_status", "change_contact_type"):
        unknown: tuple[object, ...] = ("", None, "sometimes", ["pending"], 7)
        for wrong in unknown:
            answer = do(mia, action, new_status=wrong, subscriber_ids=people)
            assert (answer.status_code, list(answer.json())) == (422, ["message"]), wrong
    assert [(row["status"], row["contact_type"]) for row in (shown(mia, one) for one in people)] == found


def test_a_custom_field_is_written_and_emptied(mia: Crm, people: list[int]) -> None:
    assert mia.put("/custom-fields/contacts", {"fields": FIELDS}).ok
    mia.put(f"/subscribers/{people[0]}", {"custom_values": {"likes": ["Tea"]}})
    done(mia, "update_custom_fields", custom_field={"key": "score", "value": "5"}, subscriber_ids=people)
    done(mia, "update_custom_fields", custom_field={"key": "likes", "value": "Tea, Coffee"}, subscriber_ids=people[1:])
    done(mia, "update_custom_fields", custom_field={"key": "score", "value": ""}, subscriber_ids=people[2:])
    assert [shown(mia, one)["custom_values"] for one in people] == [
        {"score": "5", "likes": ["Tea"]},
        {"score": "5", "likes": ["Tea", "Coffee"]},
        {"likes": ["Tea", "Coffee"]},
    ]
    no_fields: tuple[object, ...] = (
        None, "score", [], {}, {"key": ""}, {"key": "nothing", "value": 1}, {"key": ["score"]}, {"key": "\0"},
    )  # fmt: skip
    for field in no_fields:
        answer = do(mia, "update_custom_fields", custom_field=field, subscriber_ids=people)
        assert (answer.status_code, list(answer.json())) == (422, ["message"]), field
    no_values: tuple[object, ...] = ({"a": 1}, [[1]], "x" * 3000)
    for value in no_values:
        field = {"key": "score", "value": value}
        assert do(mia, "update_custom_fields", custom_field=field, subscriber_ids=people).status_code == 422, value


def test_contacts_are_deleted_and_the_numbers_change_places(mia: Crm, people: list[int]) -> None:
    theirs = make_contact(make_company("other")).pk
    body = done(mia, "delete_contacts", subscriber_ids=[*people[:2], theirs, 2**40])
    assert list(body) == ["completed_contacts", "last_contact_id", "message"]
    assert (body["completed_contacts"], body["last_contact_id"]) == (4, 2**40)
    assert mia.emails() == ["kim@people.test"]
    assert Contact.objects.filter(pk=theirs).exists()


def test_pending_contacts_are_asked_for_their_consent(mia: Crm, people: list[int]) -> None:
    done(mia, "change_contact_status", new_status="pending", subscriber_ids=people[1:])
    done(mia, "send_double_optin", subscriber_ids=people)
    asked = OptInRequest.objects.filter(company_id=mia.key.key.company_id)
    assert sorted(asked.values_list("contact_id", flat=True)) == people[1:]


def test_all_that_match_are_taken_in_chunks_until_none_is_left(mia: Crm, company: Company) -> None:
    make_contacts(
        company,
        2 * AT_ONCE + 100,
        email="'p' || n || '@people.test'",
        city="CASE WHEN n %% 2 = 1 THEN 'Bonn' ELSE 'Köln' END",
    )
    bonn = list(Contact.objects.filter(company=company, city="Bonn").order_by("pk").values_list("pk", flat=True))
    vip = mia.add_tag("VIP")
    chunks, last = [], 0
    while True:
        body = done(
            mia, "add_to_tags", action_options=[vip], is_all="yes", contact_query={"search": "bonn"}, last_id=last
        )
        if body.get("is_completed"):
            break
        last = body["last_contact_id"]
        chunks.append(body["completed_contacts"])
    assert chunks == [AT_ONCE, len(bonn) - AT_ONCE]
    assert last == bonn[-1]
    assert list(body) == ["is_completed", "completed_contacts", "message"]
    assert (body["is_completed"], body["completed_contacts"]) == (True, 0)
    assert (
        list(ContactTag.objects.filter(company=company).order_by("contact_id").values_list("contact_id", flat=True))
        == bonn
    )
    entries = AuditEntry.objects.filter(company_id=company.pk, action="contact.tag_added")
    assert [len(entry.contacts or []) for entry in entries.order_by("id")] == chunks


def test_the_filter_is_that_of_the_list(mia: Crm, people: list[int]) -> None:
    vip = mia.add_tag("VIP")
    mia.put(f"/subscribers/{people[1]}", {"attach_tags": [vip], "status": "pending"})
    for query in (
        {"tags": [vip]},
        {"statuses": ["pending"]},
        {"search": "bob@"},
        {"tags": ["VIP"], "search": "people"},
    ):
        body = done(mia, "change_contact_type", new_status="customer", is_all="yes", contact_query=query)
        assert (body["completed_contacts"], body["last_contact_id"]) == (1, people[1]), query
    form = {
        "action_name": "delete_contacts",
        "is_all": "yes",
        "contact_query[tags][]": vip,
        "contact_query[filter_type]": "simple",
    }
    assert mia.call("POST", "/subscribers/do-bulk-action", data=form).json()["completed_contacts"] == 1
    assert mia.emails() == ["kim@people.test", "ann@people.test"]
    assert done(mia, "delete_contacts", is_all="yes", contact_query=[])["completed_contacts"] == 2
    assert mia.emails() == []


@pytest.mark.parametrize(
    "query",
    [
        None, "", "everybody", 1, ["x"], {"statuses": ["sometimes"]}, {"statuses": ["pending", "sometimes"]},
        {"statuses": [["pending"]]}, {"search": ["ann"]}, {"filter_type": "advanced", "advanced_filters": "nonsense"},
    ],
    ids=repr,
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_refused_and_never_everybody(
    mia: Crm, people: list[int], query: object
) -> None:
    answer = do(mia, "delete_contacts", is_all="yes", contact_query=query)
    assert answer.status_code == 422
    assert len(mia.emails()) == len(people)


def test_without_contacts_or_a_known_action_there_is_a_message(mia: Crm, people: list[int]) -> None:
    for answer in (
        mia.post("/subscribers/do-bulk-action", {}),
        do(mia, "delete_contacts"),
        do(mia, "delete_contacts", subscriber_ids=["x", -1, None]),
        do(mia, "delete_contacts", is_all="no", contact_query={}),
        do(mia, "nothing", subscriber_ids=people),
        do(mia, "add_to_email_sequence", new_status=1, subscriber_ids=people),
        do(mia, "add_to_automation", new_status=1, subscriber_ids=people),
    ):
        assert (answer.status_code, list(answer.json())) == (422, ["message"])
    assert len(mia.emails()) == len(people)


@pytest.mark.parametrize("value", [None, True, 0, -1, 10**30, 1e300, "\0", [], [[]], {"a": {}}, "x" * 70000])
def test_no_value_breaks_it(mia: Crm, people: list[int], value: object) -> None:
    good = {
        "action_options": [1], "new_status": "pending", "custom_field": {"key": "score", "value": 1},
        "subscriber_ids": people, "contact_query": {"search": "nobody at all"}, "last_id": 0, "is_all": "yes",
    }  # fmt: skip
    for action in ("add_to_tags", "change_contact_status", "update_custom_fields", "delete_contacts", value):
        for name in (*good, None):
            body = {**good, "action_name": action, **({name: value} if name else {})}
            if action == "delete_contacts" and (name == "contact_query" or not body["is_all"]):
                continue
            assert mia.post("/subscribers/do-bulk-action", body).status_code in {200, 422}, (action, name)
    for key in ("search", "tags", "lists", "statuses", "company_ids", "filter_type", "advanced_filters"):
        body = {"action_name": "send_double_optin", "is_all": "yes", "contact_query": {key: value}}
        assert mia.post("/subscribers/do-bulk-action", body).status_code in {200, 422}, key


def test_each_action_demands_its_own_permission(server: Server, mia: Crm, company: Company, people: list[int]) -> None:
    def may(permission: Permission, action: str, **body: Any) -> int:
        status: int = do(
            Crm(server, make_key(company, {permission})), action, subscriber_ids=people[:1], **body
        ).status_code
        return status

    write, delete = Permission.CONTACTS_WRITE, Permission.CONTACTS_DELETE
    assert may(write, "change_contact_status", new_status="pending") == 200
    assert may(delete, "change_contact_status", new_status="pending") == 403
    assert may(write, "delete_contacts") == 403
    assert may(write, "add_to_email_sequence") == may(write, "add_to_automation") == 403
    assert may(Permission.MAILS_WRITE, "add_to_email_sequence") == 422
    assert may(Permission.AUTOMATIONS_WRITE, "add_to_automation") == 422
    assert may(Permission.CONTACTS_READ, "nothing") == 403
    assert len(mia.emails()) == len(people)
    assert may(delete, "delete_contacts") == 200
    assert mia.call("POST", "/subscribers/do-bulk-action", auth=None, json={}).status_code == 401


def test_many_bulk_actions_at_once_all_end_and_each_takes_what_matches(mia: Crm, company: Company) -> None:
    tags = [mia.add_tag(f"Tag {number}") for number in range(4)]
    people = [make_contact(company, city="Bonn").pk for _ in range(60)]

    def ask(number: int) -> int:
        order = people if number % 2 else list(reversed(people))
        which = {"subscriber_ids": order} if number % 3 else {"is_all": "yes", "contact_query": {"search": "bonn"}}
        if number % 4 == 0:
            return int(do(mia, "change_contact_status", new_status="pending", **which).status_code)
        return int(do(mia, "add_to_tags", action_options=[tags[number % 4]], **which).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, range(24))) == {200}
    assert ContactTag.objects.filter(company=company).count() == 3 * len(people)
    assert set(Contact.objects.filter(company=company).values_list("consent", flat=True)) == {"pending"}
