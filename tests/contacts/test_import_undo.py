"""Imports taken back: what came goes, what was changed is as before, and what others did since stays."""

import signal
import time
from typing import Any

import pytest

from portico.access import Permission, Role, operator
from portico.audit.models import AuditEntry
from portico.contacts.actions.contacts import change_contact
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.importing.undoing import undo_import
from portico.contacts.models import (
    Contact,
    ContactList,
    ContactTag,
    CustomField,
    ImportBatch,
    ImportChunk,
    ImportReplaced,
    List,
    Tag,
)
from portico.errors import Conflict, Denied, Gone, NotFound
from tests.contacts.importing import Imports, rows
from tests.contacts.uploading import undoers_of
from tests.make import make_company, make_contact, make_member

PEOPLE = 9_000  # whose import is taken back in five portions


def batch_of(imported: Imports) -> ImportBatch:
    return ImportBatch.objects.filter(company=imported.company).latest("pk")


def undone(imported: Imports) -> ImportBatch:
    return undo_import(operator(imported.company.pk), batch_of(imported).pk)


def state_of(imported: Imports) -> list[dict[str, Any]]:
    """Every column of every contact but when it was written, with its tags and lists."""
    found = []
    for contact in Contact.objects.filter(company=imported.company).order_by("pk"):
        columns = {field.attname: getattr(contact, field.attname) for field in Contact._meta.concrete_fields}
        del columns["updated_at"]
        for join, name in ((ContactTag, "tag_id"), (ContactList, "list_id")):
            of_it = join._default_manager.filter(company=imported.company, contact_id=contact.pk)
            columns[name] = sorted(of_it.values_list(name, flat=True))
        found.append(columns)
    return found


FULL = (
    "Email,First Name,City,Status,Birthday,Points,Life Time Value,Owner,Tags,Lists,Password Hash,Colour,Likes,"
    "Created At"
)


@pytest.fixture
def filled(imported: Imports) -> Imports:
    """A company with people who have something, and a file's worth of other values for them."""
    company = imported.company
    CustomField.objects.create(company=company, slug="colour", label="Colour", kind="text", position=1)
    CustomField.objects.create(company=company, slug="likes", label="Likes", kind="checkbox", position=2)
    make_contact(
        company, email="ann@people.test", first_name="Ann", city="Rome", date_of_birth="1990-01-02", tags=["Old"],
        life_time_value="1.50",
    )  # fmt: skip
    make_contact(company, email="bob@people.test")
    Contact.objects.filter(company=company, email="bob@people.test").update(
        custom_values={"colour": "red", "other": [1]}, consent="pending"
    )
    return imported


def file_for(imported: Imports) -> str:
    owner = make_member(imported.company, "Rita", Role.REP).user.email
    md5 = "5f4dcc3b5aa765d61d8327deb882cf99"
    return rows(
        FULL,
        f'ann@people.test,Anna,Oslo,unsubscribed,1991-03-04,7,2.25,{owner},"New,Old",News,{md5},blue,"a,b",2020-01-01',
        f'bob@people.test,Bob,Bern,subscribed,1980-05-06,1,3,{owner},New,"News,More",{md5},green,c,2020-01-01',
        f"cid@people.test,Cid,Bonn,,,,,{owner},New,News,{md5},pink,,2020-01-01",
    )


def test_an_import_undone_leaves_everything_as_it_was(filled: Imports) -> None:
    text = file_for(filled)
    before = state_of(filled)
    counts = filled.count("all")
    assert (filled(text).created, batch_of(filled).updated) == (1, 2)
    assert state_of(filled) != before
    batch = undone(filled)
    assert state_of(filled) == before
    assert (batch.state, batch.deleted, batch.restored) == (ImportBatch.State.UNDONE, 1, 2)
    assert filled.count("all") == counts
    for label, kind in ((Tag, "tag"), (List, "list")):
        for one in label._default_manager.filter(company=filled.company):
            assert filled.count(kind, one.pk) == (1 if one.title == "Old" else 0)
    entry = AuditEntry.objects.filter(company_id=filled.company.pk, action="contacts.import_undone").get()
    assert (entry.subject_id, entry.details) == (batch.pk, {"file": "people.csv", "deleted": 1, "restored": 2})
    for details in (ImportChunk, ImportReplaced):
        assert not details._default_manager.filter(company=filled.company).exists()


