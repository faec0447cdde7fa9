"""Notes about contacts (wire notes 14)."""

import pytest

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.models import ContactNote
from tests.make import make_company, make_contact, make_key, make_member
from tests.protocols.fluentcrm.client import Crm
from tests.server import Server

CALLED = {"title": "Called", "description": "<b>hi</b>", "type": "call"}
NEVER = 2**40


def write(mia: Crm, contact: int, **fields: object) -> int:
    answer = mia.post(f"/subscribers/{contact}/notes", {"note": {**CALLED, **fields}})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["note"]["id"])


def titles(mia: Crm, contact: int, query: str = "") -> list[str]:
    answer = mia.get(f"/subscribers/{contact}/notes?{query}")
    assert answer.status_code == 200, answer.text
    return [note["title"] for note in answer.json()["notes"]["data"]]


def test_a_note_is_written_changed_and_deleted_and_each_is_recorded(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    note = write(mia, ann)
    changed = mia.put(f"/subscribers/{ann}/notes/{note}", {"note": {**CALLED, "title": "Called again"}}).json()
    assert (changed["note"]["id"], changed["note"]["title"]) == (note, "Called again")
    assert titles(mia, ann) == ["Called again"]
    assert mia.delete(f"/subscribers/{ann}/notes/{note}").status_code == 200
    assert titles(mia, ann) == []
    entries = AuditEntry.objects.filter(company_id=mia.key.key.company_id, subject="contact", subject_id=ann)
    assert list(entries.filter(action__startswith="note.").order_by("id").values_list("action", "details__note")) == [
        ("note.added", note),
        ("note.changed", note),
        ("note.deleted", note),
    ]


def test_the_author_is_named_and_a_note_of_nobody_says_false(mia: Crm, company: Company) -> None:
    ann = mia.add("ann@people.test")
    write(mia, ann)
    add_note(operator(company.pk), ann, NoteText("note", "From the command line", "x"))
    by_nobody, by_mia = mia.get(f"/subscribers/{ann}/notes").json()["notes"]["data"]
    assert (by_nobody["created_by"], by_nobody["added_by"]) == (None, False)
    assert by_mia["created_by"] == str(mia.key.key.membership_id)
    assert by_mia["added_by"] == {
        "ID": mia.key.key.membership_id,
        "first_name": "Mia",
        "last_name": "Example",
        "display_name": "Mia Example",
    }


def test_a_note_stays_when_its_author_leaves(company: Company) -> None:
    rob = make_member(company, "Rob", Role.MANAGER)
    ann = make_contact(company)
    note = ContactNote.objects.create(company=company, contact=ann, created_by=rob, type="note", title="T")
    rob.delete()
    note.refresh_from_db()
    assert (note.created_by_id, note.company_id) == (None, company.pk)


def test_notes_are_listed_newest_first_searched_by_title_and_paged(mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test"), mia.add("bob@people.test")
    for title in ("First call", "Second 100%", "Third CALL"):
        write(mia, ann, title=title)
    write(mia, bob, title="Bob's")
    assert titles(mia, ann) == ["Third CALL", "Second 100%", "First call"]
    assert titles(mia, ann, "search=call") == ["Third CALL", "First call"]
    assert titles(mia, ann, "search=%25") == ["Second 100%"]
    assert titles(mia, ann, "per_page=2&page=2") == ["First call"]
    page = mia.get(f"/subscribers/{ann}/notes?per_page=2").json()["notes"]
    assert (page["total"], page["last_page"], page["from"], page["to"]) == (3, 2, 1, 2)
    assert page["next_page_url"].endswith(f"/subscribers/{ann}/notes?page=2")


def test_a_note_may_tell_of_another_time(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    note = write(mia, ann, created_at="2020-02-29 12:30:00")
    data = mia.get(f"/subscribers/{ann}/notes").json()["notes"]["data"][0]
    assert data["created_at"] == "2020-02-29 12:30:00"
    assert data["updated_at"] > "2026"
    changed = mia.put(f"/subscribers/{ann}/notes/{note}", {"note": CALLED}).json()["note"]
    assert changed["created_at"] == "2020-02-29 12:30:00"
    old = mia.post(f"/subscribers/{ann}/notes", {"note": {**CALLED, "created_at": "0001-01-01 00:00:00"}}).json()
    assert old["note"]["created_at"] == "0001-01-01 00:00:00"
    several: tuple[object, ...] = ("2020-02-30 12:30:00", "yesterday", 7, [1], {"a": 1})
    for wrong in several:
        answer = mia.post(f"/subscribers/{ann}/notes", {"note": {**CALLED, "created_at": wrong}})
        assert (answer.status_code, set(answer.json())) == (422, {"created_at"}), wrong


def test_no_script_survives_in_a_note(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    evil = '<p onclick="x()">hi<script>alert(1)</script> <a href="javascript:x()">y</a> <img src=x onerror=x()></p>'
    note = write(mia, ann, description=evil, title="<b>T</b>", type="<i>call</i>")
    stored = ContactNote.objects.get(company_id=mia.key.key.company_id, pk=note)
    assert (stored.description, stored.title, stored.type) == ("<p>hi <a>y</a> <img></p>", "T", "call")
    mia.put(f"/subscribers/{ann}/notes/{note}", {"note": {**CALLED, "description": "<svg/onload=x()><b>z"}})
    stored.refresh_from_db()
    assert stored.description == "<b>z</b>"


def test_what_is_missing_is_named_all_at_once(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    path = f"/subscribers/{ann}/notes"
    nothing: tuple[object, ...] = (None, {}, "x", '{"title":"T"}', dict.fromkeys(CALLED, ""))
    for body in ({"note": note} for note in nothing):
        answer = mia.post(path, body)
        assert (answer.status_code, set(answer.json())) == (422, {"title", "description", "type"}), body
        assert all(set(rules) == {"required"} for rules in answer.json().values())
    assert mia.post(path, {"note": {**CALLED, "title": "x" * 256}}).json().keys() == {"title"}
    assert mia.post(path, {"note": {**CALLED, "description": "x" * 65_536}}).json().keys() == {"description"}
    assert titles(mia, ann) == []


def test_a_form_is_taken_too(mia: Crm) -> None:
    ann = mia.add("ann@people.test")
    form = {"note[title]": "T", "note[description]": "D", "note[type]": "note"}
    assert mia.call("POST", f"/subscribers/{ann}/notes", data=form).json()["note"]["title"] == "T"
    as_text = {"note": '{"title":"U","description":"D","type":"note"}'}
    assert mia.call("POST", f"/subscribers/{ann}/notes", data=as_text).json()["note"]["title"] == "U"


@pytest.mark.parametrize("value", [None, True, 0, -1, 10**30, 1.5, "\0", "x\0y", [], [[]], {"a": {}}, "x" * 70000])
def test_no_value_breaks_it(mia: Crm, value: object) -> None:
    ann = mia.add("ann@people.test")
    note = write(mia, ann)
    for name in ("title", "description", "type", "created_at"):
        body = {"note": {**CALLED, name: value}}
        assert mia.post(f"/subscribers/{ann}/notes", body).status_code in {200, 422}, name
        assert mia.put(f"/subscribers/{ann}/notes/{note}", body).status_code in {200, 422}, name
    assert mia.post(f"/subscribers/{ann}/notes", {"note": value}).status_code == 422


def test_an_unknown_contact_or_note_and_another_companys_are_the_same_404(mia: Crm) -> None:
    ann, bob = mia.add("ann@people.test"), mia.add("bob@people.test")
    of_bob = write(mia, bob)
    other = make_company("other")
    theirs = make_contact(other)
    of_theirs = add_note(operator(other.pk), theirs.pk, NoteText("note", "T", "D")).pk
    for contact in (NEVER, theirs.pk, 0):
        for answer in (
            mia.get(f"/subscribers/{contact}/notes"),
            mia.post(f"/subscribers/{contact}/notes", {"note": CALLED}),
            mia.put(f"/subscribers/{contact}/notes/{of_theirs}", {"note": CALLED}),
            mia.delete(f"/subscribers/{contact}/notes/{of_theirs}"),
        ):
            assert (answer.status_code, list(answer.json())) == (404, ["message"])
    for note in (NEVER, of_theirs, of_bob, 0):
        assert mia.put(f"/subscribers/{ann}/notes/{note}", {"note": CALLED}).status_code == 404
        assert mia.delete(f"/subscribers/{ann}/notes/{note}").status_code == 404
    assert set(ContactNote.objects.filter(pk__in=[of_bob, of_theirs]).values_list("pk", flat=True)) == {
        of_bob,
        of_theirs,
    }


def test_writing_needs_the_right_to_change_and_deleting_that_to_delete(
    server: Server, mia: Crm, company: Company
) -> None:
    ann = mia.add("ann@people.test")
    note = write(mia, ann)
    reader = Crm(server, make_key(company, {Permission.CONTACTS_READ}))
    writer = Crm(server, make_key(company, {Permission.CONTACTS_WRITE}))
    assert reader.get(f"/subscribers/{ann}/notes").status_code == 200
    assert reader.post(f"/subscribers/{ann}/notes", {"note": CALLED}).status_code == 403
    assert writer.get(f"/subscribers/{ann}/notes").status_code == 403
    assert writer.put(f"/subscribers/{ann}/notes/{note}", {"note": CALLED}).status_code == 200
    assert writer.delete(f"/subscribers/{ann}/notes/{note}").status_code == 403
    assert mia.call("GET", f"/subscribers/{ann}/notes", auth=None).status_code == 401
