"""Tracked events (wire notes 15)."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from portico.access import operator
from portico.audit.models import AuditEntry
from portico.companies.actions import switch_module
from portico.companies.models import Company
from portico.contacts.models import TrackedEvent
from tests.make import make_company, make_contact, make_key
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

HAT = {"event_key": "bought", "title": "Bought a hat"}
AT_ONCE, TIMES = 20, 5


def track(mia: Crm, **fields: object) -> int:
    answer = mia.post("/subscribers/track-event", {**HAT, **fields})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def events(mia: Crm, contact: int, query: str = "") -> list[dict[str, object]]:
    answer = mia.get(f"/subscribers/{contact}/tracking-events?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, object]] = answer.json()["events"]["data"]
    return found


def test_the_same_event_counts_up_and_takes_the_new_value(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    first = track(mia, subscriber_id=ann, value="12")
    assert track(mia, email="ANN@people.test", value="15", provider="shop") == first
    assert track(mia, subscriber_id=ann, title="Bought a coat") != first
    coat, hat = events(mia, ann)
    assert list(hat) == [
        "id", "subscriber_id", "counter", "created_by", "provider", "event_key", "title", "value", "created_at",
        "updated_at",
    ]  # fmt: skip
    assert (hat["id"], hat["subscriber_id"], hat["counter"], hat["value"]) == (first, str(ann), "2", "15")
    assert (hat["provider"], hat["created_by"]) == ("custom", str(mia.key.key.membership_id))
    assert (coat["counter"], coat["value"]) == ("1", None)


@pytest.mark.parametrize("no", [False, 0, "0", "no", "false", ""])
def test_an_event_that_does_not_repeat_stands_there_each_time(mia: Crm, no: object) -> None:
    ann = mia.add("ann@people.test")
    assert track(mia, subscriber_id=ann, repeatable=no) != track(mia, subscriber_id=ann, repeatable=no)
    counting = track(mia, subscriber_id=ann, repeatable="yes")
    assert track(mia, subscriber_id=ann, repeatable=True) == counting
    assert sorted(str(event["counter"]) for event in events(mia, ann)) == ["1", "1", "2"]


def test_many_at_once_lose_nothing(mia: Crm) -> None:
    """They are answered by several processes."""
    ann = mia.add("ann@people.test")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ids = list(pool.map(lambda _: [track(mia, subscriber_id=ann) for _ in range(TIMES)], range(AT_ONCE)))
    assert len({id for some in ids for id in some}) == 1
    assert [event["counter"] for event in events(mia, ann)] == [str(AT_ONCE * TIMES)]
    entries = AuditEntry.objects.filter(company_id=mia.key.key.company_id, action="event.tracked", subject_id=ann)
    assert entries.count() == AT_ONCE * TIMES


def test_an_event_of_a_contact_that_is_being_deleted_is_refused_or_goes_with_it(mia: Crm) -> None:
    people = [mia.add(f"p{number}@people.test") for number in range(10)]
    calls = [call for ann in people for call in (("delete", ann), *[("track", ann)] * 3)]

    def ask(call: tuple[str, int]) -> int:
        what, ann = call
        if what == "delete":
            return mia.delete(f"/subscribers/{ann}").status_code
        return mia.post("/subscribers/track-event", {**HAT, "subscriber_id": ann}).status_code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(ask, calls)) <= {200, 422}
    assert not TrackedEvent.objects.filter(company_id=mia.key.key.company_id).exists()


def test_key_and_title_are_needed_and_cut_off_behind_192_characters(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    for body in ({}, {"event_key": " ", "title": []}, {"event_key": "<b></b>", "title": None}):
        answer = mia.post("/subscribers/track-event", {"subscriber_id": ann, **body})
        assert answer.status_code == 422
        assert {field: set(rules) for field, rules in answer.json().items()} == {
            "event_key": {"required"},
            "title": {"required"},
        }
    long = track(mia, subscriber_id=ann, event_key="k" * 500, title="ü" * 500, provider="p" * 500)
    event = TrackedEvent.objects.get(company_id=mia.key.key.company_id, pk=long)
    assert (event.key, event.title, event.provider) == ("k" * 192, "ü" * 192, "p" * 192)
    assert mia.post("/subscribers/track-event", {**HAT, "subscriber_id": ann, "value": "x" * 10_001}).json().keys() == {
        "value"
    }


def test_an_unknown_contact_and_another_companys_are_the_same(mia: Crm) -> None:
    theirs = make_contact(make_company("other"))
    for whom in (
        {},
        {"subscriber_id": 2**40},
        {"subscriber_id": theirs.pk},
        {"email": theirs.email},
        {"email": "nobody@people.test"},
        {"user_id": 1},
    ):
        answer = mia.post("/subscribers/track-event", {**HAT, **whom})
        assert (answer.status_code, list(answer.json())) == (422, ["message", "error_code"]), whom
        assert answer.json()["error_code"] == "subscriber_not_found"
    assert mia.get(f"/subscribers/{theirs.pk}/tracking-events").status_code == 404
    assert not TrackedEvent.objects.filter(company_id=theirs.company_id).exists()


@pytest.mark.parametrize("value", [None, True, 0, -1, 10**30, 1e300, "\0", "x\0y", [], [[]], {"a": {}}, "x" * 70000])
def test_no_value_breaks_it(mia: Crm, value: object) -> None:
    ann = mia.add("ann@people.test")
    for name in ("event_key", "title", "value", "provider", "repeatable", "subscriber_id", "email"):
        answer = mia.post("/subscribers/track-event", {**HAT, "subscriber_id": ann, name: value})
        assert answer.status_code in {200, 422}, name
    assert mia.get(f"/subscribers/{ann}/tracking-events?page=x&per_page[]=1").status_code == 200


def test_events_are_paged_newest_first(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    for number in range(3):
        track(mia, subscriber_id=ann, event_key=f"key {number}")
    assert [event["event_key"] for event in events(mia, ann, "per_page=2")] == ["key 2", "key 1"]
    assert [event["event_key"] for event in events(mia, ann, "per_page=2&page=2")] == ["key 0"]


def test_where_the_module_is_off_both_calls_say_so(server: Server) -> None:
    company: Company = make_company()
    switch_module(operator(company.pk), module="event-tracking", on=False)
    ann = make_contact(company).pk
    mia = Crm(server, make_key(company))
    for answer in (
        mia.post("/subscribers/track-event", {**HAT, "subscriber_id": ann}),
        mia.get(f"/subscribers/{ann}/tracking-events"),
    ):
        assert (answer.status_code, list(answer.json())) == (422, ["message", "error_code"])
        assert answer.json()["error_code"] == "not_enabled"
