"""Tables of people and of what a company keeps about them, one file a subject."""

from portico.contacts.models.contacts import SEARCHED, Consent, Contact, Stage
from portico.contacts.models.counts import ContactCount
from portico.contacts.models.fields import CustomField
from portico.contacts.models.labels import ContactList, ContactTag, List, Tag
from portico.contacts.models.people import ContactMerge

__all__ = [
    "SEARCHED",
    "Consent",
    "Contact",
    "ContactCount",
    "ContactList",
    "ContactMerge",
    "ContactTag",
    "CustomField",
    "List",
    "Stage",
    "Tag",
]
