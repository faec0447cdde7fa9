"""Notes of organizations (wire notes 14)."""

from typing import Any

import pytest

from portico.contacts.models import Organization, OrganizationNote
from tests.make import make_company
from tests.protocols.fluentcrm.client import Crm
from tests.protocols.fluentcrm.test_organizations import add

NOTE = {"title": "Called", "description": "<b>hi</b>\nthere", "type": "call"}


@pytest.fixture
def acme(mia: Crm) -> int:
    return add(mia, "Acme")


def write(mia: Crm, organization: int, **more: Any) -> int:
    answer = mia.post(f"/companies/{organization}/notes", {"note": {**NOTE, **more}})
    assert answer.status_code == 200, answer.text
    return int(answer.json()["note"]["id"])


def test_a_note_is_kept_as_written_and_names_its_writer(mia: Crm, acme: int) -> None:
    member = mia.key.key.membership
    new = mia.post(f"/companies/{acme}/notes", {"note": {**NOTE, "created_at": "2020-02-03 04:05:06"}}).json()["note"]
    assert (new["subscriber_id"], new["created_by"]) == (acme, member.pk)
    (row,) = mia.get(f"/companies/{acme}/notes").json()["notes"]["data"]
    assert {name: row[name] for name in NOTE} == NOTE
    assert (row["created_at"], row["subscriber_id"], row["is_private"]) == ("2020-02-03 04:05:06", str(acme), "1")
    assert row["added_by"] == {
        "ID": member.pk,
        "first_name": "Mia",
        "last_name": "Example",
        "display_name": "Mia Example",
    }


def test_notes_are_listed_newest_first_searched_by_title_and_beside_a_form(mia: Crm, acme: int) -> None:
    other = add(mia, "Other")
    for title in ("First call", "Second", "Third call"):
        write(mia, acme, title=title)
    write(mia, other, title="Elsewhere call")

    def titles(query: str = "") -> list[str]:
        return [row["title"] for row in mia.get(f"/companies/{acme}/notes?{query}").json()["notes"]["data"]]

    assert titles() == ["Third call", "Second", "First call"]
    assert titles("search=CALL") == ["Third call", "First call"]
    assert titles("search=%25") == []
    assert titles("per_page=2&page=2") == ["First call"]
    form = mia.get(f"/companies/{acme}/notes").json()["fields"]["fields"]
    assert list(form) == ["type", "created_at", "title", "description"]
    assert len(form["type"]["options"]) == 15


def test_a_note_without_its_writer_says_false(mia: Crm, acme: int) -> None:
    id = write(mia, acme)
    OrganizationNote.objects.filter(pk=id).update(created_by=None)
    (row,) = mia.get(f"/companies/{acme}/notes").json()["notes"]["data"]
    assert (row["added_by"], row["created_by"]) == (False, None)


def test_a_note_is_written_anew_and_deleted(mia: Crm, acme: int) -> None:
    id = write(mia, acme, created_at="2020-02-03 04:05:06")
    changed = mia.put(f"/companies/{acme}/notes/{id}", {"note": {**NOTE, "title": "Wrote", "type": "email"}}).json()
    assert (changed["note"]["title"], changed["note"]["type"]) == ("Wrote", "email")
    assert changed["note"]["created_at"] == "2020-02-03 04:05:06"
    assert mia.delete(f"/companies/{acme}/notes/{id}").status_code == 200
    assert mia.delete(f"/companies/{acme}/notes/{id}").status_code == 404
    assert mia.get(f"/companies/{acme}/notes").json()["notes"]["total"] == 0


def test_what_a_note_lacks_is_named(mia: Crm, acme: int) -> None:
    bodies: list[dict[str, Any]] = [{}, {"note": {}}, {"note": "x"}, {"note": {"title": " ", "type": "\0"}}]
    for body in bodies:
        answer = mia.post(f"/companies/{acme}/notes", body)
        assert answer.status_code == 422
        assert {name: set(rules) for name, rules in answer.json().items()} == {
            "title": {"required"}, "description": {"required"}, "type": {"required"},
        }  # fmt: skip
    long = mia.post(f"/companies/{acme}/notes", {"note": {**NOTE, "title": "x" * 300}})
    assert {name: set(rules) for name, rules in long.json().items()} == {"title": {"long"}}
    later = mia.post(f"/companies/{acme}/notes", {"note": {**NOTE, "created_at": "yesterday"}})
    assert later.status_code == 200


def test_a_note_is_found_only_at_its_own_organization(mia: Crm, acme: int) -> None:
    other, id = add(mia, "Other"), write(mia, acme)
    company = make_company("theirs")
    theirs = Organization.objects.create(company=company, name="Theirs")
    their_note = OrganizationNote.objects.create(
        company=company, organization=theirs, kind="note", title="T", description="D"
    )
    for place, note in ((other, id), (theirs.pk, their_note.pk), (acme, their_note.pk), (acme, 999_999_999)):
        gone = mia.put(f"/companies/{place}/notes/{note}", {"note": NOTE})
        assert (gone.status_code, list(gone.json())) == (404, ["message"])
        assert mia.delete(f"/companies/{place}/notes/{note}").status_code == 404
    for place in (theirs.pk, 999_999_999):
        assert mia.get(f"/companies/{place}/notes").status_code == 404
        assert mia.post(f"/companies/{place}/notes", {"note": NOTE}).status_code == 404
    their_note.refresh_from_db()
    assert (their_note.title, OrganizationNote.objects.filter(organization=theirs).count()) == ("T", 1)


def test_notes_go_with_their_organization(mia: Crm, acme: int) -> None:
    write(mia, acme)
    assert mia.delete(f"/companies/{acme}").status_code == 200
    assert not OrganizationNote.objects.filter(organization_id=acme).exists()
