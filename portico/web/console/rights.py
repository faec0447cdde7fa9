"""What may be done, as people read it: one line for each permission that somebody can be given."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as lazy

from portico.access import Permission
from portico.web.texts import Text

_P = Permission
RIGHTS: Mapping[str, Text] = {
    _P.CONTACTS_READ: lazy("Read contacts"),
    _P.CONTACTS_WRITE: lazy("Add and change contacts"),
    _P.CONTACTS_DELETE: lazy("Delete contacts"),
    _P.CONTACTS_EXPORT: lazy("Export contacts"),
    _P.TAGS_READ: lazy("Read tags, lists and segments"),
    _P.TAGS_WRITE: lazy("Add and change tags, lists and segments"),
    _P.TAGS_DELETE: lazy("Delete tags, lists and segments"),
    _P.REPORTS_READ: lazy("See reports"),
    _P.MAILS_READ: lazy("Read mails"),
    _P.MAILS_WRITE: lazy("Write and send mails"),
    _P.MAILS_DELETE: lazy("Delete mails"),
    _P.TEMPLATES_WRITE: lazy("Change templates of mails"),
    _P.FORMS_WRITE: lazy("Change forms"),
    _P.AUTOMATIONS_READ: lazy("Read automations"),
    _P.AUTOMATIONS_WRITE: lazy("Change automations"),
    _P.AUTOMATIONS_DELETE: lazy("Delete automations"),
    _P.SETTINGS_WRITE: lazy("Change settings"),
    _P.ORDERS_WRITE: lazy("Write orders"),
    _P.EVENTS_WRITE: lazy("Write the calendar's events"),
    _P.TRAININGS_WRITE: lazy("Write trainings and announcements"),
    _P.MEDIA_WRITE: lazy("Change media and libraries"),
    _P.RANKS_WRITE: lazy("Set ranks and points"),
    _P.WEBHOOKS_WRITE: lazy("Change webhooks"),
    _P.MEMBERS_VERIFY: lazy("Verify the logins of members"),
    _P.ADMINISTRATION: lazy("Administration"),
}


def right(permission: str) -> str:
    """The name itself where there is no such permission (any more)."""
    return str(RIGHTS.get(permission, permission))


def rights(permissions: Iterable[str]) -> str:
    return ", ".join(right(one) for one in sorted(permissions))
