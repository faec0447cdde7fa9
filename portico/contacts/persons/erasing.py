from collections.abc import Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db import transaction

from portico.access import Actor, Permission
from portico.audit.actions import record, rewrite_entries
from portico.audit.queries import NEWEST, list_entries
from portico.companies.once import erase_from_kept_answers
from portico.contacts.importing.forgetting import forget_rows_of
from portico.contacts.merging.references import references
from portico.contacts.models import Contact, ContactMerge
from portico.contacts.persons.tables import TABLES, Goes, Stays, pseudonym_of, without_person
from portico.contacts.queries.contacts import visible_contacts
from portico.contacts.queries.history import absorbed_by
from portico.errors import Conflict, NotFound
from portico.lib.addresses import is_email
from portico.outbox.actions import delete_mail_to

_AT_ONCE = 1000


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
    audit too. Rows of files with an address that it has, or once had, go from what imports keep, and answers that tell
    of it from those that are kept for writes that come twice. Merges of this contact can no longer be undone. Erasing
    twice is erasing once. Raises NotFound; Conflict for a contact that is part of another, which has to be erased
    itself.
    """
    actor.require(Permission.CONTACTS_DELETE)
    # Against every other writer, so that nothing of the person is written after this has looked.
    contact = visible_contacts(actor).filter(pk=contact_id).select_for_update().first()
    ids = [contact_id, *absorbed_by(actor, contact_id)]
    if contact is None:
        _require_deleted(actor, contact_id)
    pseudonym, emails = pseudonym_of(contact_id), _addresses(actor, contact, ids)
    if contact is not None:
        _empty_tables(actor, contact)
        if contact.email:
            delete_mail_to(actor.company_id, contact.email)
    rewrite_entries(actor.company_id, ids, lambda details: without_person(details, pseudonym))
    _leave_winners(actor, contact_id, pseudonym)
    record(actor, "contact.erased", "contact", contact_id, pseudonym=pseudonym)
    forget_rows_of(actor, emails)
    erase_from_kept_answers(actor.company_id, ids=ids, emails=emails)
    return Erased(contact_id, pseudonym)


def _addresses(actor: Actor, contact: Contact | None, ids: Sequence[int]) -> list[str]:
    """The address that the contact has, and those that it or what is part of it once had."""
    found = {contact.email} if contact else set()
    place = NEWEST
    while entries := list_entries(actor.company_id, ids, after=place, limit=_AT_ONCE):
        for side in ("before", "after"):
            found |= {str((one.details.get(side) or {}).get("email") or "") for one in entries}
        place = entries[-1].place
    return sorted(email for email in found if email and is_email(email))


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


def _require_deleted(actor: Actor, contact_id: int) -> None:
    """That a contact that is not there once was, and is not there under another id."""
    if actor.owns_only or not list_entries(actor.company_id, [contact_id], limit=1):
        raise NotFound("contact")
    merges = ContactMerge.objects.filter(company_id=actor.company_id, loser_id=contact_id)
    merge = merges.filter(undone_at=None).first()
    if merge is not None:
        raise Conflict(f"Contact {contact_id} is part of contact {merge.winner_id} now: erase that one.")


def _leave_winners(actor: Actor, contact_id: int, pseudonym: str) -> None:
    """Where the contact was part of another for a while, that one's history has its values."""
    merges = ContactMerge.objects.filter(company_id=actor.company_id, loser_id=contact_id)
    for number, winner_id in merges.exclude(undone_at=None).values_list("pk", "winner_id"):
        rewrite_entries(
            actor.company_id,
            [winner_id, *absorbed_by(actor, winner_id)],
            lambda details, number=number: (  # type: ignore[misc]  # bound here, because it is a loop's
                without_person(details, pseudonym) if details.get("merge") == number else details
            ),
        )
