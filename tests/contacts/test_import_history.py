"""What an import and its undoing leave in the history of each contact."""

import json

import pytest
from django.db import connection

from portico.access import Actor, operator
from portico.audit.models import AuditEntry
from portico.contacts.importing import chunks, history
from portico.contacts.importing.undoing import undo_import
from portico.contacts.models import Contact, CustomField, ImportBatch
from portico.contacts.persons.erasing import erase_person
from portico.contacts.queries.history import Change, list_history
from tests.contacts.importing import Imports, rows
from tests.contacts.uploading import loader_of, now, started
from tests.make import make_contact

MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"


def told(actor: Actor, contact_id: int) -> list[tuple[str, list[Change]]]:
    """What happened, oldest first."""
    return [(one.action, one.changes) for one in reversed(list_history(actor, contact_id, limit=200).events)]


def test_each_contact_tells_what_an_import_and_its_undoing_did_to_it(imported: Imports) -> None:
    company, actor = imported.company, operator(imported.company.pk)
    CustomField.objects.create(company=company, slug="colour", label="Colour", kind="text", position=1)
    ann = make_contact(company, email="ann@people.test", first_name="Ann", city="Rome", tags=["Old"]).pk
    bob = make_contact(company, email="bob@people.test").pk
    quiet = make_contact(company, email="cid@people.test", city="Bern").pk
    imported(
        rows(
            "Email,First Name,City,Colour,Tags,Lists,Password Hash",
            f'ann@people.test,Anna,Oslo,blue,"New,Old",News,{MD5}',
            "bob@people.test,,Genf,,New,,",
            "cid@people.test,,Bern,,,,",
            "dot@people.test,Dot,,,New,,",
        )
    )
    dot = imported.contact("dot@people.test").pk
    batch = ImportBatch.objects.get(company=company)
    added, *of_ann = told(actor, ann)
    assert added[0] == "contact.added"
    assert dict(of_ann) == {
        "contact.changed": [
            Change("city", "Rome", "Oslo"),
            Change("first_name", "Ann", "Anna"),
            Change("custom_values.colour", None, "blue"),
        ],
        "contact.password_set": [],
        "contact.tag_added": [Change("tag", None, "New")],
        "contact.list_added": [Change("list", None, "News")],
    }
    assert told(actor, bob)[1:] == [
        ("contact.changed", [Change("city", None, "Genf")]),
        ("contact.tag_added", [Change("tag", None, "New")]),
    ]
    assert told(actor, quiet)[1:] == []
    (came,) = list_history(actor, dot).events
    assert (came.action, came.by, came.wire, came.details) == (
        "contact.added",
        actor.name,
        actor.wire,
        {"import": batch.pk},
    )
    undo_import(actor, batch.pk)
    assert dict(told(actor, ann)[5:]) == {
        "contact.changed": [
            Change("city", "Oslo", "Rome"),
            Change("first_name", "Anna", "Ann"),
            Change("custom_values.colour", "blue", None),
        ],
        "contact.password_set": [],
        "contact.tag_removed": [Change("tag", "New", None)],
        "contact.list_removed": [Change("list", "News", None)],
    }
    assert [action for action, _ in told(actor, dot)] == ["contact.added", "contact.deleted"]
    assert MD5 not in json.dumps(
        list(AuditEntry.objects.filter(company_id=company.pk).values_list("details", flat=True))
    )


def test_what_somebody_changed_since_is_not_said_to_be_put_back(imported: Imports) -> None:
    actor = operator(imported.company.pk)
    ann = make_contact(imported.company, email="ann@people.test", city="Rome").pk
    imported(rows("Email,City,Phone", "ann@people.test,Oslo,1"))
    Contact.objects.filter(company=imported.company, pk=ann).update(city="Bonn")
    undo_import(actor, ImportBatch.objects.get(company=imported.company).pk)
    assert told(actor, ann)[-1] == ("contact.changed", [Change("phone", "1", None)])


def test_a_killed_import_that_is_gone_on_with_tells_each_contact_once(
    imported: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "ROWS", 2 * history.CONTACTS)
    company, known = imported.company, [make_contact(imported.company, email=f"p{n}@people.test").pk for n in range(20)]
    text = rows("Email,City,Tags", *(f"p{number}@people.test,Oslo,T" for number in range(6_000)))
    batch = started(company, text)
    first = loader_of(batch)
    while now(batch).position == 0:
        assert first.poll() is None
    first.kill()
    first.wait()
    assert loader_of(batch).wait() == 0
    entries = AuditEntry.objects.filter(company_id=company.pk, details__import=batch.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT action, count(*), count(DISTINCT one), max(cardinality(contacts))"
            " FROM audit_entry, unnest(contacts) AS one"
            " WHERE company_id = %s AND details ? 'import' GROUP BY action ORDER BY action",
            [company.pk],
        )
        assert cursor.fetchall() == [
            ("contact.added", 5_980, 5_980, history.CONTACTS),
            ("contact.changed", 20, 20, 20),
            ("contact.tag_added", 20, 20, 20),
        ]
    assert entries.count() < 12
    assert told(operator(company.pk), known[7])[1:] == [
        ("contact.changed", [Change("city", None, "Oslo")]),
        ("contact.tag_added", [Change("tag", None, "T")]),
    ]


def test_an_erased_person_goes_from_what_an_import_told_of_many(imported: Imports) -> None:
    company, actor = imported.company, operator(imported.company.pk)
    ann, bob = (make_contact(company, email=f"{name}@people.test", city="Rome").pk for name in ("ann", "bob"))
    imported(rows("Email,City", "ann@people.test,Anntown", "bob@people.test,Bobtown"))
    erase_person(actor, ann)
    left = json.dumps(list(AuditEntry.objects.filter(company_id=company.pk).values_list("details", flat=True)))
    assert "Anntown" not in left
    assert told(actor, bob)[-1] == ("contact.changed", [Change("city", "Rome", "Bobtown")])