def test_what_was_changed_since_stays_field_by_field(filled: Imports) -> None:
    actor = operator(filled.company.pk)
    filled(file_for(filled))
    ann, bob = filled.contact("ann@people.test"), filled.contact("bob@people.test")
    change_contact(actor, ann.pk, {"city": "Paris"}, custom_values={"colour": "gold"})
    change_contact(actor, bob.pk, {"consent": "bounced"})
    label_contacts(actor, [bob.pk], attach_tags=["Later"])
    undone(filled)
    ann, bob = filled.contact("ann@people.test"), filled.contact("bob@people.test")
    assert (ann.first_name, ann.city, ann.consent, ann.custom_values) == (
        "Ann",
        "Paris",
        "subscribed",
        {"colour": "gold"},
    )
    assert (bob.first_name, bob.city, bob.consent) == (None, None, "bounced")
    assert bob.custom_values == {"colour": "red", "other": [1]}
    tags = ContactTag.objects.filter(company=filled.company, contact=bob)
    assert list(tags.values_list("tag__title", flat=True)) == ["Later"]


def test_an_owner_who_has_left_meanwhile_is_not_put_back(imported: Imports) -> None:
    old, new = make_member(imported.company, "Old", Role.REP), make_member(imported.company, "New", Role.REP)
    make_contact(imported.company, email="ann@people.test", owner_id=old.pk)
    imported(rows("Email,Owner", f"ann@people.test,{new.user.email}"))
    old.delete()
    assert undone(imported).state == ImportBatch.State.UNDONE
    assert imported.contact("ann@people.test").owner_id == new.pk


def test_a_contact_deleted_since_takes_what_was_kept_of_it_along(filled: Imports) -> None:
    from portico.contacts.actions.contacts import delete_contacts

    filled(file_for(filled))
    delete_contacts(
        operator(filled.company.pk), [filled.contact("ann@people.test").pk, filled.contact("cid@people.test").pk]
    )
    assert ImportReplaced.objects.filter(company=filled.company).count() == 1
    batch = undone(filled)
    assert (batch.deleted, batch.restored) == (0, 1)
    assert filled.emails() == ["bob@people.test"]


def test_undoing_killed_in_the_middle_or_done_twice_at_once_ends_the_same(imported: Imports) -> None:
    known = [make_contact(imported.company, email=f"p{number}@people.test", city="Rome") for number in range(50)]
    imported(rows("Email,City,Tags", *(f"p{number}@people.test,Oslo,T" for number in range(PEOPLE))))
    batch = batch_of(imported)
    (first,) = undoers_of(batch, 1)
    while Contact.objects.filter(company=imported.company).count() == PEOPLE and first.poll() is None:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    assert [one.wait() for one in undoers_of(batch, 2)] == [0, 0]
    batch.refresh_from_db()
    assert (batch.state, batch.deleted, batch.restored) == (ImportBatch.State.UNDONE, PEOPLE - 50, 50)
    left = Contact.objects.filter(company=imported.company)
    assert set(left.values_list("pk", "city")) == {(one.pk, "Rome") for one in known}
    assert imported.count("all") == 50
    assert imported.count("tag", Tag.objects.get(company=imported.company).pk) == 0
    assert AuditEntry.objects.filter(company_id=imported.company.pk, action="contacts.import_undone").count() == 1


def test_only_once_only_in_time_only_by_who_may_and_only_ones_own(imported: Imports) -> None:
    from dataclasses import replace
    from datetime import timedelta

    from django.utils import timezone

    actor = operator(imported.company.pk)
    imported(rows("Email", "ann@people.test"))
    batch = batch_of(imported)
    with pytest.raises(NotFound):
        undo_import(operator(make_company().pk), batch.pk)
    with pytest.raises(Denied):
        undo_import(replace(actor, permissions=frozenset({Permission.CONTACTS_WRITE})), batch.pk)
    here = ImportBatch.objects.filter(company=imported.company)
    here.update(touched_at=timezone.now() - timedelta(days=31))
    with pytest.raises(Gone):
        undo_import(actor, batch.pk)
    here.update(touched_at=timezone.now(), state=ImportBatch.State.RUNNING)
    with pytest.raises(Conflict):
        undo_import(actor, batch.pk)
    here.update(state=ImportBatch.State.DONE)
    assert imported.emails() == ["ann@people.test"]
    assert undone(imported).deleted == 1
    with pytest.raises(Conflict):
        undo_import(actor, batch.pk)
