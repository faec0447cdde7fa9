"""What the core calls by one short word, as people read it."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as lazy

from portico.web.texts import Text

_WORDS: Mapping[str, Text] = {
    # Whether somebody wants mail, and what somebody is to the company.
    "subscribed": lazy("subscribed"),
    "pending": lazy("pending"),
    "unsubscribed": lazy("unsubscribed"),
    "transactional": lazy("transactional"),
    "bounced": lazy("bounced"),
    "complained": lazy("complained"),
    "spammed": lazy("spammed"),
    "lead": lazy("lead"),
    "prospect": lazy("prospect"),
    "customer": lazy("customer"),
    # What a member is.
    "admin": lazy("admin"),
    "manager": lazy("manager"),
    "rep": lazy("rep"),
    # How far an import or a mail is.
    "waiting": lazy("waiting"),
    "running": lazy("running"),
    "paused": lazy("paused"),
    "cancelled": lazy("cancelled"),
    "done": lazy("done"),
    "failed": lazy("failed"),
    "undoing": lazy("undoing"),
    "undone": lazy("undone"),
    "captured": lazy("captured"),
    "sent": lazy("sent"),
    # What becomes of a row of an import.
    "created": lazy("created"),
    "updated": lazy("updated"),
    "unchanged": lazy("unchanged"),
    "skipped": lazy("skipped"),
    "rejected": lazy("rejected"),
    # What can be looked at.
    "video": lazy("video"),
    "image": lazy("image"),
    "audio": lazy("audio"),
    "document": lazy("document"),
    "pdf": lazy("PDF"),
}


def word(value: str) -> str:
    """The value itself where there is nothing else to call it."""
    return str(_WORDS.get(value, value))


def title(value: str) -> str:
    """The same at the beginning of a line."""
    text = word(value)
    return f"{text[:1].upper()}{text[1:]}"
