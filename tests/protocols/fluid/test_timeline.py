"""Notes, and the timeline that is made of everything that happened with a contact."""

import pytest

from portico.access import Role, operator
from portico.companies.models import Company
from portico.contacts.actions.activities import note_activity
from portico.contacts.actions.events import Event, track_event
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.models import Activity, ContactNote
from tests.make import make_contact
from tests.protocols.fluid.app import App, assert_envelope, mails_to
from tests.protocols.fluid.reps import Caller, ids, made


@pytest.fixture
def rita(app: App, acme: Company) -> Caller:
    return Caller(app, acme)


def test_a_note_is_kept_letter_for_letter(acme: Company, rita: Caller) -> None:
    ann = rita.contact().pk
    text = 'Said: "<script>alert(1)</script> & <b>so on</b>"\n\n  2 < 3'
    note = made(rita.post("notes", contact_id=ann, body=text))
    assert list(note) == ["id", "contact_id", "body", "pinned", "user_company_id", "created_at", "updated_at"]
    assert (note["contact_id"], note["body"], note["pinned"]) == (ann, text, False)
    kept = ContactNote.objects.get(company_id=acme.pk)
    assert "<script" not in kept.description
    assert kept.title == text.splitlines()[0]
    pinned = made(rita.patch(f"notes/{note['id']}", note={"pinned": True}), 200)
    assert (pinned["body"], pinned["pinned"]) == (text, True)
    later = made(rita.post("notes", contact_id=str(ann), body="Later."))["id"]
    assert ids(rita.get("notes", contact_id=ann)) == [note["id"], later]
    assert made(rita.patch(f"notes/{note['id']}", body="Anew.", pinned=False), 200)["body"] == "Anew."
    assert ids(rita.get("notes", contact_id=ann)) == [later, note["id"]]
    assert rita.delete(f"notes/{later}").json()["id"] == later
    assert_envelope(rita.delete(f"notes/{later}"), 404)
    page = rita.get("notes", per_page=1)
    assert (ids(page), page.headers["X-Total-Count"]) == ([note["id"]], "1")


def test_others_notes_are_read_and_let_stand(app: App, acme: Company, globex: Company, rita: Caller) -> None:
    ann = rita.contact().pk
    theirs = add_note(operator(acme.pk), ann, NoteText("call", "Title", "<p>Was <b>glad</b> &amp; well</p><p>Bye</p>"))
    bob = Caller(app, acme, "Bob")
    his = made(bob.post("notes", contact_id=bob.contact().pk, body="His."))["id"]
    far = add_note(operator(globex.pk), make_contact(globex).pk, NoteText("call", "T", "D")).pk
    assert [row["body"] for row in rita.get("notes").json()] == ["Was glad & well\nBye"]
    for note in (theirs.pk, his, far, 2**45):
        assert_envelope(rita.patch(f"notes/{note}", body="Mine"), 404)
        assert_envelope(rita.delete(f"notes/{note}"), 404)
    assert_envelope(rita.get("notes", contact_id=bob.contact().pk), 404)
    boss = Caller(app, acme, "Ada", role=Role.ADMIN)
    assert made(boss.patch(f"notes/{his}", body="Ours"), 200)["body"] == "Ours"
    assert_envelope(boss.patch(f"notes/{far}", body="Ours"), 404)


def test_what_cannot_be_a_note_is_refused(rita: Caller) -> None:
    ann = rita.contact().pk
    for body, wrong in (
        ({"contact_id": ann}, "body"),
        ({"contact_id": ann, "body": " \n"}, "body"),
        ({"contact_id": ann, "body": "x" * 10_001}, "body"),
        ({"contact_id": ann, "body": {"a": 1}}, "body"),
        ({"contact_id": ann, "body": "x", "pinned": "maybe"}, "pinned"),
        ({"body": "x"}, "contact_id"),
        ({"contact_id": 2**45, "body": "x"}, "contact_id"),
    ):
        assert list(assert_envelope(rita.post("notes", **body), 422)["errors"]) == [wrong], body


