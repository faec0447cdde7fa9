"""A person's own profile: what it shows of itself, and how it wants to be told of things."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.db import DatabaseError, connection, transaction
from django.db.models import F, Func, JSONField, Value
from django.db.models.functions import Now

from portico.access import Actor
from portico.audit.actions import record
from portico.errors import Invalid, NotFound, Problem
from portico.identity.models import Membership, User
from portico.identity.notifications import PRESETS, WAYS, Choice, Notification
from portico.identity.queries.profiles import list_choices
from portico.identity.queries.sessions import get_own_membership_document
from portico.lib.origins import origin_of
from portico.lib.statements import Shape

SOCIALS = (
    "facebook", "instagram", "twitter", "linkedin", "whatsapp", "wechat", "youtube", "tiktok", "pinterest",
)  # fmt: skip
# Not addresses but numbers and names.
_NO_ADDRESSES = frozenset({"whatsapp", "wechat"})
OF_PERSON = ("first_name", "last_name", "phone", "bio", "image_url", "language", "time_zone")
OF_MEMBER = ("push_notifications", "email_notifications", "sms_notifications", "email_signature")
LONGEST_SIGNATURE = 5000
_LANGUAGE = re.compile("[a-z]{2}")


@transaction.atomic
def change_profile(actor: Actor, values: Mapping[str, Any], shape: Shape) -> str:
    """Change some of OF_PERSON, OF_MEMBER and SOCIALS of the actor's own; answers the document. Raises Invalid.

    What is OF_PERSON is the same in all companies of the person. An empty text takes away.
    """
    checked = _checked(values)
    person = {name: checked[name] for name in OF_PERSON if name in checked}
    member: dict[str, Any] = {name: checked[name] for name in OF_MEMBER if name in checked}
    socials = {name: checked[name] for name in SOCIALS if name in checked}
    if person:
        User.objects.filter(pk=actor.user_id or 0).update(**person)
    if socials:
        member["socials"] = _Merged(F("socials"), Value(socials, JSONField()))
    if member and not _own(actor).update(**member):
        raise NotFound("membership")
    if checked:
        record(actor, "profile.changed", "membership", actor.membership_id, changed=sorted(checked))
    return get_own_membership_document(actor, shape)


@transaction.atomic
def choose_notifications(actor: Actor, choices: Mapping[Notification, Mapping[str, bool]]) -> list[Choice]:
    """How the actor wants to be told of these; what is not named stays. Answers all. Two at once both succeed."""
    for one, ways in choices.items():
        chosen = {way: ways[way] for way in WAYS if way in ways}
        _own(actor).update(notification_choices=_choosing(one, chosen))
    record(actor, "notifications.chosen", "membership", actor.membership_id, changed=sorted(choices))
    return list_choices(actor)


def choose_preset(actor: Actor, preset: str) -> list[Choice]:
    """Raises Invalid for a name that is not in PRESETS."""
    if preset not in PRESETS:
        raise Invalid.one("preset", "unknown", f"The preset is one of {', '.join(PRESETS)}.")
    return choose_notifications(actor, PRESETS[preset])


@transaction.atomic
def read_activities(actor: Actor, shape: Shape) -> str:
    """From now on, what has happened until now is read; answers the actor's membership in this shape."""
    _own(actor).update(activities_read_at=Now())
    return get_own_membership_document(actor, shape)


def _own(actor: Actor) -> Any:
    return Membership.objects.filter(company_id=actor.company_id, pk=actor.membership_id or 0)


class _Merged(Func):
    """What is on the right goes into the object on the left, key by key."""

    template = "(%(expressions)s)"
    arg_joiner = " || "
    output_field = JSONField()


def _choosing(one: Notification, chosen: Mapping[str, bool]) -> Func:
    there = Func(
        F("notification_choices"), Value(one.value), template="coalesce(%(expressions)s, '{}')", arg_joiner=" -> "
    )
    made = Func(Value(one.value), _Merged(there, Value(dict(chosen), JSONField())), function="jsonb_build_object")
    return _Merged(F("notification_choices"), made)


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """Raises Invalid with every problem; a name that is none of ours is a bug."""
    checked, problems = {}, []
    for name, value in values.items():
        try:
            checked[name] = _CHECKS[name](value)
        except ValueError as wrong:
            problems.append(Problem(name, "value", str(wrong)))
    if problems:
        raise Invalid(*problems)
    return checked


def checked_address(value: Any) -> str | None:
    """An absolute http or https address, None for an empty one. Raises ValueError with a sentence."""
    if not value:
        return None
    if not isinstance(value, str) or origin_of(value) is None or not urlsplit(value).hostname:
        raise ValueError("This must be an address that begins with http:// or https://.")
    return value


def _text(longest: int, *, empty: str | None) -> Callable[[Any], str | None]:
    def check(value: Any) -> str | None:
        if not value:
            return empty
        if not isinstance(value, str) or "\0" in value or any("\ud800" <= one <= "\udfff" for one in value):
            raise ValueError("This must be a text.")
        if len(value) > longest:
            raise ValueError(f"This is longer than {longest} characters.")
        return value

    return check


def _time_zone(value: Any) -> str:
    if not isinstance(value, str) or value not in _time_zones() or not _is_known_to_database(value):
        raise ValueError("There is no such time zone: say it like America/New_York.")
    return value


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _is_known_to_database(zone: str) -> bool:
    """PostgreSQL has a list of its own; a zone that is not in it would break whatever asks for a day there."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT now() AT TIME ZONE %s", [zone])
    except DatabaseError:
        return False
    return True


def _language(value: Any) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value):
        raise ValueError("A language is two small letters (ISO 639-1), like en.")
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("This must be true or false.")  # noqa: TRY004 -- collected as a problem
    return value


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "first_name": _text(100, empty=""),
    "last_name": _text(100, empty=""),
    "phone": _text(50, empty=None),
    "bio": _text(5000, empty=None),
    "image_url": checked_address,
    "language": _language,
    "time_zone": _time_zone,
    "email_signature": _text(LONGEST_SIGNATURE, empty=""),
    **dict.fromkeys(("push_notifications", "email_notifications", "sms_notifications"), _yes_or_no),
    **{name: _text(200, empty=None) if name in _NO_ADDRESSES else checked_address for name in SOCIALS},
}
