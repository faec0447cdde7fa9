from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.contacts.models import Activity
from portico.selling.models import Task
from tests.make import make_contact
from tests.protocols.fluid.app import App, assert_envelope
from tests.protocols.fluid.reps import Caller, ids, made

TASK = [
    "id", "title", "description", "status", "priority", "due_date", "contact", "created_at", "updated_at",
    "completed_at", "user_company_id",
]  # fmt: skip
# Between them it is never the same day.
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"


@pytest.fixture
def rita(app: App, acme: Company) -> Caller:
    return Caller(app, acme)


def today_in(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def test_a_task_is_added_shown_and_changed(rita: Caller) -> None:
    ann = rita.contact(first_name="Ann", last_name="Lee")
    due = str(today_in("UTC") + timedelta(days=3))
    task = made(
        rita.post("tasks", title="<b>Call</b>", description="x\ny", priority="normal", due_date=due, contact_id=ann.pk)
    )
    assert list(task) == TASK
    contact = {"id": ann.pk, "first_name": "Ann", "last_name": "Lee", "full_name": "Ann Lee"}
    expected = {
        "title": "<b>Call</b>", "description": "x\ny", "status": "pending", "priority": "medium", "due_date": due,
        "contact": contact, "completed_at": None, "user_company_id": rita.member.pk,
    }  # fmt: skip
    assert {name: task[name] for name in expected} == expected
    path = f"tasks/{task['id']}"
    assert made(rita.get(path), 200) == task
    changed = made(rita.patch(path, task={"priority": "high", "due_date": None}), 200)
    assert (changed["priority"], changed["due_date"], changed["title"]) == ("high", None, "<b>Call</b>")
    assert made(rita.put(path, contact_id=None), 200)["contact"] is None
    assert rita.delete(path).json()["id"] == task["id"]
    assert_envelope(rita.get(path), 404)
    assert_envelope(rita.delete(path), 404)


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({}, "title"),
        ({"title": " "}, "title"),
        ({"title": None}, "title"),
        ({"title": ["Call"]}, "title"),
        ({"title": "x" * 256}, "title"),
        ({"title": "Call", "description": "x" * 10_001}, "description"),
        ({"title": "Call", "priority": "urgent"}, "priority"),
        ({"title": "Call", "due_date": "tomorrow"}, "due_date"),
        ({"title": "Call", "due_date": "2024-02-30"}, "due_date"),
        ({"title": "Call", "due_date": "0001-01-01"}, "due_date"),
        ({"title": "Call", "due_date": True}, "due_date"),
        ({"title": "Call", "contact_id": "ann"}, "contact_id"),
        ({"title": "Call", "contact_id": 10**30}, "contact_id"),
        ({"title": "Call", "contact_id": -1}, "contact_id"),
        ({"title": "Call", "status": "overdue"}, "status"),
        ({"title": "Ca\0ll"}, "title"),
    ],
)
def test_what_cannot_be_a_task_is_refused(acme: Company, rita: Caller, body: dict[str, Any], wrong: str) -> None:
    assert list(assert_envelope(rita.post("tasks", **body), 422)["errors"]) == [wrong]
    assert not Task.objects.filter(company_id=acme.pk).exists()


