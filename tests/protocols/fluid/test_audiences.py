"""News and events for a part of the members: who sees what, wherever it is read, at the moment of reading."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import IntegrityError, transaction
from icalendar import Calendar

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.content.models import AnnouncementRead
from portico.identity.actions.ranks import Standing, set_ranks
from portico.identity.models import Membership, Rank
from portico.selling.models import CalendarEvent, EventAnswer, EventAudience
from tests.make import make_company, make_key, make_member
from tests.protocols.fluid.app import App, assert_envelope, jwt_of
from tests.protocols.fluid.test_contacts import Rep
from tests.protocols.native.client import Native, assert_problem
from tests.web.test_account import wait_until_waiting

NEWS = {"external_id": "n", "title": "News", "published_at": "2024-01-01T00:00:00Z"}
EVENT = {
    "external_id": "e", "title": "Talk", "starts_at": "2099-04-15T18:00:00Z", "ends_at": "2099-04-15T19:30:00Z",
    "capacity": 1,
}  # fmt: skip


@pytest.fixture
def office(app: App, acme: Company) -> Native:
    return Native(app.server, make_key(acme, [Permission.TRAININGS_WRITE, Permission.EVENTS_WRITE]))


@pytest.fixture
def rita(app: App, acme: Company) -> Rep:
    return Rep(app, acme)


@pytest.fixture
def bob(app: App, acme: Company) -> Rep:
    return Rep(app, acme, "Bob")


def call(rep: Rep, method: str, path: str, **how: Any) -> Any:
    return rep.app.call(method, f"/api/{path}", rep.token, **how)


def titles(rep: Rep, path: str) -> list[str]:
    answer = call(rep, "GET", path)
    assert answer.headers["X-Total-Count"] == str(len(answer.json()))
    return [one["title"] for one in answer.json()]


def give_rank(company: Company, rep: Rep, rank: str) -> int:
    set_ranks(operator(company.pk), [Standing(rep.member.user.email, rank=rank, rank_name=rank.title())])
    return int(Rank.objects.get(company=company, external_id=rank or "gold").pk) if rank else 0


def in_feed(app: App, path: str) -> list[str]:
    return [str(one["summary"]) for one in Calendar.from_ical(app.server.get(path).content).walk("VEVENT")]


def test_news_is_for_whoever_has_the_rank_now(app: App, acme: Company, office: Native, rita: Rep, bob: Rep) -> None:
    gold = give_rank(acme, rita, "gold")
    news = office.post("/announcements", {**NEWS, "audience": {"ranks": ["gold"]}}).json()["id"]
    office.post("/announcements", {**NEWS, "external_id": "all", "title": "For all"})
    assert titles(rita, "announcements") == ["For all", "News"]
    assert titles(bob, "announcements") == ["For all"]
    assert [one["rank_ids"] for one in call(rita, "GET", "announcements").json()] == [[], [gold]]
    assert call(rita, "GET", f"announcements/{news}").json()["rank_ids"] == [gold]
    assert_envelope(call(bob, "GET", f"announcements/{news}"), 404)
    assert_envelope(call(bob, "PUT", f"announcements/{news}/read"), 404)
    assert not AnnouncementRead.objects.filter(company=acme).exists()
    assert call(rita, "PUT", f"announcements/{news}/read").json()["read"] is True

    give_rank(acme, bob, "gold")
    give_rank(acme, rita, "")
    assert titles(bob, "announcements") == ["For all", "News"]
    assert call(bob, "PUT", f"announcements/{news}/read").json()["read"] is True
    assert_envelope(call(rita, "GET", f"announcements/{news}"), 404)
    other = Rep(app, make_company(), "Olga")
    give_rank(Company.objects.get(pk=other.member.company_id), other, "gold")
    assert titles(other, "announcements") == []
    assert_envelope(call(other, "GET", f"announcements/{news}"), 404)


def test_a_choice_is_told_changed_kept_and_taken_back(acme: Company, office: Native, rita: Rep, bob: Rep) -> None:
    give_rank(acme, bob, "gold")
    for noun, path, given in (("announcements", "announcements", NEWS), ("events", "events", EVENT)):
        chosen = {"roles": ["admin"], "ranks": ["gold"], "members": [rita.member.user.email.upper()]}
        kept = {**chosen, "members": [rita.member.user.email]}
        made = office.post(f"/{noun}", {**given, "audience": chosen}).json()
        shown = f"/{noun}/{made['id']}"
        assert office.get(shown).json()["audience"] == kept
        assert office.get(f"/{noun}").json()["data"][0]["audience"] == kept
        assert (len(titles(rita, path)), len(titles(bob, path))) == (1, 1)
        assert office.post(f"/{noun}", {**given, "audience": chosen}).json()["outcome"] == "same"
        assert office.post(f"/{noun}", given).json()["outcome"] == "same"  # not said, so as before
        before = office.get(shown).json()
        changed = office.post(f"/{noun}", {**given, "audience": {"members": [rita.member.user.email] * 2}})
        assert changed.json()["outcome"] == "changed"
        after = office.get(shown).json()
        assert after["audience"] == {"roles": [], "ranks": [], "members": [rita.member.user.email]}
        assert after["updated_at"] > before["updated_at"]
        assert (len(titles(rita, path)), len(titles(bob, path))) == (1, 0)
        assert office.post(f"/{noun}", {**given, "audience": None}).json()["outcome"] == "changed"
        assert office.get(shown).json()["audience"] is None
        assert (len(titles(rita, path)), len(titles(bob, path))) == (1, 1)
        assert office.post(f"/{noun}", {**given, "audience": {"roles": ["manager"]}}).json()["outcome"] == "changed"
        assert (titles(rita, path), titles(bob, path)) == ([], [])
        told = AuditEntry.objects.filter(company_id=acme.pk, action=f"{noun.removesuffix('s')}.changed").order_by("pk")
        assert [one.details["for_everybody"] for one in told] == [False, True, False]
        assert office.delete(shown).status_code == 204


def test_what_nobody_is_left_for_is_not_for_everybody(acme: Company, office: Native, rita: Rep) -> None:
    bob = make_member(acme, "Bob", Role.REP)
    for noun, given in (("announcements", NEWS), ("events", EVENT)):
        office.post(f"/{noun}", {**given, "audience": {"members": [bob.user.email]}})
    bob.delete()
    assert not EventAudience.objects.filter(company=acme).exists()
    assert titles(rita, "announcements") == titles(rita, "events") == []


def test_a_choice_that_cannot_be_is_refused_and_nothing_is_written(app: App, office: Native) -> None:
    other = Rep(app, make_company(), "Olga")
    give_rank(Company.objects.get(pk=other.member.company_id), other, "theirs")
    wrongs: list[Any] = [
        {}, {"ranks": []}, [], "some", 5, {"role": ["rep"]}, {"roles": ["king"]}, {"roles": "rep"}, {"ranks": ["none"]},
        {"ranks": [5]}, {"ranks": ["a\0"]}, {"members": ["nobody@acme.test"]}, {"members": [None]},
        {"members": ["x"] * 301}, {"ranks": ["theirs"]}, {"roles": ["rep"], "members": [other.member.user.email]},
    ]  # fmt: skip
    for wrong in wrongs:
        for noun, given in (("announcements", NEWS), ("events", EVENT)):
            problem = assert_problem(office.post(f"/{noun}", {**given, "audience": wrong}), 422, "invalid")
            assert {one["field"] for one in problem["errors"]} == {"audience"}, wrong
    assert office.get("/announcements").json()["data"] == office.get("/events").json()["data"] == []


def test_a_private_event_is_there_for_the_invited_and_for_who_keeps_events(
    app: App, acme: Company, office: Native, rita: Rep, bob: Rep
) -> None:
    id = office.post("/events", {**EVENT, "audience": {"members": [rita.member.user.email]}}).json()["id"]
    feeds = {rep: urlsplit(call(rep, "POST", "events/feed").json()["url"]).path for rep in (rita, bob)}
    assert (titles(rita, "events"), titles(bob, "events")) == (["Talk"], [])
    assert (in_feed(app, feeds[rita]), in_feed(app, feeds[bob])) == (["Talk"], [])
    assert_envelope(call(bob, "GET", f"events/{id}"), 404)
    assert_envelope(call(bob, "PUT", f"events/{id}/rsvp", json={"status": "going"}), 404)
    assert not EventAnswer.objects.filter(company=acme).exists()
    going = call(rita, "PUT", f"events/{id}/rsvp", json={"status": "going"}).json()
    assert (going["attendees_count"], going["rsvp_status"]) == (1, "going")

    keeper = make_member(acme, "Kim", Role.MANAGER, {Permission.EVENTS_WRITE, Permission.CONTACTS_READ})
    boss = make_member(acme, "Bea", Role.ADMIN)
    reader = make_member(acme, "Rob", Role.MANAGER, {Permission.CONTACTS_READ})
    for member, seen in ((keeper, ["Talk"]), (boss, ["Talk"]), (reader, [])):
        token = jwt_of(member)
        assert [one["title"] for one in app.call("GET", "/api/events", token).json()] == seen
        assert app.call("GET", f"/api/events/{id}", token).status_code == (200 if seen else 404)
        feed = urlsplit(app.call("POST", "/api/events/feed", token).json()["url"]).path
        assert in_feed(app, feed) == seen
    # Whoever keeps events is not invited, and may come all the same.
    office.post("/events", {**EVENT, "capacity": 2})
    assert (
        app.call("PUT", f"/api/events/{id}/rsvp", jwt_of(keeper), json={"status": "going"}).json()["attendees_count"]
        == 2
    )


def test_who_is_no_longer_invited_gives_its_seat_back(acme: Company, office: Native, rita: Rep, bob: Rep) -> None:
    give_rank(acme, rita, "gold")
    id = office.post("/events", {**EVENT, "audience": {"ranks": ["gold"], "members": [bob.member.user.email]}}).json()[
        "id"
    ]
    rsvp = f"events/{id}/rsvp"
    assert call(rita, "PUT", rsvp, json={"status": "going"}).status_code == 200
    assert_envelope(call(bob, "PUT", rsvp, json={"status": "going"}), 422)  # it is full
    give_rank(acme, rita, "")
    assert office.get(f"/events/{id}").json()["going"] == 0
    assert call(bob, "GET", f"events/{id}").json()["attendees_count"] == 0
    assert call(bob, "PUT", rsvp, json={"status": "going"}).json()["attendees_count"] == 1
    assert_envelope(call(rita, "PUT", rsvp, json={"status": None}), 404)
    office.post("/events", {**EVENT, "capacity": 5, "audience": None})
    assert call(rita, "GET", f"events/{id}").json()["attendees_count"] == 2  # what it had said is there again


def test_an_invitation_that_is_withdrawn_while_somebody_answers_is_withdrawn(
    acme: Company, office: Native, rita: Rep, bob: Rep
) -> None:
    id = office.post("/events", {**EVENT, "audience": {"members": [rita.member.user.email]}}).json()["id"]
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():  # the withdrawal gets the event first, the answer waits behind it
            CalendarEvent.objects.select_for_update(no_key=True).get(pk=id)
            said = {**EVENT, "audience": {"members": [bob.member.user.email]}}
            withdrawn = pool.submit(office.post, "/events", said)
            wait_until_waiting(1)
            answer = pool.submit(call, rita, "PUT", f"events/{id}/rsvp", json={"status": "going"})
            wait_until_waiting(2)
        assert withdrawn.result().status_code == 200
        assert_envelope(answer.result(), 404)
    assert not EventAnswer.objects.filter(company=acme).exists()
    # Many times at once, in whatever order: nobody who is not invited holds the seat, and nothing breaks.
    both = [{**EVENT, "audience": {"members": [one.member.user.email]}} for one in (rita, bob)]
    with ThreadPoolExecutor(6) as pool:
        told = [pool.submit(office.post, "/events", both[number % 2]) for number in range(6)]
        asked = [pool.submit(call, rita, "PUT", f"events/{id}/rsvp", json={"status": "going"}) for _ in range(6)]
        assert {one.result().status_code for one in told} == {200}
        assert {one.result().status_code for one in asked} <= {200, 404}
    assert EventAudience.objects.filter(company=acme, event=id).count() == 1
    office.post("/events", both[1])
    assert office.get(f"/events/{id}").json()["going"] == 0
    assert call(bob, "PUT", f"events/{id}/rsvp", json={"status": "going"}).status_code == 200


def test_the_database_itself_keeps_a_choice_inside_the_company(acme: Company, office: Native) -> None:
    id = office.post("/events", EVENT).json()["id"]
    theirs = make_member(make_company(), "Olga", Role.REP)
    bob = make_member(acme, "Bob", Role.REP)
    for wrong in ({"member": theirs}, {}, {"member": bob, "role": Role.REP}, {"role": "king"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EventAudience.objects.create(company=acme, event_id=id, **wrong)
    EventAudience.objects.create(company=acme, event_id=id, member=bob)
    with pytest.raises(IntegrityError), transaction.atomic():
        EventAudience.objects.create(company=acme, event_id=id, member=bob)
    assert Membership.objects.filter(pk=bob.pk).exists()
