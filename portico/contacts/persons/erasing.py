from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from portico.access import Actor, Permission
from portico.audit.actions import record, rewrite_entries
from portico.audit.queries import list_entries
from portico.contacts.merging.references import references
from portico.contacts.models import Contact
from portico.contacts.persons.tables import TABLES, Goes, Stays, pseudonym_of, without_person
from portico.contacts.queries.contacts import visible_contacts
from portico.contacts.queries.history import absorbed_by
from portico.errors import NotFound
from portico.outbox.actions import delete_mail_to


@dataclass(frozen=True, slots=True)
class Erased:
    """Who is no more, and the name under which statistics and audit still know of somebody."""

    id: int
    pseudonym: str


@transaction.atomic
def erase_person(actor: Actor, contact_id: int) -> Erased:
    """Take out everything that says who this contact is, for good; see tables.TABLES for what becomes of what.

    The row stays, archived and under a pseudonym, with its consent, tags and lists, so that no number changes. Of the
    audit stays what happened and when. A contact that was deleted, or that is part of this one, is erased from the
    audit too. Merges of this contact can no longer be undone. Erasing twice is erasing once. Raises NotFound.
    """
    actor.require(Permission.CONTACTS_DELETE)
    # Against every other writer, so that nothing of the person is written after this has looked.
    contact = visible_contacts(actor).filter(pk=contact_id).select_for_update().first()
    ids = [contact_id, *absorbed_by(actor, contact_id)]
    if contact is None and (actor.owns_only or not list_entries(actor.company_id, ids, limit=1)):
        raise NotFound("contact")
    pseudonym = pseudonym_of(contact_id)
    if contact is not None:
        _empty_tables(actor, contact)
        if contact.email:
            delete_mail_to(actor.company_id, contact.email)
    rewrite_entries(actor.company_id, ids, lambda details: without_person(details, pseudonym))
    record(actor, "contact.erased", "contact", contact_id, pseudonym=pseudonym)
    return Erased(contact_id, pseudonym)


def _empty_tables(actor: Actor, contact: Contact) -> None:
    for one in references():
        what = TABLES[one.model._meta.label]
        rows = one.model._default_manager.filter(company_id=actor.company_id, **{one.column: contact.pk})
        if isinstance(what, Goes):
            rows.delete()
        elif what.emptied:
            rows.update(**what.emptied)
    own = TABLES[apps.get_model("contacts.Contact")._meta.label]
    if isinstance(own, Stays):
        Contact.objects.filter(company_id=actor.company_id, pk=contact.pk).update(**own.emptied)
