"""One of each thing that the console shows."""

from dataclasses import dataclass

from portico.access import Permission, Role, operator, stranger
from portico.companies.models import Company
from portico.contacts.actions.labels import Titled, add_label
from portico.contacts.importing.batches import pause_import, start_import
from portico.contacts.importing.uploads import keep_upload
from portico.contacts.models import Contact, ImportBatch, List, Tag
from portico.identity.actions.credentials import add_code, add_key
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import ApiKey, Membership, SecurityCode, Session
from tests.make import make_contact, make_member


@dataclass(frozen=True)
class Things:
    """Ids by the first word of their address that is no "settings"; a file that was sent and is not yet loaded."""

    ids: dict[str, int]
    upload: str = ""


def make_things(company: Company, *, only_look: bool = False) -> Things:
    """Made, or only looked for: what is gone or ended then has no id."""
    sent = ""
    if not only_look:
        actor = operator(company.pk)
        manager = make_member(company, "Made", Role.MANAGER, {Permission.CONTACTS_READ}, email="made@acme.test")
        make_contact(company, email="made@acme.test")
        add_label(actor, Tag, Titled("Made"))
        add_label(actor, List, Titled("Made"))
        add_key(actor, email=manager.user.email, name="Made")
        add_code(actor, name="Made")
        begin_browser_session(stranger(wire="web"), manager, methods=["passcode"])
        upload = keep_upload(actor, [b"Email\nnew@acme.test\n"])
        batch = start_import(actor, upload, file="made.csv")
        pause_import(actor, batch.pk)
        sent = keep_upload(actor, [b"Email\nsent@acme.test\n"])
    of_company = {"company_id": company.pk}
    managers = Membership.objects.filter(**of_company, user__email="made@acme.test").exclude(permissions=[])
    found = {
        "contacts": Contact.objects.filter(**of_company, email="made@acme.test"),
        "tags": Tag.objects.filter(**of_company, title="Made"),
        "lists": List.objects.filter(**of_company, title="Made"),
        "managers": managers,
        "imports": ImportBatch.objects.filter(**of_company, file="made.csv"),
        "rest-api": ApiKey.objects.filter(**of_company, name="Made", revoked_at=None),
        "people": managers,
        "sessions": Session.objects.filter(**of_company, membership__user__email="made@acme.test", ended_at=None),
        "security": SecurityCode.objects.filter(**of_company, name="Made", revoked_at=None),
    }
    return Things({name: row.pk for name, rows in found.items() if (row := rows.first()) is not None}, sent)