def test_the_timeline_has_everything_newest_first(acme: Company, rita: Caller) -> None:
    ann, zoe = rita.contact(first_name="Ann", last_name="Lee").pk, rita.contact().pk
    note_activity(acme.pk, ann, "page.viewed", "page", None, title="Prices")
    made(rita.post("notes", contact_id=ann, body="Called."))
    task = made(rita.post("tasks", title="Call", contact_id=ann))["id"]
    track_event(operator(acme.pk), Event("bought", "Bought a hat", value="12"), contact_id=ann)
    made(rita.post(f"tasks/{task}/complete"), 200)
    note_activity(acme.pk, zoe, "share.opened", "share", 7)
    listed = rita.get("activities", contact_id=ann)
    told = [(row["activity_type"], row["event"], row["details"].get("title")) for row in listed.json()]
    assert told == [
        ("tasks", "task.completed", "Call"),
        ("other", "event.tracked", "Bought a hat"),
        ("tasks", "task.added", "Call"),
        ("other", "note.added", "Called."),
        ("page_views", "page.viewed", "Prices"),
    ]
    assert {row["contact"]["full_name"] for row in listed.json()} == {"Ann Lee"}
    assert listed.headers["X-Total-Count"] == "5"
    numbers = ids(listed)
    assert len(set(numbers)) == 5
    for number, row in zip(numbers, listed.json(), strict=True):
        assert made(rita.get(f"activities/{number}"), 200) == row
    whole = ids(rita.get("activities"))
    assert (len(whole), whole[1:]) == (6, numbers)
    assert [ids(rita.get("v1.1/activities", per_page=2, page=page)) for page in (1, 2, 3, 4)] == [
        whole[:2], whole[2:4], whole[4:], [],
    ]  # fmt: skip
    assert rita.get("activities", page=9).headers["X-Total-Count"] == "6"
    assert {row["read"] for row in listed.json()} == {False}
    assert made(rita.post("activities/read"), 200)["id"] == rita.member.user_id
    assert {row["read"] for row in rita.get("activities").json()} == {True}
    # What is a note, a task or an event is deleted there.
    assert rita.delete(f"activities/{numbers[0]}").status_code == 200
    for number in numbers:
        assert_envelope(rita.delete(f"activities/{number}"), 404) if number != numbers[4] else None
    assert ids(rita.get("activities", contact_id=ann)) == numbers[1:]


def test_another_s_timeline_is_not_there(app: App, acme: Company, globex: Company, rita: Caller) -> None:
    bob, boss = Caller(app, acme, "Bob"), Caller(app, acme, "Ada", role=Role.ADMIN)
    his, far, own = bob.contact().pk, make_contact(globex).pk, rita.contact().pk
    for contact in (his, far):
        note_activity(acme.pk if contact == his else globex.pk, contact, "page.viewed", "page")
        number = Activity.objects.get(contact_id=contact).pk * 4
        assert_envelope(rita.get("activities", contact_id=contact), 404)
        assert_envelope(rita.get(f"activities/{number}"), 404)
        assert_envelope(rita.delete(f"activities/{number}"), 404)
        assert boss.get(f"activities/{number}").status_code == (200 if contact == his else 404)
    assert ids(rita.get("activities")) == []
    # A task of the company's administrator is none of the rep's, even about her contact.
    made(boss.post("tasks", title="Watch", contact_id=own))
    assert ids(rita.get("activities", contact_id=own)) == []
    (number,) = ids(boss.get("activities", contact_id=own))
    assert_envelope(rita.get(f"activities/{number}"), 404)
    assert ids(boss.get("activities", contact_id=his)) != []
    assert_envelope(rita.get("activities", contact_id="x"), 422)


def test_the_owner_is_told_of_a_lead_if_it_wants_to_be(acme: Company, rita: Caller) -> None:
    ann = rita.contact(first_name="Ann").pk
    email = rita.member.user.email
    note_activity(acme.pk, ann, "lead.captured", "site", None)
    (mail,) = mails_to(email)
    assert mail.subject == "You have a new lead"
    made(rita.patch("user_notification_prefs/2", email=False), 200)
    note_activity(acme.pk, ann, "lead.captured", "site", None)
    note_activity(acme.pk, make_contact(acme).pk, "lead.captured", "site", None)
    assert len(mails_to(email)) == 1
