"""Rows as PostgreSQL writes them for a screen."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from portico.contacts.models import ContactList, ContactTag


def titles_of(join: type[ContactTag] | type[ContactList], label: str) -> Any:
    """The titles of a contact's tags or lists, in order."""
    rows = join._default_manager.filter(company_id=OuterRef("company_id"), contact_id=OuterRef("id"))
    return ArraySubquery(rows.order_by(f"{label}__title").values(f"{label}__title"))
