"""Whatever belongs to a contact goes along when it is merged, also in tables that are still to come."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection, models

from portico.access import operator
from portico.contacts.merging import moving
from portico.contacts.merging.actions import merge_contacts, unmerge_contacts
from portico.contacts.merging.moving import move, put_back
from portico.contacts.merging.references import Reference, references
from portico.contacts.models import Contact
from tests.make import make_company, make_contact

# Columns that hold the number of a contact without leading to it, and why they need not move.
FREE = {
    ("contact_merge", "loser_id"): "of a contact that is no more",
}


def test_every_reference_that_postgresql_knows_is_known_here() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.conrelid::regclass::text, a.attname FROM pg_constraint c"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)"
            " WHERE c.contype = 'f' AND c.confrelid = 'contact'::regclass AND a.attname <> 'company_id'"
        )
        assert {(one.table, one.column) for one in references()} == set(cursor.fetchall())


def test_no_column_holds_a_contact_without_leading_to_it() -> None:
    """Such a column would still name the loser after a merge: make it a SameCompany reference, or say why in FREE."""
    known = {(one.table, one.column) for one in references()} | set(FREE)
    found = {
        (model._meta.db_table, str(field.column))
        for model in apps.get_models()
        if model.__module__.startswith("portico.") and model._meta.managed
        for field in model._meta.concrete_fields
        if field.related_model is Contact or "contact_id" in str(field.column) or "loser_id" in str(field.column)
    }
    assert found - known == set()


def test_every_row_has_either_an_id_of_its_own_or_the_contact_in_its_key() -> None:
    for one in references():
        assert one.key or "id" in one.columns, one.table


class Once(models.Model):
    """Rows with an id of their own, of which some contact may have only one of a kind."""

    company_id = models.BigIntegerField()
    contact_id = models.BigIntegerField()
    kind = models.TextField()
    amount = models.DecimalField(max_digits=20, decimal_places=2)

    class Meta:
        app_label = "contacts_tests"
        managed = False
        db_table = "test_once"

    def __str__(self) -> str:
        return self.kind


ONCE = Reference(Once, "test_once", "contact_id", ("id", "company_id", "contact_id", "kind", "amount"), (), ())


@pytest.fixture
def once() -> Iterator[Reference]:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE test_once (id bigserial PRIMARY KEY, company_id bigint NOT NULL, contact_id bigint NOT NULL,"
            " kind text NOT NULL, amount numeric(20, 2) NOT NULL)"
        )
        cursor.execute("CREATE UNIQUE INDEX test_once_kind ON test_once (company_id, contact_id) WHERE kind = 'first'")
        yield ONCE
        cursor.execute("DROP TABLE test_once")


def rows() -> list[tuple[object, ...]]:
    return list(Once._default_manager.order_by("id").values_list("id", "contact_id", "kind", "amount"))


def test_where_a_contact_may_have_one_the_winners_stays_and_undoing_brings_back_the_other(once: Reference) -> None:
    company = make_company()
    ann, bob = make_contact(company), make_contact(company)
    for contact, kind, amount in ((ann, "first", 1), (bob, "first", "123456789012345678.12"), (bob, "more", 2)):
        Once._default_manager.create(company_id=company.pk, contact_id=contact.pk, kind=kind, amount=amount)
    before = rows()
    kept = move(once, company.pk, bob.pk, ann.pk)
    assert [(contact, kind) for _, contact, kind, _ in rows()] == [(ann.pk, "first"), (ann.pk, "more")]
    merged = merge_contacts(operator(company.pk), winner_id=ann.pk, loser_id=bob.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contact_merge SET kept = jsonb_set(kept, '{tables,test_once}', %s::jsonb) WHERE id = %s",
            [kept, merged.id],
        )
    put_back(once, company.pk, merged.id, bob.pk, ann.pk)
    assert rows() == before
    unmerge_contacts(operator(company.pk), merged.id)


def test_rows_that_tell_how_the_loser_was_go_and_come_with_it(once: Reference, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "LEFT_BEHIND", frozenset({"test_once"}))
    company = make_company()
    ann, bob = make_contact(company), make_contact(company)
    Once._default_manager.create(company_id=company.pk, contact_id=bob.pk, kind="more", amount=2)
    before = rows()
    assert moving.move(once, company.pk, bob.pk, ann.pk).startswith('{"moved": [], "rows": [{')
    assert (rows(), len(before)) == ([], 1)
