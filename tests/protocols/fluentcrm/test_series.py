"""Numbers over time (wire notes 18, recording seq-report-subscribers): zero-filled, the end not part of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portico.companies.models import Company
from portico.contacts.models import Contact
from tests.make import make_company, make_contact
from tests.protocols.fluentcrm.client import Crm


def came_on(company: Company, day: str, count: int = 1, **fields: Any) -> list[int]:
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    people = [make_contact(company, **fields) for _ in range(count)]
    Contact.objects.filter(company_id=company.pk, pk__in=[one.pk for one in people]).update(created_at=moment)
    return [one.pk for one in people]


def series(mia: Crm, first: str, end: str, name: str = "subscribers") -> Any:
    answer = mia.get(f"/reports/{name}", params={"date_range[]": [first, end]})
    assert answer.status_code == 200, answer.text
    return answer.json()["stats"]


def test_each_day_has_its_number_and_the_last_one_asked_for_is_not_counted(mia: Crm, company: Company) -> None:
    came_on(make_company("other"), "2026-03-02T12:00")
    came_on(company, "2026-03-02T00:00")
    came_on(company, "2026-03-02T23:59:59", 2)
    came_on(company, "2026-03-04T12:00")
    came_on(company, "2026-03-05T00:00")
    came_on(company, "2026-03-01T23:59:59")
    found = series(mia, "2026-03-02", "2026-03-05")
    assert list(found.items()) == [("2026-03-02", 3), ("2026-03-03", 0), ("2026-03-04", 1)]


def test_only_those_count_who_are_subscribed_now(mia: Crm, company: Company) -> None:
    ann, bob = came_on(company, "2026-03-02T12:00", 2)
    came_on(company, "2026-03-02T12:00", consent="pending")
    assert series(mia, "2026-03-02", "2026-03-03") == {"2026-03-02": 2}
    mia.put(f"/subscribers/{ann}", {"status": "unsubscribed"})
    assert series(mia, "2026-03-02", "2026-03-03") == {"2026-03-02": 1}
    mia.delete(f"/subscribers/{bob}")
    assert series(mia, "2026-03-02", "2026-03-03") == {"2026-03-02": 0}


def test_up_to_62_days_come_by_day_up_to_92_by_week_more_by_month(mia: Crm, company: Company) -> None:
    came_on(company, "2026-01-08T12:00")
    came_on(company, "2026-03-31T12:00")
    assert len(series(mia, "2026-01-01", "2026-03-04")) == 62
    weeks = series(mia, "2026-01-01", "2026-04-03")
    assert list(weeks)[:3] == ["2026-01-01", "2026-01-08", "2026-01-15"]
    assert {day: number for day, number in weeks.items() if number} == {"2026-01-08": 1, "2026-03-26": 1}
    months = series(mia, "2026-01-08", "2026-04-11")
    assert list(months.items()) == [("Jan 2026", 1), ("Feb 2026", 0), ("Mar 2026", 1), ("Apr 2026", 0)]
    assert series(mia, "2026-01-09", "2026-04-12")["Jan 2026"] == 0


def test_without_a_range_it_is_the_last_thirty_days_and_today(mia: Crm) -> None:
    before = datetime.now(UTC).date()
    mia.add("ann@people.test")
    found = mia.get("/reports/subscribers").json()["stats"]
    today = datetime.now(UTC).date()
    assert found.get(before.isoformat()) or found.get(today.isoformat())
    assert len(found) == 31
    assert (today - timedelta(days=30)).isoformat() in found


def test_a_range_without_days_is_an_empty_array_as_php_writes_it(mia: Crm) -> None:
    assert series(mia, "2026-03-02", "2026-03-02") == series(mia, "2026-03-02", "2026-03-01") == []


@pytest.mark.parametrize("name", ["email-sents", "email-opens", "email-clicks"])
def test_mails_have_the_same_steps_all_zero(mia: Crm, company: Company, name: str) -> None:
    came_on(company, "2026-03-02T12:00")
    assert series(mia, "2026-03-02", "2026-03-04", name) == {"2026-03-02": 0, "2026-03-03": 0}


@pytest.mark.parametrize(
    "item", ["2026-02-30", "yesterday", "20260101", "2026-W01-1", "0001-01-01", "9999-12-31", "x" * 70000]
)
@pytest.mark.parametrize("place", [0, 1])
def test_what_is_no_day_is_refused(mia: Crm, item: str, place: int) -> None:
    days = ["2026-01-01", "2026-01-02"]
    days[place] = item
    # In a body, because it can be longer than an address.
    answer = mia.call("GET", "/reports/subscribers", json={"date_range": days})
    assert (answer.status_code, list(answer.json())) == (422, ["date_range"])


@pytest.mark.parametrize("item", [["2026-01-01"], {"a": 1}, True, 1, 1.5, "\0"])
def test_days_of_a_wrong_type_are_refused(mia: Crm, item: object) -> None:
    answer = mia.call("GET", "/reports/subscribers", json={"date_range": [item, "2026-01-02"]})
    assert (answer.status_code, list(answer.json())) == (422, ["date_range"])


def test_nobody_asks_for_more_than_a_hundred_years(mia: Crm) -> None:
    assert len(series(mia, "1950-01-01", "2040-01-01")) == 90 * 12
    answer = mia.get("/reports/subscribers", params={"date_range[]": ["1000-01-01", "8999-01-01"]})
    assert (answer.status_code, list(answer.json())) == (422, ["date_range"])
