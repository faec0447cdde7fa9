"""Of what members are told, by which way, and the telling itself. Portico sends mail; what to push, apps ask for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from portico.companies.languages import writing_to
from portico.identity.models import Membership
from portico.outbox.actions import send_mail


class Notification(StrEnum):
    """What a member can be told of. A new one goes to the end: wires count them."""

    TASK_DUE = "task_due"
    LEAD_CAPTURED = "lead_captured"
    ORDER_PLACED = "order_placed"


CATEGORIES = {
    Notification.TASK_DUE: "tasks",
    Notification.LEAD_CAPTURED: "contacts",
    Notification.ORDER_PLACED: "orders",
}
WAYS = ("email", "push")
# What one gets who has chosen nothing, and what presets mean.
PRESETS: Mapping[str, Mapping[Notification, Mapping[str, bool]]] = {
    "all": {one: {"email": True, "push": True} for one in Notification},
    "push_only": {one: {"email": False, "push": True} for one in Notification},
    "none": {one: {"email": False, "push": False} for one in Notification},
}
_DEFAULT = PRESETS["all"]


@dataclass(frozen=True, slots=True)
class Choice:
    """How a member wants to be told of one thing."""

    what: Notification
    email: bool
    push: bool


def choices_of(stored: Mapping[str, Mapping[str, bool]]) -> list[Choice]:
    """All there are, with what is stored in Membership.notification_choices."""
    return [
        Choice(one, **{way: bool(stored.get(one, {}).get(way, _DEFAULT[one][way])) for way in WAYS})
        for one in Notification
    ]


def preset_of(choices: list[Choice]) -> str:
    """The name in PRESETS of these choices, or "custom"."""
    made = {one.what: {way: getattr(one, way) for way in WAYS} for one in choices}
    return next((name for name, preset in PRESETS.items() if preset == made), "custom")


def tell_members(letters: Mapping[int, Callable[[], tuple[str, str]]], what: Notification) -> int:
    """Mail to each of these memberships that wants it, inside the caller's transaction; answers how many those are.

    A letter answers subject and text; it is called where its reader's language is spoken.
    """
    people = Membership.objects.filter(  # any company: each is told of its own
        pk__in=letters, email_notifications=True, is_active=True, user__is_active=True
    )
    told = [
        one
        for one in people.select_related("user", "company").order_by("pk")
        if any(choice.what == what and choice.email for choice in choices_of(one.notification_choices))
    ]
    for one in told:
        with writing_to(one.user.language, one.company):
            subject, text = letters[one.pk]()
        send_mail(
            to=one.user.email, subject=subject, text=text, company_id=one.company_id, sender_name=one.company.name
        )
    return len(told)
