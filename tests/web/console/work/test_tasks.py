import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.contacts.actions.contacts import change_contact
from portico.identity.models import Membership, User
from portico.selling.models import Task
from tests.make import make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.work.forms import at_once, form_of

# Between them it is never the same day.
EAST, WEST = "Pacific/Kiritimati", "Etc/GMT+12"


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/tasks/\d+"[^>]*>([^<]+)</a>', page)


def today_in(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def test_what_is_due_is_found_by_the_day_where_the_person_lives(rita: Membership, rep: Browser) -> None:
    def live_in(zone: str) -> None:
        User.objects.filter(pk=rita.user_id).update(time_zone=zone)

    live_in(EAST)
    now = today_in(EAST)
    for title, days in (("Old", -3), ("Now", 0), ("Soon", 2)):
        form = {"title": title, "due_on": str(now + timedelta(days=days)), "priority": "medium"}
        assert rep.send("/tasks/add", **form).status_code == 303
    assert rep.send("/tasks/add", title="Some day", due_on="", priority="low").status_code == 303
    assert titles(rep.get("/tasks").text) == ["Now"]
    assert titles(rep.get("/tasks?show=overdue").text) == ["Old"]
    assert titles(rep.get("/tasks?show=upcoming").text) == ["Soon", "Some day"]
    assert "Old" in rep.get("/console").text
    live_in(WEST)  # where it is still yesterday, or the day before
    assert "Now" in titles(rep.get("/tasks?show=upcoming").text)
    assert titles(rep.get("/tasks").text) == []
    assert rep.get("/tasks?show=nothing&page=99999999999&whose=all").status_code == 200


def test_done_can_be_undone(rita: Membership, rep: Browser) -> None:
    assert rep.send("/tasks/add", title="Call <b>Ann</b>", priority="high").status_code == 303
    task = Task.objects.get(owner=rita)
    answer = rep.send(f"/tasks/{task.pk}/complete", page="/tasks?show=upcoming", show="upcoming")
    assert answer.headers["Location"] == f"/tasks?show=upcoming&done=completed&task={task.pk}"
    shown = rep.get(answer.headers["Location"]).text
    assert titles(shown) == []
    assert f'action="/tasks/{task.pk}/reopen"' in shown
    assert "Call &lt;b&gt;Ann&lt;/b&gt;" in rep.get("/tasks?show=done").text
    assert rep.send(f"/tasks/{task.pk}/complete", page="/tasks?show=done").status_code == 303  # twice is once
    assert rep.send(f"/tasks/{task.pk}/reopen", page="/tasks?show=done").status_code == 303
    task.refresh_from_db()
    assert task.completed_at is None


def test_a_task_is_about_a_contact_that_one_sees(acme: Company, rita: Membership, rep: Browser) -> None:
    own = make_contact(acme, email="ann@people.test", first_name="Ann", owner_id=rita.pk)
    nameless = make_contact(acme, email=None, first_name="Bo", owner_id=rita.pk)
    make_contact(acme, email="other@people.test")
    wrong = rep.send("/tasks/add", title="Call", priority="low", contact_email="other@people.test")
    assert wrong.status_code == 422
    assert 'id="error-contact_email"' in wrong.text
    assert 'value="Call"' in wrong.text
    assert rep.send("/tasks/add", title="Call", priority="low", contact_email="ANN@people.test").status_code == 303
    task = Task.objects.get(owner=rita)
    assert task.contact_id == own.pk
    assert f'href="/contacts/{own.pk}">Ann</a>' in rep.get("/tasks?show=upcoming").text

    asked = f"/tasks/add?contact={nameless.pk}"
    assert "About Bo." in rep.get(asked).text
    form = form_of(rep.get(asked).text)
    assert rep.call("POST", "/tasks/add", data={**form, "title": "Visit"}).status_code == 303
    visit = Task.objects.get(owner=rita, title="Visit")
    page = f"/tasks/{visit.pk}"
    assert rep.call("POST", page, data={**form_of(rep.get(page).text), "title": "Visit Bo"}).status_code == 303
    visit.refresh_from_db()
    assert (visit.title, visit.contact_id) == ("Visit Bo", nameless.pk)

    # One that became another's is not named any more.
    change_contact(operator(acme.pk), own.pk, {"owner_id": make_member(acme, "Bob", Role.REP).pk})
    assert "Ann" not in rep.get("/tasks?show=upcoming").text


def test_of_two_who_change_it_at_once_one_is_told(rita: Membership, rep: Browser) -> None:
    rep.send("/tasks/add", title="Call", priority="low")
    task = Task.objects.get(owner=rita)
    page = f"/tasks/{task.pk}"
    form = form_of(rep.get(page).text)
    forms = [{**form, "title": title} for title in ("One", "Two", "Three", "Four")]
    assert at_once(rep, page, *forms) == [303, 409, 409, 409]
    late = rep.call("POST", page, data={**form, "title": "Late"})
    assert late.status_code == 409
    assert 'value="Late"' in late.text
    again = rep.call("POST", page, data=form_of(late.text))  # what was typed, with what is seen now
    assert again.status_code == 303
    task.refresh_from_db()
    assert task.title == "Late"


def test_what_cannot_be_is_said_beside_its_field_and_changes_nothing(rita: Membership, rep: Browser) -> None:
    bad = (
        ("title", ""),
        ("title", "x" * 300),
        ("title", "a\0b"),
        ("due_on", "soon"),
        ("due_on", "9999-01-01"),
        ("priority", "immense"),
        ("description", "x" * 11_000),
        ("contact_email", "nobody@never.test"),
        ("contact_email", "a\0b"),
    )
    for field, value in bad:
        form = {"title": "Call", "priority": "low", "due_on": "", field: value}
        answer = rep.send("/tasks/add", **form)
        assert answer.status_code == 422, (field, value)
        assert f'id="error-{field}"' in answer.text, (field, value)
    assert rep.send("/tasks/add", title="x", contact="99999999999").status_code == 404
    assert not Task.objects.filter(owner=rita).exists()


def test_a_task_is_deleted_when_its_title_is_typed(rita: Membership, rep: Browser) -> None:
    rep.send("/tasks/add", title="Call", priority="low")
    page = f"/tasks/{Task.objects.get(owner=rita).pk}/delete"
    assert rep.send(page, name="call").status_code == 422
    assert rep.send(page, name="Call").headers["Location"] == "/tasks?done=deleted"
    assert not Task.objects.filter(owner=rita).exists()


def test_nobody_sees_anybody_elses_but_an_administrator(
    acme: Company, rita: Membership, rep: Browser, owner: Browser, enter: Enter
) -> None:
    rep.send("/tasks/add", title="Mine", priority="low")
    path = f"/tasks/{Task.objects.get(owner=rita).pk}"
    writer = enter(make_member(acme, "Wim", Role.MANAGER, {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE}))
    for page in (path, f"{path}/delete"):
        assert writer.get(page).status_code == 404
    for page in (path, f"{path}/complete", f"{path}/reopen", f"{path}/delete"):
        assert writer.send(page, page="/tasks/add", title="Eve").status_code == 404
    assert "whose=all" not in writer.get("/tasks").text
    assert titles(writer.get("/tasks?show=upcoming&whose=all").text) == []
    assert titles(owner.get("/tasks?show=upcoming").text) == []
    everybody = owner.get("/tasks?show=upcoming&whose=all").text
    assert titles(everybody) == ["Mine"]
    assert "Rita Example" in everybody
    assert Task.objects.get(owner=rita).title == "Mine"


def test_who_may_only_read_has_no_buttons(acme: Company, enter: Enter) -> None:
    vera = make_member(acme, "Vera", Role.MANAGER, {Permission.CONTACTS_READ})
    task = Task.objects.create(company=acme, owner=vera, title="Look")
    viewer = enter(vera)
    for page in ("/tasks?show=upcoming", f"/tasks/{task.pk}", f"/tasks?done=completed&task={task.pk}"):
        shown = viewer.get(page).text
        assert "<button" not in shown[shown.index("<main") : shown.index("</main")], page
        assert "/tasks/add" not in shown, page
