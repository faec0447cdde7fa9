"""Tables of people and of what a company keeps about them, one file a subject."""

from portico.contacts.models.activities import Activity
from portico.contacts.models.changes import BulkChange
from portico.contacts.models.contacts import SEARCHED, Consent, Contact, Stage
from portico.contacts.models.counts import ContactCount
from portico.contacts.models.events import TrackedEvent
from portico.contacts.models.fields import CustomField
from portico.contacts.models.groups import ContactGroup, ContactGroupMember
from portico.contacts.models.hooks import IncomingWebhook
from portico.contacts.models.imports import ImportBatch, ImportChunk, ImportRejected, ImportReplaced
from portico.contacts.models.labels import ContactList, ContactTag, List, Tag
from portico.contacts.models.notes import ContactNote
from portico.contacts.models.opt_ins import OptInRequest
from portico.contacts.models.organizations import (
    ContactOrganization,
    Organization,
    OrganizationField,
    OrganizationNote,
)
from portico.contacts.models.password_links import PasswordLink
from portico.contacts.models.people import ContactMerge
from portico.contacts.models.segments import Segment
from portico.contacts.models.views import ContactView

__all__ = [
    "SEARCHED",
    "Activity",
    "BulkChange",
    "Consent",
    "Contact",
    "ContactCount",
    "ContactGroup",
    "ContactGroupMember",
    "ContactList",
    "ContactMerge",
    "ContactNote",
    "ContactOrganization",
    "ContactTag",
    "ContactView",
    "CustomField",
    "ImportBatch",
    "ImportChunk",
    "ImportRejected",
    "ImportReplaced",
    "IncomingWebhook",
    "List",
    "OptInRequest",
    "Organization",
    "OrganizationField",
    "OrganizationNote",
    "PasswordLink",
    "Segment",
    "Stage",
    "Tag",
    "TrackedEvent",
]
