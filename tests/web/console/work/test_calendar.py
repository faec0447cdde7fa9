import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.identity.models import Membership, User
from portico.selling.actions.calendar import save_event
from portico.selling.models import CalendarEvent, CalendarFeed, EventAnswer, Task
from tests.make import make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.work.forms import at_once, form_of

FORM = {
    "title": "Kick-off", "starts_at": "2099-03-10T23:30", "ends_at": "2099-03-11T01:00", "time_zone": "Europe/Berlin",
    "type": "meetup", "location": "", "url": "", "capacity": "", "description": "",
}  # fmt: skip


@pytest.fixture
def planner(acme: Company, enter: Enter) -> Browser:
    """Who may write events, and is no administrator."""
    return enter(make_member(acme, "Pia", Role.MANAGER, {Permission.CONTACTS_READ, Permission.EVENTS_WRITE}))


def make_event(company: Company, **fields: Any) -> CalendarEvent:
    start = datetime.now(UTC) + timedelta(days=1)
    given = {"external_id": "E1", "title": "Call", "starts_at": start, "ends_at": start + timedelta(hours=1), **fields}
    for name in ("starts_at", "ends_at"):
        given[name] = given[name].isoformat()
    return CalendarEvent.objects.get(pk=save_event(operator(company.pk), given).id)


def days_of(page: str) -> dict[str, list[str]]:
    """What the list under the table has on which day."""
    found: dict[str, list[str]] = {}
    for heading, entries in re.findall(r"<h3>(.*?)</h3>\s*<ul class=\"agenda\">(.*?)</ul>", page, re.DOTALL):
        day = re.sub(r"<[^>]*>|today", "", heading).strip()
        texts = re.findall(r"<a [^>]*>(.*?)</a>", entries, re.DOTALL)
        found[day] = [" ".join(re.sub(r"<[^>]*>", " ", text).split()) for text in texts]
    return found


def test_an_event_is_planned_seen_changed_and_deleted(acme: Company, planner: Browser, rep: Browser) -> None:
    assert planner.send("/calendar/add", **FORM).status_code == 303
    event = CalendarEvent.objects.get(company=acme)
    assert event.starts_at == datetime(2099, 3, 10, 22, 30, tzinfo=UTC)
    path = f"/calendar/{event.pk}"
    shown = rep.get(path).text
    assert "2099-03-10 22:30" in shown  # a rep in UTC
    assert "/edit" not in shown

    form = form_of(planner.get(f"{path}/edit").text)
    assert {name: form[name] for name in FORM} == FORM
    shop = {**form, "title": "Kick-off <i>", "is_all_day": "yes", "capacity": "2", "url": "https://meet.test/x"}
    assert planner.call("POST", f"{path}/edit", data=shop).headers["Location"] == f"{path}?done=changed"
    event.refresh_from_db()
    assert (event.title, event.capacity, event.is_all_day) == ("Kick-off <i>", 2, True)
    assert "Kick-off &lt;i&gt;" in rep.get("/calendar?month=2099-03").text
    assert days_of(rep.get("/calendar?month=2099-03").text) == {
        "Tue 10 March": ["Kick-off &lt;i&gt; until 11 March"],
    }

    assert planner.send(f"{path}/delete", name="Kick-off").status_code == 422
    assert planner.send(f"{path}/delete", name="Kick-off <i>").headers["Location"] == "/calendar?done=deleted"
    assert planner.get(path).status_code == 404


def test_a_month_is_that_of_the_clock_where_the_person_lives(acme: Company, rita: Membership, rep: Browser) -> None:
    make_event(acme, starts_at=datetime(2099, 3, 31, 23, tzinfo=UTC), ends_at=datetime(2099, 4, 1, tzinfo=UTC))
    long = {"starts_at": datetime(2099, 3, 3, 22, tzinfo=UTC), "ends_at": datetime(2099, 3, 5, 0, tzinfo=UTC)}
    make_event(acme, external_id="E2", title="Fair", **long)
    off = {"starts_at": datetime(2099, 3, 9, 9, tzinfo=UTC), "ends_at": datetime(2099, 3, 9, 10, tzinfo=UTC)}
    make_event(acme, external_id="E3", title="Off", is_cancelled=True, **off)
    Task.objects.create(company=acme, owner=rita, title="Prepare", due_on="2099-03-04")
    Task.objects.create(company=acme, owner=make_member(acme, "Bob", Role.REP), title="His own", due_on="2099-03-04")
    page = rep.get("/calendar?month=2099-03")
    assert len(page.content) < 100_000
    assert days_of(page.text) == {
        "Tue 3 March": ["22:00 Fair until 4 March"],
        "Wed 4 March": ["Task Prepare"],
        "Mon 9 March": ["09:00 Off"],
        "Tue 31 March": ["23:00 Call"],
    }
    User.objects.filter(pk=rita.user_id).update(time_zone="Europe/Berlin")
    assert days_of(rep.get("/calendar?month=2099-04").text) == {"Wed 1 April": ["01:00 Call"]}
    assert "This event was called off" in rep.get(f"/calendar/{CalendarEvent.objects.get(title='Off').pk}").text
    for month in ("x", "2099-13", "0000-01", "999999-01", "9999-12", "1000-01"):
        assert rep.get(f"/calendar?month={month}").status_code == 200, month
    as_list = rep.get("/calendar?month=2099-03&show=list").text
    assert "<table" not in as_list
    assert "Prepare" in as_list


