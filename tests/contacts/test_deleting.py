"""What goes with a contact. A table that refers to contacts and would stop one from going fails here."""

from django.apps import apps
from django.db import connection

from portico.access import operator
from portico.contacts.actions.contacts import delete_contacts
from portico.contacts.actions.events import Event, track_event
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.actions.opt_ins import request_opt_in
from portico.contacts.actions.tagging import label_contacts
from portico.contacts.models import Contact
from tests.make import make_company, make_contact

# Deleted by the action itself, before the contact (see ContactTag).
BY_THE_ACTION = {"contact_tag", "contact_list"}
RULES = """
SELECT c.conrelid::regclass::text, c.confdeltype::text FROM pg_constraint c
WHERE c.contype = 'f' AND c.confrelid = 'contact'::regclass
"""


def referring() -> dict[str, str]:
    """Every table with a contact, and the field that names it."""
    return {
        model._meta.db_table: field.name
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model is Contact
    }


def test_every_table_that_refers_to_contacts_lets_them_go() -> None:
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        rules = dict(cursor.fetchall())
    assert set(rules) == set(referring())
    cascade_or_set_null = {"c", "n"}
    assert {table for table, rule in rules.items() if rule not in cascade_or_set_null} == BY_THE_ACTION


def test_all_that_a_contact_has_goes_with_it_and_with_no_other() -> None:
    company = make_company()
    actor = operator(company.pk)
    ann, ben = make_contact(company).pk, make_contact(company).pk
    for contact in (ann, ben):
        label_contacts(actor, [contact], attach_tags=["Gold"], attach_lists=["News"])
        add_note(actor, contact, NoteText("note", "T", "D"))
        track_event(actor, Event("bought", "Bought a hat"), contact_id=contact)
        request_opt_in(actor, [contact])

    def tables_of(contact: int) -> set[str]:
        return {
            model._meta.db_table
            for model in apps.get_models()
            if (name := referring().get(model._meta.db_table))
            and model._default_manager.filter(company_id=company.pk, **{name: contact}).exists()
        }

    had = tables_of(ann)
    assert had >= {"contact_tag", "contact_list", "contact_note", "tracked_event", "opt_in_request"}
    assert delete_contacts(actor, [ann]) == [ann]
    assert (tables_of(ann), tables_of(ben)) == (set(), had)
