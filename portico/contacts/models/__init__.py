"""Tables of people and of what a company keeps about them, one file a subject."""

from portico.contacts.models.contacts import SEARCHED, Consent, Contact, Stage
from portico.contacts.models.counts import ContactCount
from portico.contacts.models.events import TrackedEvent
from portico.contacts.models.fields import CustomField
from portico.contacts.models.labels import ContactList, ContactTag, List, Tag
from portico.contacts.models.notes import ContactNote
from portico.contacts.models.opt_ins import OptInRequest

__all__ = [
    "SEARCHED",
    "Consent",
    "Contact",
    "ContactCount",
    "ContactList",
    "ContactNote",
    "ContactTag",
    "CustomField",
    "List",
    "OptInRequest",
    "Stage",
    "Tag",
    "TrackedEvent",
]
