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
    # Who asks.
    "Unknown software": lazy("Unknown software"),
    # What a column of a file can be.
    "Email": lazy("Email"),
    "Full name": lazy("Full name"),
    "Prefix": lazy("Prefix"),
    "First name": lazy("First name"),
    "Last name": lazy("Last name"),
    "Phone": lazy("Phone"),
    "Address line 1": lazy("Address line 1"),
    "Address line 2": lazy("Address line 2"),
    "Postal code": lazy("Postal code"),
    "City": lazy("City"),
    "State": lazy("State"),
    "Country": lazy("Country"),
    "Time zone": lazy("Time zone"),
    "Ip": lazy("Ip"),
    "Latitude": lazy("Latitude"),
    "Longitude": lazy("Longitude"),
    "Date of birth": lazy("Date of birth"),
    "Source": lazy("Source"),
    "Avatar": lazy("Avatar"),
    "Consent": lazy("Consent"),
    "Consent reason": lazy("Consent reason"),
    "Stage": lazy("Stage"),
    "Lead type": lazy("Lead type"),
    "Total points": lazy("Total points"),
    "Life time value": lazy("Life time value"),
    "Created at": lazy("Created at"),
    "Last activity at": lazy("Last activity at"),
    "Owner id": lazy("Owner id"),
    "Organization": lazy("Organization"),
    "Tags": lazy("Tags"),
    "Lists": lazy("Lists"),
    "Password": lazy("Password"),
    "Password hash": lazy("Password hash"),
}


def word(value: str) -> str:
    """The value itself where there is nothing else to call it."""
    return str(_WORDS.get(value, value))


def title(value: str) -> str:
    """The same at the beginning of a line."""
    text = word(value)
    return f"{text[:1].upper()}{text[1:]}"