def test_another_s_task_and_another_s_contact_are_not_there(
    app: App, acme: Company, globex: Company, rita: Caller
) -> None:
    bob, eve, boss = Caller(app, acme, "Bob"), Caller(app, globex, "Eve"), Caller(app, acme, "Ada", role=Role.ADMIN)
    his = made(bob.post("tasks", title="His", contact_id=bob.contact().pk))["id"]
    for task in (his, made(eve.post("tasks", title="Hers"))["id"], 2**45):
        for method, more in (
            ("GET", ""), ("PATCH", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/complete"), ("POST", "/reopen"),
        ):  # fmt: skip
            assert_envelope(rita.call(method, f"tasks/{task}{more}", json={"title": "Mine"}), 404)
    own = made(rita.post("tasks", title="Mine"))["id"]
    for contact in (bob.contact().pk, make_contact(globex).pk, 2**45):
        for answer in (
            rita.post("tasks", title="x", contact_id=contact),
            rita.patch(f"tasks/{own}", contact_id=contact),
        ):
            assert list(assert_envelope(answer, 422)["errors"]) == ["contact_id"]
    assert ids(rita.get("tasks")) == [own]
    assert ids(boss.get("tasks")) == [own, his]
    assert made(boss.patch(f"tasks/{his}", title="Ours"), 200)["user_company_id"] == bob.member.pk
    nobody = Caller(app, acme, "Max", role=Role.MANAGER, permissions=(Permission.REPORTS_READ,))
    assert_envelope(nobody.get("tasks"), 403)
    reader = Caller(app, acme, "Mia", role=Role.MANAGER, permissions=(Permission.CONTACTS_READ,))
    assert ids(reader.get("tasks")) == []
    assert_envelope(reader.post("tasks", title="x"), 403)
    assert app.server.get("/api/tasks").status_code == 401


def test_a_contact_that_became_another_s_is_no_longer_shown(app: App, acme: Company, rita: Caller) -> None:
    ann = rita.contact(first_name="Ann")
    task = made(rita.post("tasks", title="Call", contact_id=ann.pk))["id"]
    change_contact(operator(acme.pk), ann.pk, {"owner_id": Caller(app, acme, "Bob").member.pk})
    assert made(rita.get(f"tasks/{task}"), 200)["contact"] is None


def test_overdue_is_what_is_past_where_the_rep_lives(rita: Caller) -> None:
    today = {zone: today_in(zone) for zone in (EAST, WEST)}
    assert today[EAST] > today[WEST]
    between = made(rita.post("tasks", title="Between", due_date=str(today[WEST])))["id"]
    made(rita.patch("me", time_zone=WEST), 200)
    assert made(rita.get(f"tasks/{between}"), 200)["status"] == "pending"
    assert (ids(rita.get("tasks", status="pending")), ids(rita.get("tasks", status="overdue"))) == ([between], [])
    made(rita.patch("me", time_zone=EAST), 200)
    assert made(rita.get(f"tasks/{between}"), 200)["status"] == "overdue"
    assert (ids(rita.get("tasks", status="pending")), ids(rita.get("tasks", status="overdue"))) == ([], [between])
    made(rita.post(f"tasks/{between}/complete"), 200)
    assert made(rita.get(f"tasks/{between}"), 200)["status"] == "completed"
    assert ids(rita.get("tasks", status="overdue")) == []


def test_lists_by_status_contact_and_day(rita: Caller) -> None:
    ann = rita.contact().pk
    days = [date(2999, 1, day) for day in (3, 1, 2)]
    late, early, middle = (made(rita.post("tasks", title="x", due_date=str(day)))["id"] for day in days)
    someday = made(rita.post("tasks", title="x", contact_id=ann))["id"]
    done = made(rita.post("tasks", title="x", contact_id=ann, status="completed"))
    assert done["status"] == "completed"
    assert ids(rita.get("tasks")) == [done["id"], someday, middle, early, late]
    assert ids(rita.get("tasks", status="pending")) == [early, middle, late, someday]
    assert ids(rita.get("tasks", status="completed")) == [done["id"]]
    assert ids(rita.get("tasks", contact_id=ann)) == [done["id"], someday]
    assert ids(rita.get("tasks", contact_id=ann, status="pending")) == [someday]
    assert ids(rita.get("tasks", from_date="2999-01-02", to_date="2999-01-02T10:00:00Z")) == [middle]
    page = rita.get("tasks", status="pending", per_page=2, page=2)
    assert ids(page) == [late, someday]
    assert (page.headers["X-Total-Count"], page.headers["X-Total-Pages"]) == ("4", "2")
    turned = {"from_date": "2999-01-02", "to_date": "2999-01-01"}
    for asked in ({"status": "done"}, {"contact_id": "ann"}, {"from_date": "x"}, turned):
        assert_envelope(rita.get("tasks", **asked), 422)


def test_completing_is_told_of_once_however_often_and_by_however_many(acme: Company, rita: Caller) -> None:
    ann = rita.contact().pk
    task = made(rita.post("tasks", title="Call", contact_id=ann))["id"]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: made(rita.post(f"tasks/{task}/complete"), 200), range(16)))
    assert {answer["status"] for answer in answers} == {"completed"}
    assert len({answer["completed_at"] for answer in answers}) == 1
    told = Activity.objects.filter(company_id=acme.pk, contact_id=ann, kind="task.completed")
    assert told.values_list("subject_id", "details").get() == (task, {"title": "Call"})
    assert AuditEntry.objects.filter(company_id=acme.pk, action="task.completed").count() == 1
    for _ in range(2):
        assert made(rita.post(f"tasks/{task}/reopen"), 200)["completed_at"] is None
    assert made(rita.patch(f"tasks/{task}", status="completed"), 200)["status"] == "completed"
    assert told.count() == 2


def test_a_task_goes_with_its_contact(acme: Company, rita: Caller) -> None:
    from portico.contacts.actions.contacts import delete_contacts

    ann = rita.contact().pk
    made(rita.post("tasks", title="Call", contact_id=ann))
    kept = made(rita.post("tasks", title="Other"))["id"]
    delete_contacts(operator(acme.pk), [ann])
    assert ids(rita.get("tasks")) == [kept]
