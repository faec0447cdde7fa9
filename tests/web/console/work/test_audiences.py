"""For whom news and events are, as the console asks it, says it and keeps to it."""

import re

import pytest

from portico.access import Permission, Role, operator
from portico.companies.models import Company
from portico.content.models import Announcement, AnnouncementAudience
from portico.identity.actions.ranks import Standing, set_ranks
from portico.identity.models import Membership
from portico.selling.models import CalendarEvent, EventAudience
from tests.make import make_company, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.work.forms import at_once, form_of
from tests.web.console.work.test_calendar import FORM
from tests.web.console.work.test_own import announce

ADD = "/content/announcements/add"
NEWS = {"title": "Prices", "published_at": "2026-01-15T09:00"}


@pytest.fixture
def tina(acme: Company, enter: Enter) -> Browser:
    """Who writes news and events, and may do nothing else."""
    return enter(make_member(acme, "Tina", Role.MANAGER, {Permission.TRAININGS_WRITE, Permission.EVENTS_WRITE}))


def give_rank(company: Company, member: Membership, rank: str) -> None:
    set_ranks(operator(company.pk), [Standing(member.user.email, rank=rank, rank_name=rank and "Gold <1>")])


def post(browser: Browser, path: str, form: dict[str, object]) -> str:
    """Sent with ticks under one name; the page, or where it leads."""
    token = browser.token(path)
    answer = browser.call("POST", path, data={"csrfmiddlewaretoken": token, **form})
    return answer.headers.get("Location") or answer.text


def ticked(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)" checked', page)


def test_people_are_found_and_counted_before_anything_is_written(
    acme: Company, tina: Browser, rita: Membership
) -> None:
    give_rank(acme, rita, "gold")
    bob = make_member(acme, "Bob", Role.REP).user.email
    make_member(make_company(), "Bobby", Role.REP)
    page = tina.get(ADD).text
    assert ticked(page, "audience") == ["everybody"]
    assert "Gold &lt;1&gt;" in page
    assert bob not in page
    draft: dict[str, object] = {**NEWS, "audience": "some", "ranks": ["gold"], "find": "BOB", "press": "look"}
    found = post(tina, ADD, draft)
    assert "1 person will see it." in found
    assert 'value="Prices"' in found
    assert (ticked(found, "audience"), ticked(found, "ranks"), ticked(found, "members")) == (["some"], ["gold"], [])
    assert re.findall(r'name="members" value="([^"]*)"', found) == [bob]
    draft |= {"members": [bob], "find": "nobody is called this"}
    found = post(tina, ADD, draft)
    assert "2 people will see it." in found
    assert "Nobody else is called that" in found
    assert ticked(found, "members") == [bob]
    everybody = Membership.objects.filter(company=acme).count()
    assert f"{everybody} people will see it." in post(tina, ADD, {"press": "look"})
    for odd in ("a\0b", "%_'\"", "x" * 5000):
        assert "0 people will see it." in post(tina, ADD, {**draft, "find": odd, "members": [odd], "ranks": [odd]})
    assert not Announcement.objects.filter(company=acme).exists()


def test_an_announcement_is_for_whom_is_ticked(
    acme: Company, tina: Browser, rita: Membership, rep: Browser, enter: Enter
) -> None:
    give_rank(acme, rita, "gold")
    bob, ben = make_member(acme, "Bob", Role.REP), make_member(acme, "Ben", Role.REP)
    chosen = {"audience": "some", "roles": ["admin"], "ranks": ["gold"], "members": [bob.user.email]}
    where = post(tina, ADD, {**NEWS, **chosen}).partition("?")[0]
    row = Announcement.objects.get(company=acme)
    shown = tina.get(where).text
    for words in ("Administrators", "Gold &lt;1&gt;", "Bob Example", "<dt>People it is for now</dt><dd>2</dd>"):
        assert words in shown
    assert ">some people<" in tina.get("/content/announcements").text
    for browser, is_seen in ((rep, True), (enter(bob), True), (enter(ben), False)):
        assert ("Prices" in browser.get("/news").text) is is_seen
        assert ("Prices" in browser.get("/console").text) is is_seen
        assert browser.get(f"/news/{row.pk}").status_code == (200 if is_seen else 404)
        assert browser.send(f"/news/{row.pk}", page="/mysite").status_code == (303 if is_seen else 404)
    assert "Prices" not in tina.get("/news").text  # whoever writes news reads what is for it
    give_rank(acme, rita, "")
    assert rep.get(f"/news/{row.pk}").status_code == 404


