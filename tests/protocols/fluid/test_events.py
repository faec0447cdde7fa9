"""The calendar: what comes, who comes, and the feed for calendar programs."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from portico.access import Permission, operator
from portico.companies.models import Company
from portico.identity.models import Membership
from portico.selling.actions.calendar import save_event
from portico.selling.models import EventAnswer
from tests.make import make_company, make_key
from tests.protocols.fluid.app import App, assert_envelope
from tests.protocols.fluid.test_contacts import Rep
from tests.protocols.native.client import Native, assert_problem

EVENT = {
    "external_id": "spring", "title": "Product evening", "description": "What is new", "type": "training",
    "starts_at": "2099-04-15T18:00:00-04:00", "ends_at": "2099-04-15T19:30:00-04:00", "time_zone": "America/New_York",
    "url": "https://meet.test/1", "capacity": 2,
}  # fmt: skip


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


@pytest.fixture
def office(app: App, acme: Company) -> Native:
    return Native(app.server, make_key(acme, [Permission.EVENTS_WRITE]))


def call(rep: Rep, method: str, path: str, **how: Any) -> Any:
    return rep.app.call(method, f"/api/events{path}", rep.token, **how)


def titles(rep: Rep, **asked: Any) -> list[str]:
    answer = call(rep, "GET", "", params=asked)
    assert answer.status_code == 200, answer.text
    return [one["title"] for one in answer.json()]


def event(company: Company, title: str, starts: str, *, hours: float = 1, **more: Any) -> int:
    starts_at = datetime.fromisoformat(starts)
    times = {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + timedelta(hours=hours)).isoformat()}
    return save_event(operator(company.pk), {"external_id": title, "title": title, **times, **more}).id


def test_what_the_office_makes_is_what_members_see(rita: Rep, office: Native, app: App) -> None:
    made = office.post("/events", EVENT)
    assert (made.status_code, made.json()["outcome"]) == (201, "added")
    id = made.json()["id"]
    (row,) = call(rita, "GET", "").json()
    assert row == call(rita, "GET", f"/{id}").json()
    assert row == {
        "id": id, "title": "Product evening", "description": "What is new", "event_type": "training",
        "start_time": "2099-04-15T22:00:00Z", "end_time": "2099-04-15T23:30:00Z", "time_zone": "America/New_York",
        "all_day": False, "location": None, "url": "https://meet.test/1", "image_url": None, "capacity": 2,
        "attendees_count": 0, "cancelled": False, "rsvp_status": None,
    }  # fmt: skip
    assert office.post("/events", EVENT).json() == {"id": id, "outcome": "same"}
    assert office.post("/events", {**EVENT, "is_cancelled": True}).json() == {"id": id, "outcome": "changed"}
    assert call(rita, "GET", "").json() == []
    assert call(rita, "GET", f"/{id}").json()["cancelled"] is True
    assert office.get(f"/events/{id}").json()["is_cancelled"] is True
    other = Rep(app, make_company(), "Olga")
    assert_envelope(call(other, "GET", f"/{id}"), 404)
    assert_envelope(call(other, "PUT", f"/{id}/rsvp", json={"status": "going"}), 404)
    assert office.delete(f"/events/{id}").status_code == 204
    assert_problem(office.get(f"/events/{id}"), 404, "not-found")
    reader = Native(app.server, make_key(make_company(), [Permission.ORDERS_WRITE]))
    assert_problem(reader.post("/events", EVENT), 403, "denied")


def test_lists_can_be_narrowed(rita: Rep, acme: Company) -> None:
    event(acme, "Over", "2020-01-01T10:00:00+00:00")
    event(acme, "Long", "2020-01-01T10:00:00+00:00", hours=24 * 365 * 60, type="conference")
    event(acme, "Late", "2099-01-15T23:30:00+00:00", type="webinar")
    event(acme, "Later", "2099-01-17T00:00:00+00:00", type="webinar")
    assert titles(rita) == ["Over", "Long", "Late", "Later"]
    assert titles(rita, upcoming="true") == ["Long", "Late", "Later"]
    assert titles(rita, upcoming="false") == ["Over"]
    assert titles(rita, type="webinar") == ["Late", "Later"]
    assert titles(rita, from_date="2099-01-15", to_date="2099-01-16") == ["Late"]
    assert titles(rita, from_date="2099-01-16", to_date="2099-01-16", time_zone="Asia/Tokyo") == ["Late"]
    page = call(rita, "GET", "", params={"per_page": 3, "page": 2})
    assert ([one["title"] for one in page.json()], page.headers["X-Total-Count"]) == (["Later"], "4")
    for wrong in (
        {"upcoming": "perhaps"},
        {"type": "party"},
        {"from_date": "x"},
        {"time_zone": "../etc", "to_date": ""},
    ):
        answer = call(rita, "GET", "", params=wrong)
        assert_envelope(answer, 422)


def test_the_last_seat_is_given_once_however_many_want_it(app: App, acme: Company) -> None:
    id = event(acme, "Small", "2099-01-01T10:00:00+00:00", capacity=2)
    reps = [Rep(app, acme, name) for name in ("Ann", "Bob", "Cat", "Dan", "Eve", "Fay")]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda rep: call(rep, "PUT", f"/{id}/rsvp", json={"status": "going"}), reps))
    assert sorted(one.status_code for one in answers) == [200] * 2 + [422] * 4
    assert EventAnswer.objects.filter(company=acme, event=id, answer="going").count() == 2
    inside = next(rep for rep, one in zip(reps, answers, strict=True) if one.status_code == 200)
    outside = next(rep for rep, one in zip(reps, answers, strict=True) if one.status_code == 422)
    again = call(inside, "PUT", f"/{id}/rsvp", json={"status": "going"})  # whoever has a seat keeps it
    assert (again.status_code, again.json()["attendees_count"], again.json()["rsvp_status"]) == (200, 2, "going")
    assert call(outside, "PUT", f"/{id}/rsvp", json={"status": "maybe"}).json()["rsvp_status"] == "maybe"
    assert call(inside, "PUT", f"/{id}/rsvp", json={"status": None}).json()["rsvp_status"] is None
    assert call(outside, "PUT", f"/{id}/rsvp", json={"status": "going"}).status_code == 200
    for wrong in ({"status": "sure"}, {}, {"status": 5}, {"status": "a\0"}):
        assert_envelope(call(inside, "PUT", f"/{id}/rsvp", json=wrong), 422)
    over = event(acme, "Over", "2020-01-01T10:00:00+00:00")
    assert_envelope(call(inside, "PUT", f"/{over}/rsvp", json={"status": "going"}), 422)


def test_a_calendar_program_reads_the_feed_until_its_address_is_taken_back(app: App, rita: Rep, acme: Company) -> None:
    talk = event(acme, "Talk; with, signs\nand lines", "2099-07-01T18:00:00-04:00", time_zone="America/New_York")
    event(acme, "Fair", "2099-03-28T00:00:00+01:00", hours=47, is_all_day=True, time_zone="Europe/Berlin")  # DST begins
    dull = event(acme, "Dull", "2099-01-01T10:00:00+00:00")
    event(acme, "Long ago", "2020-01-01T10:00:00+00:00")
    event(make_company(), "Theirs", "2099-01-01T10:00:00+00:00")
    assert call(rita, "PUT", f"/{dull}/rsvp", json={"status": "declined"}).status_code == 200
    assert_envelope(call(rita, "GET", "/feed"), 404)
    address = call(rita, "POST", "/feed").json()["url"]
    assert call(rita, "GET", "/feed").json() == {"url": address}
    path = urlsplit(address).path
    shown = app.server.get(path)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(shown.content)
    found: dict[str, Any] = {str(one["summary"]): one for one in calendar.walk("VEVENT")}
    assert set(found) == {"Talk; with, signs\nand lines", "Fair"}
    first = found["Talk; with, signs\nand lines"]
    assert first["dtstart"].dt == datetime(2099, 7, 1, 22, tzinfo=UTC)
    assert str(first["uid"]).startswith(f"event-{talk}@")
    assert (found["Fair"]["dtstart"].dt, found["Fair"]["dtend"].dt) == (date(2099, 3, 28), date(2099, 3, 30))
    tag = shown.headers["ETag"]
    assert app.server.get(path, headers={"If-None-Match": tag}).status_code == 304
    save_event(operator(acme.pk), {"external_id": "Fair", "title": "Fair 2", "starts_at": "2099-03-28T00:00:00Z",
                                   "ends_at": "2099-03-28T01:00:00Z"})  # fmt: skip
    assert app.server.get(path, headers={"If-None-Match": tag}).status_code == 200

    renewed = urlsplit(call(rita, "POST", "/feed").json()["url"]).path
    assert [app.server.get(one).status_code for one in (path, renewed, "/calendar/pcf_x.ics")] == [404, 200, 404]
    Membership.objects.filter(company=acme, pk=rita.member.pk).update(is_active=False)
    assert app.server.get(renewed).status_code == 404
    Membership.objects.filter(company=acme, pk=rita.member.pk).update(is_active=True)
    assert call(rita, "DELETE", "/feed").json() == {"url": None}
    assert app.server.get(renewed).status_code == 404
    assert app.server.get("/api/events/feed").status_code == 401


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "), ("starts_at", "2099-04-15T18:00:00"), ("ends_at", "2000-01-01T00:00:00Z"), ("type", "party"),
        ("time_zone", "Mars/Base"), ("time_zone", "../../etc/passwd"), ("time_zone", "Europe"), ("capacity", 0),
        ("capacity", "many"), ("is_all_day", "perhaps"), ("url", "javascript:alert(1)"), ("description", 5),
        ("image_url", "https://"), ("starts_at", "2999-01-01T00:00:00Z"), ("external_id", 5),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(office: Native, field: str, value: Any) -> None:
    problem = assert_problem(office.post("/events", {**EVENT, field: value}), 422, "invalid")
    assert problem["errors"][0]["field"] == field
    assert office.get("/events").json() == {"data": [], "next": None}
