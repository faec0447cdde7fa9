"""Notes about a contact, changed and deleted by people."""

from concurrent.futures import ThreadPoolExecutor

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.companies.models import Company
from portico.contacts.actions.notes import NoteText, add_note, change_note
from portico.contacts.models import ContactNote
from tests.contacts.changing import acting
from tests.make import make_contact, make_member
from tests.web.browser import Browser
from tests.web.console.conftest import Enter
from tests.web.console.forms import fields_of
from tests.web.console.test_contact_page import part


def test_a_note_is_changed_from_the_contacts_page(acme: Company, owner: Browser) -> None:
    anna = make_contact(acme, first_name="Anna")
    page = f"/contacts/{anna.pk}"
    assert owner.send(f"{page}/notes", page=page, text="Caled\r\nWill <b>come</b>\r\nat 10").status_code == 303
    note = ContactNote.objects.get(company=acme)
    edit = f"/notes/{note.pk}/edit"
    for there in (part(owner.get(page).text, "timeline"), owner.get(f"/notes/{note.pk}").text):
        assert f'href="{edit}"' in there
        assert f'href="/notes/{note.pk}/delete"' in there
    form = fields_of(owner.get(edit).text)
    assert (form["title"], form["description"]) == ("Caled", "Will <b>come</b>\nat 10")
    changed = owner.call(
        "POST", edit, data={**form, "title": "Called", "description": "Will <i>not</i> come\r\n\r\nBye"}
    )
    assert changed.headers["Location"] == f"{page}?done=note-changed"
    shown = owner.get(changed.headers["Location"]).text
    assert "The note is changed" in shown
    assert "Will &lt;i&gt;not&lt;/i&gt; come" in shown
    assert "Caled" not in part(shown, "timeline")
    assert "Note changed" in shown
    note.refresh_from_db()
    assert (note.title, note.type) == ("Called", "note")
    assert fields_of(owner.get(edit).text)["description"] == "Will <i>not</i> come\n\nBye"


def test_a_note_keeps_its_looks_its_author_and_its_time_where_only_the_title_is_changed(
    acme: Company, owner: Browser
) -> None:
    mia = make_member(acme, "Mia", Role.MANAGER, {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE})
    anna = make_contact(acme)
    looks = '<p>Long <b>ago</b>, <a href="https://x.test/">here</a></p>'
    note = add_note(acting(mia), anna.pk, NoteText("call", "Cal", looks))
    edit = f"/notes/{note.pk}/edit"
    page = owner.get(edit).text
    assert "are lost where you change the text" in page
    assert owner.call("POST", edit, data={**fields_of(page), "title": "Call"}).status_code == 303
    after = ContactNote.objects.get(pk=note.pk)
    assert (after.title, after.description, after.type) == ("Call", note.description, "call")
    assert (after.created_by_id, after.created_at) == (mia.pk, note.created_at)
    form = fields_of(owner.get(edit).text)
    assert owner.call("POST", edit, data={**form, "description": "Long ago"}).status_code == 303
    assert ContactNote.objects.get(pk=note.pk).description == "Long ago"
    # One that no form could carry keeps its text; its title can be changed.
    long = add_note(operator(acme.pk), anna.pk, NoteText("note", "Long", "<p>" + "ü" * 20_000 + "</p>"))
    form = fields_of(owner.get(f"/notes/{long.pk}/edit").text)
    assert "description" not in form
    assert owner.call("POST", f"/notes/{long.pk}/edit", data={**form, "title": "Short"}).status_code == 303
    after = ContactNote.objects.get(pk=long.pk)
    assert (after.title, after.description) == ("Short", long.description)


def test_what_cannot_be_a_note_is_refused_beside_its_field_and_kept(acme: Company, owner: Browser) -> None:
    note = add_note(operator(acme.pk), make_contact(acme).pk, NoteText("note", "Called", "x"))
    edit = f"/notes/{note.pk}/edit"
    form = fields_of(owner.get(edit).text)
    for name, wrong in (("title", ""), ("title", "t" * 300), ("description", "a\0b")):
        refused = owner.call("POST", edit, data={**form, "title": "typed here", "description": "and here", name: wrong})
        assert refused.status_code == 422
        assert f'id="error-{name}"' in refused.text
        assert ("typed here" in refused.text, "and here" in refused.text) == (name != "title", name == "title")
    assert owner.call("POST", edit, data={**form, "description": "x" * 40_000}).status_code == 413
    assert owner.call("POST", edit, data={**form, "seen": "nonsense"}).status_code == 409
    unchanged = ContactNote.objects.get(pk=note.pk)
    assert (unchanged.title, unchanged.description, unchanged.updated_at) == ("Called", "x", note.updated_at)