def test_a_full_month_stays_small(acme: Company, rep: Browser) -> None:
    start, end = datetime(2099, 3, 1, tzinfo=UTC), datetime(2099, 3, 31, tzinfo=UTC)
    rows = [
        CalendarEvent(company=acme, external_id=str(n), title="x" * 255, starts_at=start, ends_at=end)
        for n in range(210)
    ]
    CalendarEvent.objects.bulk_create(rows)
    page = rep.get("/calendar?month=2099-03")
    assert len(page.content) < 100_000
    assert "and 196 more" in page.text
    assert "10 more events of this month are not shown here" in page.text
    assert len(rep.get("/calendar?month=2099-03&show=list").content) < 100_000


def test_somebody_says_whether_it_comes_until_the_event_is_full(
    acme: Company, rita: Membership, rep: Browser, viewer: Browser
) -> None:
    path = f"/calendar/{make_event(acme, capacity=1).pk}"
    assert rep.send(path, answer="going").headers["Location"] == f"{path}?done=answered"
    assert 'value="going" aria-pressed="true"' in rep.get(path).text
    full = viewer.send(path, answer="going")
    assert full.status_code == 409
    assert "full" in full.text
    assert viewer.send(path, answer="maybe").status_code == 303
    assert rep.send(path, answer="perhaps").status_code == 422
    assert rep.send(path, answer="none").status_code == 303
    assert not EventAnswer.objects.filter(company=acme, member=rita).exists()
    over = make_event(acme, external_id="E2", starts_at=datetime(2020, 1, 1, tzinfo=UTC),
                      ends_at=datetime(2020, 1, 2, tzinfo=UTC))  # fmt: skip
    assert "Are you coming" not in rep.get(f"/calendar/{over.pk}").text
    assert rep.send(f"/calendar/{over.pk}", page=path, answer="going").status_code == 409


def test_what_cannot_be_is_said_beside_its_field(acme: Company, planner: Browser) -> None:
    bad = (
        ("title", ""),
        ("title", "a\0b"),
        ("starts_at", "tomorrow"),
        ("starts_at", ""),
        ("ends_at", "2099-03-10T10:00"),
        ("ends_at", "9999-12-31T23:59"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../etc/passwd"),
        ("type", "party"),
        ("url", "javascript:alert(1)"),
        ("capacity", "0"),
        ("capacity", "9" * 30),
        ("description", "x" * 21_000),
    )
    for field, value in bad:
        answer = planner.send("/calendar/add", **{**FORM, field: value})
        assert answer.status_code == 422, (field, value)
        assert f'id="error-{field}"' in answer.text, (field, value)
    assert not CalendarEvent.objects.filter(company=acme).exists()


def test_of_two_who_change_an_event_at_once_one_is_told(acme: Company, planner: Browser) -> None:
    path = f"/calendar/{make_event(acme).pk}/edit"
    form = form_of(planner.get(path).text)
    assert at_once(planner, path, *({**form, "title": name} for name in ("A", "B", "C", "D"))) == [303, 409, 409, 409]
    assert CalendarEvent.objects.get(company=acme).external_id == "E1"  # still what its software calls it


def test_the_address_for_calendars_is_made_renewed_and_switched_off(rita: Membership, rep: Browser) -> None:
    def address() -> str:
        found = re.search(r'<code id="feed"[^>]*>[^<]*(/calendar/pcf_\w+\.ics)</code>', rep.get("/calendar/feed").text)
        assert found
        return found[1]

    assert "no address yet" in rep.get("/calendar/feed").text
    assert rep.send("/calendar/feed", press="renew").status_code == 303
    first = address()
    assert rep.server.get(first).status_code == 200
    assert rep.send("/calendar/feed", press="renew").status_code == 303
    assert address() != first
    assert rep.server.get(first).status_code == 404
    second = address()
    assert rep.send("/calendar/feed", press="nothing").status_code == 422
    assert rep.send("/calendar/feed", press="off").status_code == 303
    assert rep.server.get(second).status_code == 404
    assert not CalendarFeed.objects.filter(member=rita).exists()
    assert first.split("/")[-1] not in rep.server.log()
