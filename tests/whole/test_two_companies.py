"""Two companies on one server. What one names of the other is answered as if it had never existed, and stays as it is.

Here is what is asked, a row for each route: a route without one fails, so that a new one cannot be forgotten. By keys
and tokens it is asked in the files beside, test_another_company_*.py; by security codes here.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from portico.access import Actor, Role, operator, permissions_of
from portico.companies.models import Company
from portico.contacts.actions.events import Event, track_event
from portico.contacts.actions.groups import add_group, add_to_group
from portico.contacts.actions.hooks import HookWanted, add_webhook
from portico.contacts.actions.notes import NoteText, add_note
from portico.contacts.actions.opt_ins import request_opt_in
from portico.contacts.actions.passwords import set_password
from portico.contacts.actions.segments import WantedSegment, add_segment
from portico.contacts.actions.working import attach_organizations
from portico.contacts.importing.uploads import keep_upload
from portico.contacts.merging.actions import merge_contacts
from portico.contacts.models import Activity, Contact, CustomField, List, Organization, OrganizationNote, Tag
from portico.content.actions.learning import save_announcement, save_training
from portico.content.actions.libraries import Item, add_library
from portico.content.models import LibraryItem
from portico.identity.actions.profile_links import add_link
from portico.identity.actions.push_devices import Device, keep_device
from portico.identity.models import Challenge, Membership, ProfileLink
from portico.lib.statements import Shape, Statement, later_number
from portico.messaging.actions import LabelWanted, add_label
from portico.outbox.models import WebhookDelivery, WebhookEndpoint
from portico.outbox.webhooks.actions import add_endpoint
from portico.protocols.fluentcrm.routes import ROUTES as CRM_ROUTES
from portico.protocols.fluid.routes import ROUTES as FLUID_ROUTES
from portico.protocols.native.routes import ROUTES as NATIVE_ROUTES
from portico.selling.actions.calendar import save_event
from portico.selling.actions.orders import save_order
from portico.selling.actions.tasks import add_task, complete_task
from tests.content.files import picture
from tests.make import make_code, make_company, make_contact, make_key, make_member
from tests.protocols.fluid.sharers import make_medium
from tests.server import Server

NEVER = 2**40
AN_EVENT = {
    "external_id": "E1", "title": "Call", "starts_at": "2099-01-01T10:00:00Z", "ends_at": "2099-01-01T11:00:00Z"
}  # fmt: skip
AN_ORDER = {"external_id": "A1", "currency": "USD", "total": "10.00"}


@dataclass(frozen=True, slots=True)
class Names:
    """By what the things of a company are named."""

    contact: int
    email: str
    tag: int
    tag_title: str
    list: int
    list_title: str
    organization: int
    organization_note: int
    member: int
    member_email: str
    key_uuid: str
    slug: str
    company: int
    password: str
    uuid: str
    webhook: int
    field_group: str
    mail_label: int
    note: int
    upload: str
    firms: str
    segment: int
    merge: int
    merged: int
    named: str
    order: int
    event: int
    training: int
    announcement: int
    endpoint: int
    delivery: int
    medium: int
    library: int
    library_item: int
    user: int
    rep: int
    task: int
    group: int
    activity: int
    link: int
    favorite: int
    device: int


# What the server writes by itself in its own time.
WRITTEN_BEHIND = {"AuditSeal", "CredentialNetwork", "CredentialUse"}
WRITTEN_LATER = {("AuditEntry", "seal_id"), ("AuditEntry", "digest")}

NOBODY = Names(
    contact=NEVER + 1,
    email="nobody@never.test",
    tag=NEVER + 2,
    tag_title="Never Tag",
    list=NEVER + 3,
    list_title="Never List",
    organization=NEVER + 6,
    organization_note=NEVER + 9,
    member=NEVER + 4,
    member_email="nobody@nowhere.test",
    key_uuid="8f9e0d1c-2b3a-4a5b-8c7d-6e5f4a3b2c1d",
    slug="never-there",
    company=NEVER + 5,
    password="never",
    uuid="mfa_00000000000000000000000000000000",
    webhook=NEVER + 6,
    field_group="Never Group",
    mail_label=NEVER + 7,
    note=NEVER + 8,
    upload="contacts-00000000000000000000000000000000.csv",
    firms="organizations-00000000000000000000000000000000.csv",
    segment=NEVER + 10,
    merge=NEVER + 11,
    merged=NEVER + 12,
    named="never-named",
    order=NEVER + 13,
    event=NEVER + 14,
    training=NEVER + 15,
    announcement=NEVER + 16,
    endpoint=NEVER + 17,
    delivery=NEVER + 18,
    medium=NEVER + 23,
    library=NEVER + 24,
    library_item=NEVER + 25,
    user=NEVER + 33,
    rep=NEVER + 34,
    task=NEVER + 35,
    group=NEVER + 36,
    activity=(NEVER + 17) * 4,
    link=NEVER + 38,
    favorite=NEVER + 39,
    device=NEVER + 40,
)


@dataclass(frozen=True, slots=True)
class Beta:
    """The other company, with one of everything."""

    company: Company
    names: Names

    def everything(self) -> dict[str, str]:
        """What is in all tables that belong to it, each as one digest; but what every look-up of a key writes."""
        return dict(_digests_of_tables().fetch({"company": self.company.pk}))


@cache
def _digests_of_tables() -> Statement:
    """Prepared: some sixty tables take far longer to plan than to read."""
    digests = []
    for model in apps.get_models():
        fields = {field.name for field in model._meta.get_fields()}
        if model.__name__ in WRITTEN_BEHIND or not model.__module__.startswith("portico."):
            continue
        if fields & {"company", "company_id"} and model._meta.managed:
            columns = [
                f'"{field.column}"'
                for field in model._meta.concrete_fields
                if field.column
                and not field.name.startswith("last_used")
                and (model.__name__, field.name) not in WRITTEN_LATER
            ]
            rows = f'SELECT {", ".join(columns)} FROM "{model._meta.db_table}" WHERE company_id = %s'  # noqa: S608 -- Django's names
            digest = "md5(string_agg(r::text, '' ORDER BY r::text))"
            digests.append(f"SELECT '{model.__name__}', {digest} FROM ({rows}) AS r")  # noqa: S608 -- same
    return Statement(" UNION ALL ".join(digests), [later_number("company")] * len(digests))


def make_beta() -> Beta:
    company = make_company("beta")
    endpoint = add_endpoint(operator(company.pk), url="https://hooks.test/beta", kinds=["order.placed"]).endpoint
    # Nothing is sent while the tests compare what there is.
    WebhookEndpoint.objects.filter(company_id=company.pk).update(rest_until="2100-01-01T00:00Z")
    key = make_key(company)
    contact = make_contact(company, tags=["Beta Tag"])
    tag = Tag.objects.get(company_id=company.pk)
    on_list = List.objects.create(company_id=company.pk, title="Beta List", slug="beta-list")
    organization = Organization.objects.create(company_id=company.pk, name="Beta Works", kind="Vendor", industry="Beta")
    organization_note = OrganizationNote.objects.create(
        company_id=company.pk, organization=organization, kind="note", title="Beta", description="x"
    )
    attach_organizations(operator(company.pk), [contact.pk], [organization.pk])
    set_password(operator(company.pk), contact.pk, "open sesame")
    rep = make_member(company, "Rhea", Role.REP)
    challenge = Challenge.objects.create(
        public_id=f"mfa_{company.pk:032d}", email=rep.user.email, user=rep.user, company=company,
        code_digest=b"c", link_digest=str(company.pk).encode(), expires_at="2100-01-01T00:00Z",
    )  # fmt: skip
    webhook, _ = add_webhook(operator(company.pk), HookWanted("Beta hook", "pending"))
    CustomField.objects.create(
        company_id=company.pk, slug="beta", label="Beta", kind="text", group="Beta Group", position=0
    )
    merge = merge_contacts(operator(company.pk), winner_id=contact.pk, loser_id=make_contact(company).pk)
    order = save_order(operator(company.pk), {**AN_ORDER, "external_id": "beta-named", "contact_id": contact.pk}).id
    medium = make_medium(company)
    library = add_library(operator(company.pk), {"title": "Beta Library"}, [Item(medium.pk)], of_company=True)
    names = Names(
        delivery=WebhookDelivery.objects.get(company_id=company.pk).pk,
        contact=contact.pk,
        email=str(contact.email),
        tag=tag.pk,
        tag_title=tag.title,
        list=on_list.pk,
        list_title=on_list.title,
        organization=organization.pk,
        organization_note=organization_note.pk,
        member=key.key.membership_id,
        member_email=key.key.membership.user.email,
        key_uuid=str(key.key.uuid),
        slug=company.slug,
        company=company.pk,
        password="open sesame",
        uuid=challenge.public_id,
        webhook=webhook.id,
        field_group="Beta Group",
        mail_label=add_label(operator(company.pk), LabelWanted("Beta", "#123456")).pk,
        note=add_note(operator(company.pk), contact.pk, NoteText("note", "T", "D")).pk,
        upload=keep_upload(operator(company.pk), [b"Email\neve@people.test\n"]),
        firms=keep_upload(operator(company.pk), [b"Name\nTheirs\n"], kind="organizations"),
        segment=add_segment(operator(company.pk), WantedSegment("Beta Segment")).pk,
        merge=merge.id,
        merged=merge.loser_id,
        named="beta-named",
        order=order,
        event=save_event(operator(company.pk), {**AN_EVENT, "external_id": "beta-named"}).id,
        training=save_training(operator(company.pk), {"external_id": "beta-named", "title": "Beta"}).id,
        endpoint=endpoint.pk,
        announcement=save_announcement(operator(company.pk), {"external_id": "beta-named", "title": "Beta"}).id,
        medium=medium.pk,
        library=library.pk,
        library_item=LibraryItem.objects.get(company_id=company.pk, library=library).pk,
        **of_rep(company, rep),
    )
    request_opt_in(operator(company.pk), [contact.pk])
    track_event(operator(company.pk), Event("bought", "Bought a hat"), contact_id=contact.pk)
    return Beta(company, names)


def of_rep(company: Company, rep: Membership) -> dict[str, int]:
    """What a rep of the company has."""
    whole = permissions_of(Role.REP, ())
    actor = Actor(company.pk, "Rhea", "test", whole, membership_id=rep.pk, user_id=rep.user_id, role=Role.REP)
    own = make_contact(company, by=actor)
    task = json.loads(add_task(actor, {"title": "Call", "contact_id": own.pk}, Shape({"id": "id"})))["id"]
    complete_task(actor, task, Shape({"id": "id"}))
    group = json.loads(add_group(actor, {"name": "Hot"}, Shape({"id": "id"})))["id"]
    add_to_group(actor, group, [own.pk], Shape({"id": "id"}))
    place = {"title": "T", "url": "https://t.test"}
    return {
        "user": rep.user_id,
        "rep": rep.pk,
        "task": task,
        "group": group,
        "activity": Activity.objects.get(company_id=company.pk, contact_id=own.pk).pk * 4,
        "link": add_link(actor, ProfileLink.Kind.LINK, place).pk,
        "favorite": add_link(actor, ProfileLink.Kind.FAVORITE, place).pk,
        "device": keep_device(actor, Device("uid", "ios", "token")).pk,
    }


Call = Callable[[Names], dict[str, Any]]
FREE: tuple[Call, ...] = ()  # names nothing of anybody


def path(text: str) -> Call:
    """A call that names things in its path only."""
    return lambda n: {"path": text.format(n=n)}


def body(json: Callable[[Names], Any], at: str = "") -> Call:
    return lambda n: {"path": at.format(n=n), "json": json(n)}


def query(params: Callable[[Names], dict[str, Any]]) -> Call:
    return lambda n: {"params": params(n)}


def advanced_groups(source: str, name: str, operator: str, value: Any) -> list[Any]:
    """A filter with one condition."""
    return [[{"source": [source, name], "operator": operator, "value": value}]]


def advanced(source: str, name: str, operator: str, value: Any) -> dict[str, Any]:
    """The same as parameters."""
    groups = advanced_groups(source, name, operator, value)
    return {"filter_type": "advanced", "advanced_filters": json.dumps(groups)}


CRM = "fluent-crm/v2/"
A_NOTE = {"title": "T", "description": "D", "type": "note"}


def beside(what: str, **json: Any) -> Call:
    """A call for what stands beside a contact."""
    return body(lambda _: json, f"{CRM}subscribers/{{n.contact}}/{what}")


CRM_CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    ("GET", ""): FREE,
    ("GET", "fluent-crm/v2"): FREE,
    ("GET", "wp/v2/users/me"): FREE,
    ("GET", "portico/avatar.svg"): FREE,
    ("GET", "portico/sample.csv"): FREE,
    # Contacts
    ("GET", CRM + "subscribers"): (
        query(lambda n: {"search": n.email}),
        query(lambda n: {"tags[]": n.tag}),
        query(lambda n: {"tags[]": n.tag_title}),
        query(lambda n: {"lists[]": n.list}),
        query(lambda n: {"company_ids[]": n.organization}),
        query(lambda n: advanced("segment", "tags", "in", [n.tag])),
        query(lambda n: advanced("segment", "tags", "not_in", [n.tag])),
        query(lambda n: advanced("segment", "tags", "not_in_all", [n.tag])),
        query(lambda n: advanced("segment", "lists", "not_in", [n.list])),
        query(lambda n: advanced("subscriber", "email", "=", n.email)),
        query(lambda n: advanced("subscriber", "search", "contains", n.email)),
        query(lambda n: advanced("subscriber", "contact_owner", "=", n.member)),
        query(lambda n: advanced("subscriber", "id", "in", [n.contact])),
    ),
    ("POST", CRM + "subscribers"): (
        body(lambda n: {"email": "kim@acme.test", "status": "subscribed", "tags": [n.tag], "lists": [n.list]}),
        body(lambda n: {"email": "lee@acme.test", "status": "subscribed", "contact_owner": n.member}),
        body(lambda n: {"email": "max@acme.test", "status": "subscribed", "id": n.contact}),
        body(lambda n: {"email": "ned@acme.test", "status": "subscribed", "companies": [n.organization]}),
    ),
    ("DELETE", CRM + "subscribers"): (body(lambda n: {"subscribers": [n.contact]}),),
    ("PUT", CRM + "subscribers/subscribers-property"): (
        body(lambda n: {"property": "status", "value": "unsubscribed", "subscribers": [n.contact]}),
        body(lambda n: {"property": "company_id", "value": n.organization, "subscribers": [n.contact]}),
    ),
    ("POST", CRM + "subscribers/sync-segments"): (
        body(lambda n: {"type": "tags", "attach": [n.tag], "find_by": "id", "subscribers": [n.contact]}),
        body(lambda n: {"type": "lists", "detach": [n.list], "find_by": "id", "subscribers": [n.contact]}),
    ),
    ("POST", CRM + "subscribers/bulk-add-update"): (
        body(lambda n: {"contacts": [{"email": "pat@acme.test", "status": "subscribed", "tags": [n.tag]}]}),
        body(lambda n: {"contacts": [{"email": "sam@acme.test", "status": "subscribed", "contact_owner": n.member}]}),
    ),
    ("GET", CRM + "subscribers/prev-next-ids"): (
        query(lambda n: {"filter_type": "simple", "current_id": n.contact}),
        query(lambda n: {"filter_type": "simple", "current_id": n.contact, "tags[]": n.tag}),
    ),
    ("GET", CRM + "subscribers/<int:id>"): (
        path("fluent-crm/v2/subscribers/{n.contact}"),
        lambda n: {"path": CRM + "subscribers/0", "params": {"get_by_email": n.email}},
    ),
    ("DELETE", CRM + "subscribers/<int:id>"): (path("fluent-crm/v2/subscribers/{n.contact}"),),
    ("PUT", CRM + "subscribers/<int:id>"): (
        body(lambda _: {"first_name": "Eve"}, "fluent-crm/v2/subscribers/{n.contact}"),
        body(lambda n: {"company_id": n.organization}, "fluent-crm/v2/subscribers/{n.contact}"),
    ),
    # What a contact has beside itself
    ("GET", CRM + "subscribers/search-contacts"): (
        query(lambda n: {"search": n.email}),
        query(lambda n: {"values[]": n.contact}),
    ),
    ("POST", CRM + "subscribers/do-bulk-action"): (
        body(lambda n: {"action_name": "delete_contacts", "subscriber_ids": [n.contact]}),
        body(lambda n: {"action_name": "add_to_tags", "action_options": [n.tag], "subscriber_ids": [n.contact]}),
        body(lambda n: {"action_name": "delete_contacts", "is_all": "yes", "contact_query": {"tags": [n.tag]}}),
        body(lambda n: {"action_name": "send_double_optin", "is_all": "yes", "contact_query": {"search": n.email}}),
    ),
    ("POST", CRM + "subscribers/track-event"): (
        body(lambda n: {"event_key": "bought", "title": "Bought a hat", "subscriber_id": n.contact}),
        body(lambda n: {"event_key": "bought", "title": "Bought a hat", "email": n.email}),
    ),
    ("GET", CRM + "subscribers/<int:id>/tracking-events"): (beside("tracking-events"),),
    ("GET", CRM + "subscribers/<int:id>/notes"): (beside("notes"),),
    ("POST", CRM + "subscribers/<int:id>/notes"): (beside("notes", note=A_NOTE),),
    ("PUT", CRM + "subscribers/<int:id>/notes/<int:note_id>"): (beside("notes/{n.note}", note=A_NOTE),),
    ("DELETE", CRM + "subscribers/<int:id>/notes/<int:note_id>"): (beside("notes/{n.note}"),),
    ("POST", CRM + "subscribers/<int:id>/send-double-optin"): (beside("send-double-optin"),),
    ("GET", CRM + "subscribers/<int:id>/emails"): (beside("emails"),),
    ("DELETE", CRM + "subscribers/<int:id>/emails"): (beside("emails"),),
    ("POST", CRM + "subscribers/<int:id>/emails/send"): (beside("emails/send"),),
    ("GET", CRM + "subscribers/<int:id>/emails/template-mock"): (beside("emails/template-mock"),),
    ("GET", CRM + "subscribers/<int:id>/url-metrics"): (beside("url-metrics"),),
    ("GET", CRM + "subscribers/<int:id>/purchase-history"): (beside("purchase-history"),),
    ("GET", CRM + "subscribers/<int:id>/form-submissions"): (beside("form-submissions"),),
    ("GET", CRM + "subscribers/<int:id>/support-tickets"): (beside("support-tickets"),),
    ("GET", CRM + "subscribers/<int:id>/info-widgets"): (beside("info-widgets"),),
    ("GET", CRM + "subscribers/<int:id>/external_view"): (beside("external_view"),),
    ("POST", CRM + "subscribers/<int:id>/external_view"): (beside("external_view"),),
    ("GET", CRM + "subscribers/<int:id>/dynamic-item-view"): (beside("dynamic-item-view"),),
    # Segments
    ("GET", CRM + "dynamic-segments"): FREE,
    ("POST", CRM + "dynamic-segments"): (
        body(lambda n: {"segment": {"title": "Mine", "filters": advanced_groups("segment", "tags", "in", [n.tag])}}),
    ),
    ("GET", CRM + "dynamic-segments/stats"): FREE,
    ("GET", CRM + "dynamic-segments/custom-fields"): FREE,
    ("POST", CRM + "dynamic-segments/estimated-contacts"): (
        body(lambda n: {"filters": advanced_groups("segment", "tags", "not_in", [n.tag])}),
        body(lambda n: {"filters": advanced_groups("subscriber", "id", "=", n.contact)}),
    ),
    ("POST", CRM + "dynamic-segments/duplicate/<int:id>"): (
        path("fluent-crm/v2/dynamic-segments/duplicate/{n.segment}"),
    ),
    ("PUT", CRM + "dynamic-segments/<int:id>"): (
        body(lambda _: {"segment": {"title": "Mine"}}, "fluent-crm/v2/dynamic-segments/{n.segment}"),
    ),
    ("DELETE", CRM + "dynamic-segments/<int:id>"): (path("fluent-crm/v2/dynamic-segments/{n.segment}"),),
    ("GET", CRM + "dynamic-segments/<str:slug>/subscribers/<int:id>"): (
        path("fluent-crm/v2/dynamic-segments/custom_segments/subscribers/{n.segment}"),
    ),
    # Organizations
    ("GET", CRM + "companies"): (query(lambda _: {"search": "Beta Works"}),),
    ("POST", CRM + "companies"): (
        body(lambda n: {"name": "Mine", "intended_contact_id": n.contact}),
        body(lambda n: {"name": "Mine", "owner_id": n.contact}),
    ),
    ("PUT", CRM + "companies/companies-property"): (
        body(lambda n: {"property": "type", "value": "Other", "companies": [n.organization]}),
        body(lambda n: {"property": "owner_id", "value": n.contact, "companies": [n.organization]}),
    ),
    ("POST", CRM + "companies/do-bulk-action"): (
        body(lambda n: {"action_name": "delete_companies", "company_ids": [n.organization]}),
        body(lambda n: {"action_name": "change_company_type", "new_status": "x", "company_ids": [n.organization]}),
        body(lambda n: {"action_name": "delete_companies", "last_id": n.organization - 1}),
    ),
    ("GET", CRM + "companies/search"): (
        query(lambda n: {"values[]": n.organization}),
        query(lambda n: {"subscriber_id": n.contact}),
    ),
    ("GET", CRM + "companies/search-unattached-contacts"): (
        query(lambda n: {"company_id": n.organization, "search": n.email}),
    ),
    ("POST", CRM + "companies/attach-subscribers"): (
        body(lambda n: {"subscriber_ids": [n.contact], "company_ids": [n.organization]}),
    ),
    ("POST", CRM + "companies/detach-subscribers"): (
        body(lambda n: {"subscriber_ids": [n.contact], "company_ids": [n.organization]}),
    ),
    ("POST", CRM + "companies/csv-import"): (
        body(lambda n: {"file": n.firms, "map": [{"csv": "Name", "table": "name"}]}),
    ),
    ("GET", CRM + "companies/custom-fields"): FREE,
    ("PUT", CRM + "companies/custom-fields"): FREE,
    ("GET", CRM + "companies/<int:id>"): (path("fluent-crm/v2/companies/{n.organization}"),),
    ("PUT", CRM + "companies/<int:id>"): (
        body(lambda _: {"name": "Mine"}, "fluent-crm/v2/companies/{n.organization}"),
    ),
    ("DELETE", CRM + "companies/<int:id>"): (path("fluent-crm/v2/companies/{n.organization}"),),
    ("GET", CRM + "companies/<int:id>/custom_tab_view"): (
        path("fluent-crm/v2/companies/{n.organization}/custom_tab_view"),
    ),
    ("GET", CRM + "companies/<int:id>/notes"): (path("fluent-crm/v2/companies/{n.organization}/notes"),),
    ("POST", CRM + "companies/<int:id>/notes"): (
        body(
            lambda _: {"note": {"title": "t", "description": "d", "type": "note"}},
            "fluent-crm/v2/companies/{n.organization}/notes",
        ),
    ),
    ("PUT", CRM + "companies/<int:id>/notes/<int:note_id>"): (
        body(
            lambda _: {"note": {"title": "t", "description": "d", "type": "note"}},
            "fluent-crm/v2/companies/{n.organization}/notes/{n.organization_note}",
        ),
    ),
    ("DELETE", CRM + "companies/<int:id>/notes/<int:note_id>"): (
        path("fluent-crm/v2/companies/{n.organization}/notes/{n.organization_note}"),
    ),
    # Import and export
    ("GET", CRM + "subscribers-export"): (
        query(lambda n: {"search": n.email, "columns[]": "email"}),
        query(lambda n: {"tags[]": n.tag}),
        query(lambda n: {"lists[]": n.list_title}),
    ),
    ("POST", CRM + "subscribers-export"): (body(lambda n: {"tags": [n.tag_title], "columns": ["tags", "lists"]}),),
    ("POST", CRM + "import/csv-upload"): FREE,
    ("POST", CRM + "import/csv-import"): (
        body(lambda n: {"file": n.upload, "map": [{"csv": "Email", "table": "email"}], "new_status": "subscribed"}),
    ),
    ("GET", CRM + "import/drivers"): FREE,
    ("GET", CRM + "import/drivers/<str:driver>"): (
        lambda n: {
            "path": CRM + "import/drivers/users",
            "params": {"summary": "1", "config[roles][]": "rep", "config[tags][]": n.tag},
        },
    ),
    ("POST", CRM + "import/drivers/<str:driver>"): (
        body(
            lambda n: {
                "config": {"roles": ["manager"], "tags": [n.tag], "lists": [n.list], "status": "subscribed"},
            },
            "fluent-crm/v2/import/drivers/users",
        ),
    ),
    ("POST", CRM + "import/users"): (
        body(lambda n: {"roles": ["manager"], "tags": [n.tag], "lists": [n.list], "new_status": "subscribed"}),
    ),
    # Incoming webhooks and labels
    ("GET", CRM + "webhooks"): (query(lambda n: {"search": n.tag_title}),),
    ("POST", CRM + "webhooks"): (
        body(lambda n: {"name": "Mine", "status": "pending", "tags": [n.tag], "lists": [n.list]}),
        body(lambda n: {"name": "Mine", "status": "pending", "tags": [n.tag_title], "lists": [n.list_title]}),
    ),
    ("GET", CRM + "webhooks/sms"): FREE,
    ("PUT", CRM + "webhooks/<int:id>"): (
        body(lambda _: {"name": "Mine", "status": "pending"}, "fluent-crm/v2/webhooks/{n.webhook}"),
    ),
    ("DELETE", CRM + "webhooks/<int:id>"): (path("fluent-crm/v2/webhooks/{n.webhook}"),),
    ("GET", CRM + "labels"): FREE,
    ("POST", CRM + "labels"): FREE,
    ("PUT", CRM + "labels/<int:id>"): (
        body(lambda _: {"label": {"title": "Mine", "color": "#000000"}}, "fluent-crm/v2/labels/{n.mail_label}"),
    ),
    ("DELETE", CRM + "labels/<int:id>"): (path("fluent-crm/v2/labels/{n.mail_label}"),),
    # Tags
    ("GET", CRM + "tags"): (query(lambda n: {"search": n.tag_title}),),
    ("POST", CRM + "tags"): FREE,
    ("POST", CRM + "tags/bulk"): FREE,
    ("POST", CRM + "tags/do-bulk-action"): (body(lambda n: {"tagIds": [n.tag]}),),
    ("GET", CRM + "tags/<int:id>"): (path("fluent-crm/v2/tags/{n.tag}"),),
    ("PUT", CRM + "tags/<int:id>"): (body(lambda _: {"title": "Mine"}, "fluent-crm/v2/tags/{n.tag}"),),
    ("DELETE", CRM + "tags/<int:id>"): (path("fluent-crm/v2/tags/{n.tag}"),),
    # Lists
    ("GET", CRM + "lists"): (query(lambda n: {"search": n.list_title}),),
    ("POST", CRM + "lists"): FREE,
    ("POST", CRM + "lists/bulk"): FREE,
    ("POST", CRM + "lists/do-bulk-action"): (body(lambda n: {"listIds": [n.list]}),),
    ("GET", CRM + "lists/<int:id>"): (path("fluent-crm/v2/lists/{n.list}"),),
    ("PUT", CRM + "lists/<int:id>"): (body(lambda _: {"title": "Mine"}, "fluent-crm/v2/lists/{n.list}"),),
    ("DELETE", CRM + "lists/<int:id>"): (path("fluent-crm/v2/lists/{n.list}"),),
    # Custom fields
    ("GET", CRM + "custom-fields/contacts"): FREE,
    ("PUT", CRM + "custom-fields/contacts"): FREE,
    ("PUT", CRM + "custom-fields/contacts/update_group_name"): (
        body(lambda n: {"old_name": n.field_group, "new_name": "Mine"}),
    ),
    # Reports
    ("GET", CRM + "reports/options"): FREE,
    ("GET", CRM + "reports/ping"): FREE,
    ("GET", CRM + "reports/ajax-options"): (
        query(lambda n: {"option_key": "users", "search": n.member_email}),
        query(lambda n: {"option_key": "users", "search": "nothing", "values[]": n.member}),
    ),
    ("GET", CRM + "reports/taxonomy-terms"): FREE,
    ("GET", CRM + "reports/cascade_selections"): FREE,
    ("GET", CRM + "reports/advanced-providers"): FREE,
    ("GET", CRM + "reports/dashboard-stats"): FREE,
    ("GET", CRM + "reports/subscribers"): FREE,
    ("GET", CRM + "reports/email-sents"): FREE,
    ("GET", CRM + "reports/email-opens"): FREE,
    ("GET", CRM + "reports/email-clicks"): FREE,
    ("GET", CRM + "reports/email-performance"): FREE,
    ("GET", CRM + "reports/emails"): FREE,
    ("DELETE", CRM + "reports/emails"): FREE,
    ("GET", CRM + "commerce-reports/<str:provider>"): FREE,
    ("GET", CRM + "commerce-reports/<str:provider>/report"): FREE,
    # Users, search, articles, forms
    ("GET", CRM + "users"): FREE,
    ("GET", CRM + "users/roles"): FREE,
    ("GET", CRM + "global-search"): (query(lambda n: {"search": n.email}),),
    ("GET", CRM + "docs"): FREE,
    ("GET", CRM + "docs/addons"): FREE,
    ("GET", CRM + "docs/<int:id>"): FREE,
    ("GET", CRM + "forms"): FREE,
    ("GET", CRM + "forms/templates"): FREE,
    ("GET", CRM + "forms/<int:id>/entries"): FREE,
    ("GET", CRM + "forms/<int:form_id>/entries/<int:id>"): FREE,
    # Lists of what comes with the mail engine
    ("GET", CRM + "campaigns"): FREE,
    ("GET", CRM + "campaigns/<int:id>"): FREE,
    ("GET", CRM + "campaigns-pro/posts"): FREE,
    ("GET", CRM + "campaigns-pro/posts/taxonomies"): FREE,
    ("GET", CRM + "campaigns-pro/products"): FREE,
    ("GET", CRM + "recurring-campaigns"): FREE,
    ("GET", CRM + "recurring-campaigns/<int:id>"): FREE,
    ("GET", CRM + "sequences"): FREE,
    ("GET", CRM + "sequences/<int:id>"): FREE,
    ("GET", CRM + "sequences/subscriber/<int:id>/sequences"): (
        path("fluent-crm/v2/sequences/subscriber/{n.contact}/sequences"),
    ),
    ("GET", CRM + "sms/campaigns"): FREE,
    ("GET", CRM + "sms/campaigns/<int:id>"): FREE,
    ("GET", CRM + "sms/messages"): FREE,
    ("GET", CRM + "templates"): FREE,
    ("GET", CRM + "templates/<int:id>"): FREE,
    ("GET", CRM + "templates/all"): FREE,
    ("GET", CRM + "templates/built-in-templates"): FREE,
    ("GET", CRM + "templates/smartcodes"): FREE,
    ("GET", CRM + "funnels"): FREE,
    ("GET", CRM + "funnels/<int:id>"): FREE,
    ("GET", CRM + "funnels/all-activities"): FREE,
    ("GET", CRM + "funnels/templates"): FREE,
    ("GET", CRM + "funnels/triggers"): FREE,
    ("GET", CRM + "funnels/subscriber/<int:id>/automations"): (
        path("fluent-crm/v2/funnels/subscriber/{n.contact}/automations"),
    ),
    ("GET", CRM + "abandon-carts"): FREE,
    ("GET", CRM + "abandon-carts/report-summary"): FREE,
    ("GET", CRM + "smart-links"): FREE,
    ("GET", CRM + "migrators"): FREE,
    # Settings
    ("GET", CRM + "setting"): FREE,
    ("PUT", CRM + "setting"): FREE,
    ("GET", CRM + "setting/double-optin"): (query(lambda n: {"list_id": n.list}),),
    ("PUT", CRM + "setting/double-optin"): (body(lambda n: {"list_id": n.list, "global_double_optin": "yes"}),),
    ("GET", CRM + "setting/auto_subscribe_settings"): FREE,
    ("POST", CRM + "setting/auto_subscribe_settings"): FREE,
    ("GET", CRM + "setting/compliance"): FREE,
    ("POST", CRM + "setting/compliance"): FREE,
    ("GET", CRM + "setting/experiments"): FREE,
    ("POST", CRM + "setting/experiments"): FREE,
    ("GET", CRM + "setting/experiments/campaigns"): FREE,
    ("GET", CRM + "setting/integrations"): FREE,
    ("POST", CRM + "setting/integrations"): FREE,
    ("GET", CRM + "setting/bounce_configs"): FREE,
    ("GET", CRM + "setting/test"): FREE,
    ("POST", CRM + "setting/test"): FREE,
    ("PUT", CRM + "setting/test"): FREE,
    ("DELETE", CRM + "setting/test"): FREE,
    ("GET", CRM + "setting/cron_status"): FREE,
    ("POST", CRM + "setting/run_cron"): FREE,
    ("GET", CRM + "setting/old_logs"): FREE,
    ("DELETE", CRM + "setting/old_logs"): FREE,
    ("GET", CRM + "setting/system-logs"): FREE,
    ("GET", CRM + "setting/system-logs/reset"): FREE,
    ("GET", CRM + "setting/activity-logs"): (query(lambda n: {"search": n.member_email}),),
    ("GET", CRM + "setting/activity-logs/reset"): FREE,
    # Managers and keys
    ("GET", CRM + "campaign-pro-settings/managers"): FREE,
    ("POST", CRM + "campaign-pro-settings/managers"): (
        body(lambda n: {"manager": {"email": n.member_email, "permissions": ["fcrm_read_contacts"]}}),
    ),
    ("PUT", CRM + "campaign-pro-settings/managers/<int:id>"): (
        body(
            lambda n: {"manager": {"email": n.member_email, "permissions": ["fcrm_read_contacts"]}},
            "fluent-crm/v2/campaign-pro-settings/managers/{n.member}",
        ),
    ),
    ("DELETE", CRM + "campaign-pro-settings/managers/<int:id>"): (
        path("fluent-crm/v2/campaign-pro-settings/managers/{n.member}"),
    ),
    ("GET", CRM + "setting/rest-keys"): FREE,
    ("POST", CRM + "setting/rest-keys"): (body(lambda n: {"api_name": "mine", "api_user_id": n.member}),),
    ("DELETE", CRM + "setting/rest-keys"): (body(lambda n: {"user_id": n.member, "uuid": n.key_uuid}),),
}

A_LINK = {"title": "Eve", "url": "https://eve.test"}
FLUID_CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    # Sign-in is the person's, whatever company: what one may not tell is told in tests/protocols/fluid/test_passcodes.
    ("POST", "authentication/send_mfa"): (query(lambda n: {"email": n.email}),),
    ("POST", "authentication/confirm_mfa"): FREE,
    ("POST", "authentication/resend_mfa"): FREE,
    ("POST", "authentication/magic_link"): FREE,
    ("POST", "authentication/magic_link/confirm"): FREE,
    ("GET", "authentication/me"): FREE,
    ("GET", "authentication/company/<str:fluid_shop>"): FREE,  # public by design: how a company shows itself
    ("PUT", "authentication/company/<int:company_id>/switch"): (path("authentication/company/{n.company}/switch"),),
    ("PUT", "user_companies/jwt_exchange"): FREE,
    ("PUT", "user_companies/token_exchange"): FREE,
    ("PUT", "user_companies/jwt_refresh"): FREE,
    ("PUT", "user_companies/token_revoke"): FREE,
    # The profile
    ("GET", "me"): FREE,
    ("PATCH", "me"): FREE,
    ("PUT", "me"): FREE,
    ("PATCH", "users/<int:id>"): (body(lambda _: {"bio": "Eve"}, "users/{n.user}"),),
    ("GET", "users/<int:user_id>/links"): (path("users/{n.user}/links"),),
    ("POST", "users/<int:user_id>/links"): (body(lambda _: A_LINK, "users/{n.user}/links"),),
    ("PATCH", "users/<int:user_id>/links/bulk_reorder"): (
        body(lambda n: {"ids": [n.link]}, "users/{n.user}/links/bulk_reorder"),
    ),
    ("PATCH", "users/<int:user_id>/links/<int:id>"): (body(lambda _: A_LINK, "users/{n.user}/links/{n.link}"),),
    ("DELETE", "users/<int:user_id>/links/<int:id>"): (path("users/{n.user}/links/{n.link}"),),
    ("GET", "user_companies/<int:user_company_id>/favorites"): (path("user_companies/{n.rep}/favorites"),),
    ("POST", "user_companies/<int:user_company_id>/favorites"): (
        body(lambda _: A_LINK, "user_companies/{n.rep}/favorites"),
    ),
    ("PATCH", "user_companies/<int:user_company_id>/favorites/bulk_reorder"): (
        body(lambda n: {"ids": [n.favorite]}, "user_companies/{n.rep}/favorites/bulk_reorder"),
    ),
    ("DELETE", "user_companies/<int:user_company_id>/favorites/<int:id>"): (
        path("user_companies/{n.rep}/favorites/{n.favorite}"),
    ),
    ("PUT", "user_companies/<int:company_id>/update_email_signature"): (
        body(lambda _: {"email_signature": "Eve"}, "user_companies/{n.company}/update_email_signature"),
        body(lambda _: {"email_signature": "Eve"}, "user_companies/{n.rep}/update_email_signature"),
    ),
    ("GET", "user_notification_prefs"): FREE,
    ("PATCH", "user_notification_prefs/update_prefs"): FREE,
    ("GET", "user_notification_prefs/prefs_to_preset"): FREE,
    ("PATCH", "user_notification_prefs/<int:id>"): FREE,  # of a list that is the same everywhere
    ("POST", "devices/create_or_refresh"): (
        body(lambda _: {"device_uid": "uid", "device_type": "ios", "push_token": "mine"}, "devices/create_or_refresh"),
    ),
    ("DELETE", "devices/<int:id>"): (path("devices/{n.device}"),),
    ("GET", "leads/detail"): FREE,
    ("GET", "team"): FREE,
    # Contacts and what stands beside them
    ("GET", "contacts"): (query(lambda n: {"search": n.email}), query(lambda n: {"group_id": n.group})),
    ("GET", "v3/contacts"): (query(lambda n: {"search": n.email}),),
    ("POST", "contacts"): FREE,
    ("GET", "orders"): (query(lambda n: {"search": n.email}),),
    ("GET", "orders/<int:id>"): (path("orders/{n.order}"),),
    ("GET", "events"): FREE,
    ("GET", "events/feed"): FREE,
    ("POST", "events/feed"): FREE,
    ("DELETE", "events/feed"): FREE,
    ("GET", "events/<int:id>"): (path("events/{n.event}"),),
    ("PUT", "events/<int:id>/rsvp"): (body(lambda _: {"status": "going"}, "events/{n.event}/rsvp"),),
    ("GET", "trainings"): FREE,
    ("GET", "explore/trainings"): FREE,
    ("GET", "trainings/<int:id>"): (path("trainings/{n.training}"),),
    ("PATCH", "trainings/<int:id>/progress"): (
        body(lambda _: {"progress_percent": 50}, "trainings/{n.training}/progress"),
        body(lambda _: {"module_id": 1, "completed": True}, "trainings/{n.training}/progress"),
    ),
    ("GET", "announcements"): FREE,
    ("GET", "announcements/<int:id>"): (path("announcements/{n.announcement}"),),
    ("PUT", "announcements/<int:id>/read"): (path("announcements/{n.announcement}/read"),),
    ("GET", "media"): FREE,
    ("GET", "v1.1/media"): FREE,
    ("GET", "explore/media"): FREE,
    ("GET", "new_and_trending_shareables"): FREE,
    ("GET", "uploads"): FREE,
    ("POST", "media"): FREE,
    ("GET", "media/<int:id>"): (path("media/{n.medium}"),),
    ("PATCH", "media/<int:id>"): (body(lambda _: {"title": "Ours"}, "media/{n.medium}"),),
    ("PUT", "media/<int:id>"): (body(lambda _: {"title": "Ours"}, "media/{n.medium}"),),
    ("DELETE", "media/<int:id>"): (path("media/{n.medium}"),),
    ("POST", "media/<int:id>/comment"): (body(lambda _: {"comment": "Hello"}, "media/{n.medium}/comment"),),
    ("GET", "media/<int:id>/internal_comments"): (path("media/{n.medium}/internal_comments"),),
    ("GET", "media/<int:id>/reactions"): (path("media/{n.medium}/reactions"),),
    ("POST", "media/<int:id>/reactions"): (body(lambda _: {"reaction": "like"}, "media/{n.medium}/reactions"),),
    ("DELETE", "media/<int:id>/reactions"): (path("media/{n.medium}/reactions"),),
    ("GET", "media/<int:id>/watches"): (path("media/{n.medium}/watches"),),
    ("GET", "media/<int:id>/external_comments"): (path("media/{n.medium}/external_comments"),),
    ("GET", "media/<int:id>/watch"): (path("media/{n.medium}/watch"),),
    ("POST", "media/<int:id>/watch"): (body(lambda _: {"seconds": 3}, "media/{n.medium}/watch"),),
    ("GET", "media/<int:id>/views"): (path("media/{n.medium}/views"),),
    ("GET", "media/<int:id>/leads"): (path("media/{n.medium}/leads"),),
    ("POST", "media/<int:id>/share"): (body(lambda n: {"contact_id": n.contact}, "media/{n.medium}/share"),),
    ("GET", "shares"): FREE,
    ("GET", "libraries"): FREE,
    ("POST", "libraries"): (
        body(lambda n: {"title": "Ours", "library_items_attributes": [{"relateable_id": n.medium}]}, "libraries"),
    ),
    ("GET", "libraries/<int:id>"): (path("libraries/{n.library}"),),
    ("PATCH", "libraries/<int:id>"): (body(lambda n: {"library_items": [n.library_item]}, "libraries/{n.library}"),),
    ("PUT", "libraries/<int:id>"): (body(lambda _: {"title": "Ours"}, "libraries/{n.library}"),),
    ("DELETE", "libraries/<int:id>"): (path("libraries/{n.library}"),),
    ("PUT", "libraries/<int:id>/add_item_to_library"): (
        body(lambda n: {"relateable_id": n.medium}, "libraries/{n.library}/add_item_to_library"),
    ),
    ("DELETE", "libraries/<int:id>/destroy_library_item"): (
        body(lambda n: {"library_item_id": n.library_item}, "libraries/{n.library}/destroy_library_item"),
    ),
    ("POST", "libraries/<int:id>/share"): (body(lambda _: {}, "libraries/{n.library}/share"),),
    ("POST", "public/v2025-06/playlists/<str:slug>"): FREE,  # public by design: for whoever knows its slug
    ("GET", "mysite"): FREE,
    ("PUT", "mysite"): FREE,
    ("GET", "mysite/views"): FREE,
    ("GET", "mysite/leads"): FREE,
    ("POST", "mysite/<str:slug>/leads"): FREE,  # public by design: whoever knows a page may fill in its form
    ("GET", "analytics"): FREE,
    ("GET", "analytics/all"): FREE,
    ("GET", "share_page_stats"): FREE,
    ("GET", "contacts/<int:id>"): (path("contacts/{n.contact}"),),
    ("PATCH", "contacts/<int:id>"): (body(lambda _: {"first_name": "Eve"}, "contacts/{n.contact}"),),
    ("PUT", "contacts/<int:id>"): (body(lambda _: {"status": "archived"}, "contacts/{n.contact}"),),
    ("DELETE", "contacts/<int:id>"): (path("contacts/{n.contact}"),),
    ("POST", "contacts/<int:id>/restore"): (path("contacts/{n.contact}/restore"),),
    ("GET", "notes"): (query(lambda n: {"contact_id": n.contact}),),
    ("POST", "notes"): (body(lambda n: {"contact_id": n.contact, "body": "Eve"}, "notes"),),
    ("PATCH", "notes/<int:id>"): (body(lambda _: {"body": "Eve"}, "notes/{n.note}"),),
    ("DELETE", "notes/<int:id>"): (path("notes/{n.note}"),),
    ("GET", "groups"): FREE,
    ("POST", "groups"): FREE,
    ("GET", "groups/<int:id>"): (path("groups/{n.group}"),),
    ("PATCH", "groups/<int:id>"): (body(lambda _: {"name": "Eve"}, "groups/{n.group}"),),
    ("DELETE", "groups/<int:id>"): (path("groups/{n.group}"),),
    ("PUT", "groups/<int:group_id>/add_contacts"): (
        body(lambda n: {"contact_ids": [n.contact]}, "groups/{n.group}/add_contacts"),
    ),
    ("PUT", "groups/<int:group_id>/remove_contacts"): (
        body(lambda n: {"contact_ids": [n.contact]}, "groups/{n.group}/remove_contacts"),
    ),
    ("GET", "activities"): (query(lambda n: {"contact_id": n.contact}),),
    ("GET", "v1.1/activities"): (query(lambda n: {"contact_id": n.contact}),),
    ("POST", "activities/read"): FREE,
    ("GET", "activities/<int:id>"): (path("activities/{n.activity}"),),
    ("DELETE", "activities/<int:id>"): (path("activities/{n.activity}"),),
    # Tasks
    ("GET", "tasks"): (query(lambda n: {"contact_id": n.contact}),),
    ("POST", "tasks"): (body(lambda n: {"title": "Eve", "contact_id": n.contact}, "tasks"),),
    ("GET", "tasks/<int:id>"): (path("tasks/{n.task}"),),
    ("PATCH", "tasks/<int:id>"): (body(lambda _: {"title": "Eve"}, "tasks/{n.task}"),),
    ("PUT", "tasks/<int:id>"): (body(lambda n: {"contact_id": n.contact}, "tasks/{n.task}"),),
    ("DELETE", "tasks/<int:id>"): (path("tasks/{n.task}"),),
    ("POST", "tasks/<int:task_id>/complete"): (path("tasks/{n.task}/complete"),),
    ("POST", "tasks/<int:task_id>/reopen"): (path("tasks/{n.task}/reopen"),),
}

NATIVE_CALLS: dict[tuple[str, str], tuple[Call, ...]] = {
    ("GET", "contacts/duplicates"): FREE,
    ("POST", "contacts/merge/preview"): (
        body(lambda n: {"winner": n.contact, "loser": n.contact + 1}),
        body(lambda n: {"winner": NEVER, "loser": n.contact}),
    ),
    ("POST", "contacts/merge"): (
        body(lambda n: {"winner": n.contact, "loser": n.contact + 1}),
        body(lambda n: {"winner": NEVER, "loser": n.contact}),
    ),
    ("POST", "contacts/unmerge"): (body(lambda n: {"merge": n.merge}),),
    ("GET", "contacts/<int:id>"): (path("contacts/{n.contact}"),),
    ("DELETE", "contacts/<int:id>"): (path("contacts/{n.contact}"), path("contacts/{n.merged}")),
    ("GET", "contacts/<int:id>/history"): (path("contacts/{n.contact}/history"), path("contacts/{n.merged}/history")),
    ("GET", "contacts/<int:id>/export"): (path("contacts/{n.contact}/export"),),
    ("GET", "orders"): FREE,
    ("POST", "orders"): (
        body(lambda n: {**AN_ORDER, "contact_id": n.contact}),
        body(lambda n: {**AN_ORDER, "contact_email": n.email}),
        body(lambda n: {**AN_ORDER, "member_id": n.member}),
        body(lambda n: {**AN_ORDER, "member_email": n.member_email}),
        body(lambda n: {**AN_ORDER, "external_id": n.named}),
    ),
    ("GET", "orders/<int:id>"): (path("orders/{n.order}"),),
    ("DELETE", "orders/<int:id>"): (path("orders/{n.order}"),),
    ("GET", "events"): FREE,
    ("POST", "events"): (
        body(lambda n: {**AN_EVENT, "external_id": n.named}),
        body(lambda n: {**AN_EVENT, "external_id": "E", "audience": {"members": [n.member_email]}}),
    ),
    ("GET", "events/<int:id>"): (path("events/{n.event}"),),
    ("DELETE", "events/<int:id>"): (path("events/{n.event}"),),
    ("GET", "trainings"): FREE,
    ("POST", "trainings"): (body(lambda n: {"external_id": n.named, "title": "T", "modules": [{"title": "M"}]}),),
    ("GET", "trainings/<int:id>"): (path("trainings/{n.training}"),),
    ("DELETE", "trainings/<int:id>"): (path("trainings/{n.training}"),),
    ("GET", "announcements"): FREE,
    ("POST", "announcements"): (
        body(lambda n: {"external_id": n.named, "title": "T"}),
        body(lambda n: {"external_id": "A", "title": "T", "audience": {"members": [n.member_email]}}),
    ),
    ("GET", "announcements/<int:id>"): (path("announcements/{n.announcement}"),),
    ("DELETE", "announcements/<int:id>"): (path("announcements/{n.announcement}"),),
    ("GET", "media"): FREE,
    ("POST", "media"): FREE,
    ("GET", "media/<int:id>"): (path("media/{n.medium}"),),
    ("PATCH", "media/<int:id>"): (body(lambda _: {"title": "Eve"}, "media/{n.medium}"),),
    ("DELETE", "media/<int:id>"): (path("media/{n.medium}"),),
    ("PUT", "media/<int:id>/thumbnail"): (
        lambda n: {"path": f"media/{n.medium}/thumbnail", "files": {"file": ("a.png", picture(9, 9))}},
    ),
    ("GET", "libraries"): FREE,
    ("POST", "libraries"): (body(lambda n: {"title": "Eve", "media": [n.medium]}),),
    ("GET", "libraries/<int:id>"): (path("libraries/{n.library}"),),
    ("PATCH", "libraries/<int:id>"): (body(lambda _: {"title": "Eve"}, "libraries/{n.library}"),),
    ("DELETE", "libraries/<int:id>"): (path("libraries/{n.library}"),),
    ("POST", "libraries/<int:id>/items"): (body(lambda n: {"medium_id": n.medium}, "libraries/{n.library}/items"),),
    ("DELETE", "libraries/<int:id>/items/<int:item_id>"): (path("libraries/{n.library}/items/{n.library_item}"),),
    ("GET", "ranks"): FREE,
    ("POST", "ranks"): (
        body(lambda n: {"members": [{"email": n.member_email, "total_points": 1}]}),
        body(lambda n: {"members": [{"email": n.member_email, "sponsor": n.member_email}]}),
    ),
    ("GET", "webhooks"): FREE,
    ("POST", "webhooks"): FREE,
    ("GET", "webhooks/<int:id>"): (path("webhooks/{n.endpoint}"),),
    ("DELETE", "webhooks/<int:id>"): (path("webhooks/{n.endpoint}"),),
    ("POST", "webhooks/<int:id>/rotate"): (path("webhooks/{n.endpoint}/rotate"),),
    ("POST", "webhooks/<int:id>/enable"): (path("webhooks/{n.endpoint}/enable"),),
    ("GET", "webhooks/<int:id>/deliveries"): (path("webhooks/{n.endpoint}/deliveries"),),
    ("POST", "webhooks/deliveries/<int:id>/replay"): (path("webhooks/deliveries/{n.delivery}/replay"),),
}


def test_every_route_is_in_the_tables() -> None:
    assert {(route.method, route.path) for route in NATIVE_ROUTES} == set(NATIVE_CALLS)
    assert {(route.method, route.path) for route in CRM_ROUTES} == set(CRM_CALLS)
    assert {(route.method, route.path) for route in FLUID_ROUTES} == set(FLUID_CALLS)


def test_a_change_of_a_single_row_would_be_seen(beta: Beta) -> None:
    before = beta.everything()
    assert len(before) > 25
    with transaction.atomic():
        Contact.objects.filter(company_id=beta.company.pk, pk=beta.names.contact).update(city="Elsewhere")
        now = beta.everything()
        assert {name for name in before if now[name] != before[name]} == {"Contact"}
        transaction.set_rollback(True)
    assert beta.everything() == before


@pytest.mark.parametrize("as_json", [True, False])
def test_a_code_cannot_tell_the_other_companys_member_from_nobody(server: Server, beta: Beta, *, as_json: bool) -> None:
    acme = make_company()
    own = make_contact(acme)
    set_password(operator(acme.pk), own.pk, "my own")
    code = make_code(acme)

    def asked(user: str, password: str, tag: int | None = None) -> tuple[int, bytes, list[str]]:
        form = {"mbr_auth": code, "user": user, "pass": password, **({"json": "1"} if as_json else {})}
        response = server.post("/", data={**form, **({"required_tags": str(tag)} if tag else {})})
        return response.status_code, response.content, sorted(response.headers)

    before = beta.everything()
    nothing = asked(NOBODY.email, NOBODY.password)
    assert asked(beta.names.email, beta.names.password) == nothing
    assert asked(str(own.email), "my own", beta.names.tag) == nothing
    assert asked(str(own.email), "my own", NOBODY.tag) == nothing
    assert asked(str(own.email), "my own")[1] != nothing[1]
    assert beta.everything() == before


def test_the_other_companys_key_and_code_open_nothing_of_ours(server: Server, beta: Beta) -> None:
    acme = make_company()
    contact = make_contact(acme)
    key, code = make_key(beta.company), make_code(beta.company)
    set_password(operator(acme.pk), contact.pk, "my own")
    shown = server.get(f"/wp-json/{CRM}subscribers/{contact.pk}", auth=(key.username, key.password))
    never = server.get(f"/wp-json/{CRM}subscribers/{NEVER}", auth=(key.username, key.password))
    assert (shown.status_code, shown.json()) == (never.status_code, never.json())
    assert (
        server.post("/", data={"mbr_auth": code, "user": contact.email, "pass": "my own", "json": "1"}).text == "false"
    )
    assert Contact.objects.get(company_id=acme.pk).pk == contact.pk