def test_of_two_who_change_a_note_the_second_is_told(acme: Company, owner: Browser) -> None:
    actor, anna = operator(acme.pk), make_contact(acme, first_name="Anna")
    note = add_note(actor, anna.pk, NoteText("note", "Called", "x"))
    edit, delete = f"/notes/{note.pk}/edit", f"/notes/{note.pk}/delete"
    form, deletion = fields_of(owner.get(edit).text), fields_of(owner.get(delete).text)
    change_note(actor, anna.pk, note.pk, NoteText("note", "Called twice", "x"))
    late = owner.call("POST", edit, data={**form, "title": "Wrote"})
    assert late.status_code == 409
    assert 'value="Wrote"' in late.text
    assert owner.call("POST", delete, data={**deletion, "name": "Anna"}).status_code == 409
    assert ContactNote.objects.get(pk=note.pk).title == "Called twice"
    assert owner.call("POST", edit, data={**fields_of(late.text)}).status_code == 303
    assert ContactNote.objects.get(pk=note.pk).title == "Wrote"


def test_of_ten_who_change_one_note_at_once_one_does(acme: Company, owner: Browser) -> None:
    note = add_note(operator(acme.pk), make_contact(acme).pk, NoteText("note", "Called", "x"))
    edit = f"/notes/{note.pk}/edit"
    form = fields_of(owner.get(edit).text)

    def change(number: int) -> int:
        return owner.call("POST", edit, data={**form, "title": f"Title {number}"}).status_code

    with ThreadPoolExecutor(10) as pool:
        statuses = list(pool.map(change, range(10)))
    assert sorted(statuses) == [303] + [409] * 9
    assert ContactNote.objects.get(pk=note.pk).title == f"Title {statuses.index(303)}"
    assert AuditEntry.objects.filter(company_id=acme.pk, action="note.changed").count() == 1


def test_a_note_is_deleted_by_whoever_types_whose_it_is(acme: Company, owner: Browser) -> None:
    anna = make_contact(acme, first_name="Anna")
    note = add_note(operator(acme.pk), anna.pk, NoteText("note", "A whole sentence, which nobody wants to type.", "x"))
    path = f"/notes/{note.pk}/delete"
    form = fields_of(owner.get(path).text)
    wrong = owner.call("POST", path, data={**form, "name": "Otto"})
    assert wrong.status_code == 422
    assert 'id="error-name"' in wrong.text
    gone = owner.call("POST", path, data={**form, "name": " Anna "})
    assert gone.headers["Location"] == f"/contacts/{anna.pk}?done=note-deleted"
    shown = owner.get(gone.headers["Location"]).text
    assert "The note is deleted" in shown
    assert "Note deleted" in shown
    assert not ContactNote.objects.filter(company=acme).exists()
    assert owner.get(path).status_code == 404
    assert owner.get(f"/notes/{note.pk}/edit").status_code == 404


def test_a_rep_changes_its_own_notes_and_a_writer_deletes_no_others(acme: Company, enter: Enter) -> None:
    rita = make_member(acme, "Rita", Role.REP)
    may = {Permission.CONTACTS_READ, Permission.CONTACTS_WRITE}
    will = make_member(acme, "Will", Role.MANAGER, may)
    dan = make_member(acme, "Dan", Role.MANAGER, {*may, Permission.CONTACTS_DELETE})
    anna, other = make_contact(acme, owner_id=rita.pk), make_contact(acme)
    own = add_note(acting(rita), anna.pk, NoteText("note", "Own", "x"))
    wills = add_note(acting(will), anna.pk, NoteText("note", "Will's", "x"))
    hidden = add_note(acting(will), other.pk, NoteText("note", "Hidden", "x"))
    allowed = {  # of own, Will's and the one about somebody else's contact: may change, may delete
        rita: {own: (200, 200), wills: (404, 404), hidden: (404, 404)},
        will: {own: (200, 404), wills: (200, 200), hidden: (200, 200)},
        dan: {own: (200, 200), wills: (200, 200), hidden: (200, 200)},
    }
    for member, notes in allowed.items():
        browser = enter(member)
        token = browser.token("/contacts/add")
        page = browser.get(f"/contacts/{anna.pk}").text
        for note, expected in notes.items():
            paths = [f"/notes/{note.pk}/{what}" for what in ("edit", "delete")]
            assert tuple(browser.get(path).status_code for path in paths) == expected, (member, note)
            for path, status in zip(paths, expected, strict=True):
                assert (f'href="{path}"' in page) == (status == 200 and note is not hidden), path
                sent = browser.call("POST", path, data={"csrfmiddlewaretoken": token})
                assert (sent.status_code == 404) == (status == 404), path
    assert ContactNote.objects.filter(company=acme).count() == 3
