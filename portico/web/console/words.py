"""What fields, changes and kinds are called on screens."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from portico.contacts.models import CustomField
from portico.web import figures
from portico.web.words import word

_Kind = CustomField.Kind
_DAY = len("YYYY-MM-DD")


def field_labels() -> dict[str, str]:
    """A contact's own fields."""
    return {
        "email": _("E-mail"),
        "prefix": _("Title"),
        "first_name": _("First name"),
        "last_name": _("Last name"),
        "phone": _("Phone"),
        "address_line_1": _("Address"),
        "address_line_2": _("Address, second line"),
        "postal_code": _("Postal code"),
        "city": _("City"),
        "state": _("State"),
        "country": _("Country"),
        "time_zone": _("Time zone"),
        "date_of_birth": _("Birthday"),
        "consent": _("Status"),
        "consent_reason": _("Reason for the status"),
        "stage": _("Stage"),
        "source": _("Source"),
        "lead_type": _("Kind of lead"),
        "avatar": _("Picture"),
        "ip": _("IP address"),
        "latitude": _("Latitude"),
        "longitude": _("Longitude"),
        "total_points": _("Points"),
        "life_time_value": _("Life time value"),
        "owner_id": _("Owner"),
        "organization_id": _("First organization"),
        "custom_values": _("Custom fields"),
        "password_hash": _("Password"),
        "created_at": _("Added"),
        "updated_at": _("Changed"),
        "last_activity_at": _("Last activity"),
        "last_sign_in_at": _("Last sign-in"),
        "archived_at": _("Archived"),
        "discarded_at": _("Discarded"),
        "tag": _("Tag"),
        "list": _("List"),
        "organization": _("Organization"),
    }


def action_labels() -> dict[str, str]:
    """What happened to a contact, as its history has it."""
    return {
        "contact.added": _("Added"),
        "contact.changed": _("Changed"),
        "contact.deleted": _("Deleted"),
        "contact.erased": _("Erased"),
        "contact.exported": _("Exported"),
        "contact.tag_added": _("Tag put on"),
        "contact.tag_removed": _("Tag taken off"),
        "contact.list_added": _("List put on"),
        "contact.list_removed": _("List taken off"),
        "contact.organization_added": _("Works at an organization"),
        "contact.organization_removed": _("No longer works at an organization"),
        "contact.organization_put_first": _("Works first at another organization"),
        "contact.password_set": _("Password set"),
        "contact.password_link_mailed": _("Link to set a password mailed"),
        "contact.password_rehashed": _("Password kept in a safer form"),
        "contact.merged": _("Merged with another contact"),
        "contact.merged_away": _("Became part of another contact"),
        "contact.unmerged": _("Merge undone"),
        "contact.came_back": _("Taken out of another contact again"),
        "contact.opt_in_requested": _("Asked to confirm the address"),
        "note.added": _("Note written"),
        "note.changed": _("Note changed"),
        "note.deleted": _("Note deleted"),
        "task.added": _("Task added"),
        "task.changed": _("Task changed"),
        "task.completed": _("Task completed"),
        "task.reopened": _("Task opened again"),
        "task.deleted": _("Task deleted"),
        "page.viewed": _("Looked at a page"),
        "share.opened": _("Opened what was shared"),
        "lead.captured": _("Left an address"),
        "order.placed": _("Placed an order"),
    }


def field_label(name: str) -> str:
    """As history names it: custom fields stand behind custom_values."""
    return field_labels().get(name) or name.removeprefix("custom_values.")


def detail_label(name: str) -> str:
    """Of what is told about something that a contact did."""
    known = {
        "title": _("Title"),
        "message": _("Message"),
        "number": _("Number"),
        "status": _("Status"),
        "currency": _("Currency"),
        "total": _("Total"),
    }
    return known.get(name) or field_label(name)


def detail(name: str, value: object) -> str:
    return word(value) if name == "status" and isinstance(value, str) else shown(value)


def kind_labels() -> dict[str, str]:
    """Of custom fields."""
    return {
        _Kind.TEXT: _("One line of text"),
        _Kind.TEXTAREA: _("Several lines of text"),
        _Kind.NUMBER: _("Number"),
        _Kind.SINGLE_SELECT: _("One of a list"),
        _Kind.MULTI_SELECT: _("Several of a list"),
        _Kind.RADIO: _("One of some buttons"),
        _Kind.CHECKBOX: _("Several of some boxes"),
        _Kind.DATE: _("Date"),
        _Kind.DATE_TIME: _("Date and time"),
    }


def shown(value: object, *, of: str = "") -> str:
    """Any value of a field, as text; `of` is the field, where that is one of a contact's own."""
    if value in (None, "", [], {}):
        return _("nothing")
    if isinstance(value, str) and of in _AS_WRITTEN:
        return _AS_WRITTEN[of](value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{name}: {shown(one)}" for name, one in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def shown_custom(kind: str, value: object) -> str:
    """The value of a custom field of this kind."""
    if kind == _Kind.DATE and isinstance(value, str):
        return day(value)
    if kind == _Kind.DATE_TIME and isinstance(value, str):
        return _clock(value)
    return shown(value)


def _clock(text: str) -> str:
    """A moment of which nobody has said in which time zone it is."""
    try:
        return figures.moment(datetime.fromisoformat(text)) if len(text) > _DAY else day(text)
    except ValueError:
        return text


def day(text: Any) -> str:
    """A day, or that of a moment, as PostgreSQL writes it into JSON; "" for none, and what is neither itself."""
    try:
        return figures.day(date.fromisoformat(text[:_DAY])) if text else ""
    except ValueError:
        return str(text)


def moment(text: Any) -> str:
    """A moment as PostgreSQL writes it into JSON, in UTC; "" for none, a day alone as such, what is neither itself."""
    if not text or len(text) <= _DAY:
        return day(text)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return str(text)
    return f"{figures.moment(at.astimezone(UTC) if at.tzinfo else at)} UTC"


# Fields whose values are not written as they are kept.
_AS_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "consent": word,
    "stage": word,
    "date_of_birth": day,
    "created_at": moment,
    "updated_at": moment,
    "consent_changed_at": moment,
    "last_activity_at": moment,
    "last_sign_in_at": moment,
    "archived_at": moment,
    "discarded_at": moment,
}
