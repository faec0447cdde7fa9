"""One of each thing that the console shows."""

from dataclasses import dataclass

from portico.access import Permission, Role, operator, stranger
from portico.companies.models import Company
from portico.contacts.actions.field_by_field import add_custom_field
from portico.contacts.actions.fields import Definition
from portico.contacts.actions.labels import Titled, add_label
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.actions.segments import WantedSegment, add_segment
from portico.contacts.actions.views import add_view
from portico.contacts.changing.actions import select_ticked
from portico.contacts.importing.batches import pause_import, start_import
from portico.contacts.importing.uploads import keep_upload
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import (
    BulkChange,
    Contact,
    ContactMerge,
    ContactNote,
    ContactView,
    CustomField,
    ImportBatch,
    List,
    Organization,
    Segment,
    Tag,
)
from portico.content.actions.authoring import add_announcement, add_module, add_training
from portico.content.actions.learning import save_announcement
from portico.content.actions.libraries import Item, add_library
from portico.content.models import Announcement, Library, Medium, Training, TrainingModule
from portico.identity.actions.credentials import add_code, add_key
from portico.identity.actions.sessions import begin_browser_session
from portico.identity.models import ApiKey, Membership, SecurityCode, Session
from portico.outbox.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.actions import add_endpoint
from portico.selling.actions.calendar import save_event
from portico.selling.actions.orders import save_order
from portico.selling.models import CalendarEvent, Order, Task
from tests.contacts.changing import acting
from tests.make import make_contact, make_member
from tests.protocols.fluid.sharers import make_medium


@dataclass(frozen=True)
class Things:
    """Ids by the first word of their address that is no "settings" or "content"; a file that is not yet loaded."""

    ids: dict[str, int]
    upload: str = ""


def make_things(company: Company, *, only_look: bool = False) -> Things:
    """Made, or only looked for: what is gone or ended then has no id."""
    sent = ""
    if not only_look:
        actor = operator(company.pk)
        manager = make_member(company, "Made", Role.MANAGER, {Permission.CONTACTS_READ}, email="made@acme.test")
        _make_endpoint(company)
        contact = make_contact(company, email="made@acme.test")
        # What is one person's own, is the first administrator's.
        admins = Membership.objects.filter(company_id=company.pk, role=Role.ADMIN).order_by("pk")
        admin = acting(admins.first() or make_member(company, "Adam", Role.ADMIN))
        add_view(admin, name="Made", query="search=made")
        select_ticked(admin, [contact.pk])
        add_note(actor, contact.pk, NoteText("note", "Made", "x"))
        merge_contacts(actor, winner_id=contact.pk, loser_id=make_contact(company).pk)
        add_custom_field(actor, Definition("text", "Made"))
        add_segment(actor, WantedSegment("Made"))
        Organization.objects.create(company_id=company.pk, name="Made")
        add_label(actor, Tag, Titled("Made"))
        add_label(actor, List, Titled("Made"))
        add_key(actor, email=manager.user.email, name="Made")
        add_code(actor, name="Made")
        begin_browser_session(stranger(wire="web"), manager, methods=["passcode"])
        upload = keep_upload(actor, [b"Email\nnew@acme.test\n"])
        batch = start_import(actor, upload, file="made.csv")
        pause_import(actor, batch.pk)
        sent = keep_upload(actor, [b"Email\nsent@acme.test\n"])
        _make_work(company, manager)
        _make_content(company)
    of_company = {"company_id": company.pk}
    managers = Membership.objects.filter(**of_company, user__email="made@acme.test").exclude(permissions=[])
    found = {
        "contacts": Contact.objects.filter(**of_company, email="made@acme.test"),
        "tags": Tag.objects.filter(**of_company, title="Made"),
        "lists": List.objects.filter(**of_company, title="Made"),
        "organizations": Organization.objects.filter(**of_company, name="Made"),
        "segments": Segment.objects.filter(**of_company, title="Made"),
        "custom-fields": CustomField.objects.filter(**of_company, label="Made"),
        "notes": ContactNote.objects.filter(**of_company, title="Made"),
        "merges": ContactMerge.objects.filter(**of_company, undone_at=None),
        "managers": managers,
        "saved-views": ContactView.objects.filter(**of_company, name="Made"),
        "bulk-changes": BulkChange.objects.filter(**of_company, state="chosen"),
        "imports": ImportBatch.objects.filter(**of_company, file="made.csv"),
        "rest-api": ApiKey.objects.filter(**of_company, name="Made", revoked_at=None),
        "media": Medium.objects.filter(**of_company, title="Made", discarded_at=None),
        "libraries": Library.objects.filter(**of_company, title="Made", discarded_at=None),
        "trainings": Training.objects.filter(**of_company, title="Made"),
        "training-modules": TrainingModule.objects.filter(**of_company, title="Made"),
        "announcements": Announcement.objects.filter(**of_company, title="Made"),
        "webhooks": WebhookEndpoint.objects.filter(**of_company),
        "deliveries": WebhookDelivery.objects.filter(**of_company),
        "people": managers,
        "sessions": Session.objects.filter(**of_company, membership__user__email="made@acme.test", ended_at=None),
        "security": SecurityCode.objects.filter(**of_company, name="Made", revoked_at=None),
        "tasks": Task.objects.filter(**of_company, title="Made"),
        "calendar": CalendarEvent.objects.filter(**of_company, title="Made"),
        "orders": Order.objects.filter(**of_company, external_id="Made"),
        "reps": Membership.objects.filter(**of_company, user__email="made-rep@acme.test", is_active=True),
        "news": Announcement.objects.filter(**of_company, title="Made"),
    }
    return Things({name: row.pk for name, rows in found.items() if (row := rows.first()) is not None}, sent)


def _make_work(company: Company, manager: Membership) -> None:
    """The task is that of whoever looks without being an administrator, if there is somebody."""
    actor, ends = operator(company.pk), "2099-01-01T11:00:00Z"
    viewer = Membership.objects.filter(company_id=company.pk, user__first_name="Vera").first()
    Task.objects.create(company_id=company.pk, owner=viewer or manager, title="Made")
    save_event(actor, {"external_id": "Made", "title": "Made", "starts_at": "2099-01-01T10:00:00Z", "ends_at": ends})
    save_order(actor, {"external_id": "Made", "currency": "EUR", "total": "1.00"})
    make_member(company, "Rep", Role.REP, email="made-rep@acme.test")
    save_announcement(actor, {"external_id": "Made", "title": "Made"})


def _make_endpoint(company: Company) -> None:
    """One that rests, with something that waits for it as soon as there is a contact."""
    add_endpoint(operator(company.pk), url="https://hooks.test/made", kinds=["contact.created"])
    WebhookEndpoint.objects.filter(company_id=company.pk).update(rest_until="2100-01-01T00:00Z")


def _make_content(company: Company) -> None:
    actor = operator(company.pk)
    medium = make_medium(company, title="Made")
    add_library(actor, {"title": "Made"}, [Item(medium.pk)], of_company=True)
    add_module(actor, add_training(actor, {"title": "Made"}), {"title": "Made"})
    add_announcement(actor, {"title": "Made"})