def test_a_choice_is_changed_in_the_form_that_shows_it(acme: Company, tina: Browser, rita: Membership) -> None:
    give_rank(acme, rita, "gold")
    where = post(tina, ADD, {**NEWS, "audience": "some", "roles": ["admin"], "members": [rita.user.email]})
    where = where.partition("?")[0]
    edit, page = f"{where}/edit", tina.get(f"{where}/edit").text
    assert [ticked(page, name) for name in ("audience", "roles", "ranks", "members")] == [
        ["some"], ["admin"], [], [rita.user.email],
    ]  # fmt: skip
    form: dict[str, object] = {**NEWS, "seen": form_of(page)["seen"]}
    nobody = post(tina, edit, {**form, "audience": "some"})
    assert 'id="error-audience"' in nobody
    assert "There is no rank silver." in post(tina, edit, {**form, "audience": "some", "ranks": ["silver"]})
    looked = post(tina, edit, {**form, "audience": "some", "roles": ["rep"], "press": "look"})
    assert "1 person will see it." in looked
    assert f'name="seen" value="{form["seen"]}"' in looked
    assert AnnouncementAudience.objects.filter(company=acme).count() == 2
    # More ticked than before, and everybody all the same: which of both was meant is asked.
    assert "People are ticked below" in post(tina, edit, {**form, "audience": "everybody", "ranks": ["gold"]})
    assert "People are ticked below" in post(tina, ADD, {**NEWS, "audience": "everybody", "roles": ["admin"]})
    assert not Announcement.objects.get(company=acme).for_everybody
    as_before = {"roles": ["admin"], "members": [rita.user.email]}
    assert post(tina, edit, {**form, **as_before, "audience": "everybody"}) == f"{where}?done=saved"
    assert Announcement.objects.get(company=acme).for_everybody
    assert not AnnouncementAudience.objects.filter(company=acme).exists()


def test_a_private_event_is_on_the_calendar_of_the_invited_alone(
    tina: Browser, rita: Membership, rep: Browser, viewer: Browser, owner: Browser
) -> None:
    form: dict[str, object] = {**FORM, "audience": "some", "members": [rita.user.email]}
    assert "1 person will see it." in post(tina, "/calendar/add", {**form, "press": "look", "starts_at": ""})
    path = post(tina, "/calendar/add", form)
    assert "Rita Example" in tina.get(path).text
    month = "/calendar?month=2099-03"
    for browser, is_seen in ((rep, True), (viewer, False), (owner, True)):
        assert ("Kick-off" in browser.get(month).text) is is_seen
        assert ("Kick-off" in browser.get(f"{month}&show=list").text) is is_seen
        assert ("Kick-off" in browser.get("/console").text) is is_seen
        assert browser.get(path).status_code == (200 if is_seen else 404)
    assert "Only those who are invited" in rep.get(path).text
    assert "<dt>By name</dt>" not in rep.get(path).text  # who else is, only those know who keep events
    assert viewer.send(path, page="/calendar/feed", answer="going").status_code == 404
    assert rep.send(path, answer="going").status_code == 303

    edit = f"{path}/edit"
    held = form_of(tina.get(edit).text)
    assert (held["audience"], held["members"]) == ("some", rita.user.email)
    roles: dict[str, object] = {**form, "seen": held["seen"], "members": [], "roles": ["admin"]}
    assert "1 person will see it." in post(tina, edit, {**roles, "press": "look"})
    assert rep.get(path).status_code == 200
    assert "People are ticked below" in post(tina, edit, {**roles, "audience": "everybody"})
    assert post(tina, edit, roles) == f"{path}?done=changed"
    assert rep.get(path).status_code == 404
    assert rep.send(path, page="/calendar/feed", answer="none").status_code == 404
    assert "<dt>Coming</dt><dd>0</dd>" in tina.get(path).text


def test_of_two_who_choose_at_once_one_is_told(acme: Company, tina: Browser, rita: Membership) -> None:
    news = announce(acme, "News")
    event = CalendarEvent.objects.get(pk=int(post(tina, "/calendar/add", {**FORM}).rpartition("/")[2]))
    for path in (f"/content/announcements/{news.pk}/edit", f"/calendar/{event.pk}/edit"):
        form = {**form_of(tina.get(path).text), "audience": "some"}
        both = ({**form, "roles": "admin"}, {**form, "roles": "rep"}, {**form, "members": rita.user.email})
        assert at_once(tina, path, *both) == [303, 409, 409]
    assert AnnouncementAudience.objects.filter(company=acme, announcement=news).count() == 1
    assert EventAudience.objects.filter(company=acme, event=event).count() == 1
