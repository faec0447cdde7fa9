import re

from portico.access import Actor, Permission, Role, operator, permissions_of
from portico.companies.models import Company
from portico.contacts.actions.activities import note_activity
from portico.contacts.actions.events import Event, track_event
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.models import Contact
from portico.identity.models import Membership
from portico.lib.statements import Shape
from portico.selling.actions.tasks import add_task
from tests.make import make_code, make_contact, make_member
from tests.protocols.activemember.site import Site
from tests.server import Server
from tests.web.browser import Browser
from tests.web.console.conftest import Enter

PASSWORD = "seven quiet otters"


def person(member: Membership, role: Role) -> Actor:
    whole = permissions_of(role, ())
    return Actor(member.company_id, "Somebody", "test", whole, member.pk, member.user_id, role)


def part(page: str, name: str) -> str:
    return page.split(f'<section aria-labelledby="{name}">')[1].split("</section>", maxsplit=1)[0]


def test_the_timeline_has_notes_events_and_changes_newest_first(acme: Company, owner: Browser) -> None:
    actor, contact = operator(acme.pk), make_contact(acme, first_name="Anna", phone="1")
    path = f"/contacts/{contact.pk}"
    track_event(actor, Event("bought", "Bought a hat", "red"), contact_id=contact.pk)
    track_event(actor, Event("bought", "Bought a hat", "blue"), contact_id=contact.pk)
    note_activity(acme.pk, contact.pk, "page.viewed", "page", title="Our hats")
    assert owner.send(f"{path}/notes", page=path, text="Called\nWill <b>come</b>").status_code == 303
    page = part(owner.get(path).text, "timeline")
    assert re.findall(r"<h3>(?:<a [^>]*>)?([^<]*)<", page) == ["Called", "Looked at a page", "Bought a hat", "Added"]
    assert "Will &lt;b&gt;come&lt;/b&gt;" in page
    assert "blue" in page
    assert "2 times" in page
    assert "Our hats" in page


def test_what_no_longer_fits_the_page_stands_on_its_own(acme: Company, owner: Browser, enter: Enter) -> None:
    contact, actor = make_contact(acme, first_name="Anna"), operator(acme.pk)
    path = f"/contacts/{contact.pk}"
    for number in range(55):
        add_note(actor, contact.pk, NoteText("note", f"Note {number:02}", "<p>Long <em>ago</em></p>"))
    page = owner.get(path).text
    assert "All 55 notes" in page
    assert "Note 54" in page
    assert "Note 30" not in page
    notes = owner.get(f"{path}/notes?page=3").text
    assert "Note 00" in notes
    assert "Long ago" in notes
    assert "Note 07" in owner.get(f"{path}/notes?search=note+07").text
    long = add_note(actor, contact.pk, NoteText("note", "Long", f"<p>{'Once <b>upon</b> a time. ' * 900}The end.</p>"))
    assert "The end" not in owner.get(path).text
    assert "Once upon a time. Once" in owner.get(path).text
    assert "The end" not in owner.get(f"{path}/notes").text
    whole = owner.get(f"/notes/{long.pk}").text
    assert "The end" in whole
    assert "<b>upon</b>" in whole
    rita = enter(make_member(acme, "Rita", Role.REP))
    assert rita.get(f"/notes/{long.pk}").status_code == 404
    first = owner.get(f"{path}/history").text
    assert first.count("<tr>") == 51
    following = re.search(r'href="(\?entry=[^"]+)"', first)
    assert following
    last = owner.get(f"{path}/history{following[1].replace('&amp;', '&')}").text
    assert "Added" in last
    assert last.count("<tr>") == 8
    assert owner.get(f"{path}/history?entry=x&of=9999999999999999999999").status_code == 200


def test_open_tasks_are_the_askers_own_or_everybodys_for_an_administrator(
    acme: Company, owner: Browser, enter: Enter
) -> None:
    rita, sam = make_member(acme, "Rita", Role.REP), make_member(acme, "Sam", Role.ADMIN)
    contact = make_contact(acme, owner_id=rita.pk)
    shape = Shape({"id": "id"})
    add_task(person(rita, Role.REP), {"title": "Send a hat", "contact_id": contact.pk, "due_on": "2030-01-31"}, shape)
    add_task(person(sam, Role.ADMIN), {"title": "Check credit", "contact_id": contact.pk}, shape)
    add_task(person(sam, Role.ADMIN), {"title": "Done", "contact_id": contact.pk, "is_completed": True}, shape)
    belongs = part(owner.get(f"/contacts/{contact.pk}").text, "belongs")
    assert belongs.index("Send a hat") < belongs.index("Check credit")
    assert "2030-01-31" in belongs
    assert "Done" not in belongs
    own = part(enter(rita).get(f"/contacts/{contact.pk}").text, "belongs")
    assert "Send a hat" in own
    assert "Check credit" not in own


def test_a_password_is_set_judged_and_opens_the_door_and_the_sign_in_is_told(
    acme: Company, owner: Browser, server: Server
) -> None:
    contact = make_contact(acme, email="anna@acme.test")
    path = f"/contacts/{contact.pk}"
    assert "Has not signed in yet" in owner.get(path).text
    weak = owner.send(f"{path}/password", password="anna@acme.test")
    assert weak.status_code == 422
    assert 'id="error-password"' in weak.text
    assert 'value="anna@acme.test"' not in weak.text
    assert owner.send(f"{path}/password", password="").status_code == 422
    assert owner.send(f"{path}/password", password="x" * 5000).status_code == 422
    assert Contact.objects.get(pk=contact.pk).password_hash is None
    assert owner.send(f"{path}/password", password=PASSWORD).status_code == 303
    assert Site(server, acme, make_code(acme)).fields("anna@acme.test", PASSWORD)
    page = owner.get(path).text
    assert "Set another password" in page
    assert "Signed in" in part(page, "belongs")
    assert PASSWORD not in page


def test_who_may_only_look_finds_no_button_for_more(acme: Company, viewer: Browser, enter: Enter) -> None:
    contact = make_contact(acme, first_name="Anna")
    page = viewer.get(f"/contacts/{contact.pk}").text
    for name in ("edit", "password", "merge", "export", "erase", "delete", "work", "leave", "labels"):
        assert f"/contacts/{contact.pk}/{name}" not in page
        assert viewer.get(f"/contacts/{contact.pk}/{name}").status_code in {404, 405}, name
    exporter = enter(make_member(acme, "Ed", Role.MANAGER, {Permission.CONTACTS_READ, Permission.CONTACTS_EXPORT})).get(
        f"/contacts/{contact.pk}"
    )
    assert f"/contacts/{contact.pk}/export" in exporter.text
    assert f"/contacts/{contact.pk}/erase" not in exporter.text
