"""What may be written into a contact's own fields, and how it is checked."""

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portico.contacts.models import Consent, Stage
from portico.errors import Invalid, Problem
from portico.lib.addresses import is_email
from portico.lib.texts import is_storable

LONGEST_TEXT = 2000  # characters; what every index and every wire can take
TEXTS = (
    "prefix", "first_name", "last_name", "phone", "address_line_1", "address_line_2", "postal_code", "city", "state",
    "country", "time_zone", "ip", "latitude", "longitude", "source", "avatar", "lead_type", "consent_reason",
)  # fmt: skip
WRITABLE = (
    *TEXTS, "email", "consent", "stage", "date_of_birth", "total_points", "life_time_value", "owner_id", "archived_at",
    "last_activity_at", "created_at", "is_customer",
)  # fmt: skip
_MOST_POINTS = 2_147_483_647
LONGEST_SLUG = 100
MOST_CUSTOM_VALUES = 500
MOST_CHOICES = 200  # of one custom value


def checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with values as they are stored. Raises Invalid with every problem; a name not in WRITABLE is a bug.

    `is_customer` is the stage for those who only know customers and others: see with_stage.
    """
    for name in fields:
        if name not in WRITABLE:
            raise KeyError(name)
    return checked_each(fields, _CHECKS)


def checked_each(fields: Mapping[str, Any], checks: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """Each value as its check makes it, a text where there is none. Raises Invalid with every problem."""
    values: dict[str, Any] = {}
    problems = []
    for name, value in fields.items():
        try:
            check: Callable[[Any], Any] = checks.get(name, checked_text)
            values[name] = check(value)
        except ValueError as wrong:
            rule, _, text = str(wrong).partition(": ")
            problems.append(Problem(name, rule, text))
    if problems:
        raise Invalid(*problems)
    return values


def with_stage(values: dict[str, Any], stage: str = Stage.LEAD) -> dict[str, Any]:
    """`is_customer` turned into a stage: whoever is said to be no customer stays a prospect, or becomes a lead."""
    values = dict(values)
    if "is_customer" in values:
        other = Stage.PROSPECT if stage == Stage.PROSPECT else Stage.LEAD
        values["stage"] = Stage.CUSTOMER if values.pop("is_customer") else other
    return values


def checked_custom(values: Mapping[str, Any]) -> dict[str, Any]:
    """Custom values that can be stored: texts, numbers, yes and no, nothing, and lists of these. Raises Invalid."""
    if len(values) > MOST_CUSTOM_VALUES:
        raise Invalid.one("custom_values", "many", f"There are more than {MOST_CUSTOM_VALUES} custom values.")
    for slug, value in values.items():
        if not slug or len(slug) > LONGEST_SLUG or "\0" in slug:
            raise Invalid.one("custom_values", "slug", f"A custom field's name has 1 to {LONGEST_SLUG} characters.")
        many = value if isinstance(value, list) else [value]
        if len(many) > MOST_CHOICES or not all(_is_plain(one) for one in many):
            raise Invalid.one("custom_values", "value", f"The value of {slug} cannot be stored.")
    return dict(values)


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        try:
            return checked_text(value) is not None
        except ValueError:
            return False
    return value is None or isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def checked_text(value: Any, longest: int = LONGEST_TEXT) -> str | None:
    """For checked_each: a text that PostgreSQL can take."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("text: This must be a text.")  # noqa: TRY004 -- collected as a problem by checked
    if not is_storable(value):
        raise ValueError("text: This has characters that no text can have.")
    if len(value) > longest:
        raise ValueError(f"long: This is longer than {longest} characters.")
    return value


def checked_email(value: Any) -> str | None:
    """For checked_each; an empty text is none."""
    text = checked_text(value)
    if not text:
        return None
    if not is_email(text):
        raise ValueError("email: This is no e-mail address.")
    return text


def _one_of(known: list[str]) -> Any:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"unknown: This must be one of {', '.join(known)}.")
        return value

    return check


def checked_date(value: Any) -> date | None:
    """For checked_each; an empty text is none."""
    if value in (None, ""):
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ValueError("date: This must be a date like 1990-12-31.") from None


def _moment(value: Any) -> datetime | None:
    if value is not None and not (isinstance(value, datetime) and value.tzinfo):
        raise ValueError("time: This must be a moment.")
    return value


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("boolean: This must be yes or no.")  # noqa: TRY004 -- collected as a problem by checked
    return value


def _points(value: Any) -> int:
    try:
        number = int(value or 0)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("numeric: This must be a whole number.") from None
    if not 0 <= number <= _MOST_POINTS:
        raise ValueError("numeric: This is too large or negative.")
    return number


def _money(value: Any) -> Decimal:
    try:
        amount = Decimal(str(value or 0)).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError("numeric: This must be a number.") from None
    if not amount.is_finite() or abs(amount) >= 10**14:
        raise ValueError("numeric: This is too large.")
    return amount


def _membership(value: Any) -> int | None:
    if value in (None, "", 0, "0"):
        return None
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError("owner: This must be the id of somebody in the company.") from None
    if not 0 < number < 2**63:
        raise ValueError("owner: This must be the id of somebody in the company.")
    return number


_CHECKS = {
    "email": checked_email,
    "consent": _one_of(Consent.values),
    "stage": _one_of(Stage.values),
    "date_of_birth": checked_date,
    "total_points": _points,
    "life_time_value": _money,
    "owner_id": _membership,
    "archived_at": _moment,
    "last_activity_at": _moment,
    "created_at": _moment,
    "is_customer": _yes_or_no,
}
