"""What one cell says: each function answers the value to store, or raises Unreadable with the reason."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

from portico.contacts.actions.passwords import checked_hash
from portico.contacts.fields import MOST_CHOICES, checked
from portico.contacts.models import Consent, Stage
from portico.contacts.organization_fields import checked_organization
from portico.contacts.queries.labels import LONGEST_TITLE
from portico.errors import Invalid
from portico.lib.addresses import is_email
from portico.lib.passwords.tries import UnusablePassword, password_bytes

Read = Callable[[str], Any]

# Other systems' words for the same: ActiveCampaign's list status, and what people write.
_CONSENTS = {
    **{one: one for one in Consent.values},
    "active": Consent.SUBSCRIBED.value,
    "confirmed": Consent.SUBSCRIBED.value,
    "unconfirmed": Consent.PENDING.value,
    "inactive": Consent.UNSUBSCRIBED.value,
    "opted out": Consent.UNSUBSCRIBED.value,
    "spam": Consent.SPAMMED.value,
}
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_EITHER_FIRST = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NO_DATES = ("0000-00-00", "0000-00-00 00:00:00")
_MONTHS = 12


class Unreadable(ValueError):  # noqa: N818 -- says what the cell is
    """The cell cannot be taken; the text says why, without the cell's content where that may be secret.

    `kind` is for counting: the name of the field, or what is wrong with the whole row.
    """

    def __init__(self, reason: str, kind: str = "") -> None:
        super().__init__(reason)
        self.kind = kind


def email(cell: str) -> str:
    if not is_email(cell):
        raise Unreadable("this is no e-mail address")
    return cell


def consent(cell: str) -> str:
    try:
        return _CONSENTS[cell.lower()]
    except KeyError:
        raise Unreadable(f"there is no status like this: say one of {', '.join(Consent.values)}") from None


def stage(cell: str) -> str:
    if cell.lower() not in Stage.values:
        raise Unreadable(f"there is no type like this: say one of {', '.join(Stage.values)}")
    return cell.lower()


def day(cell: str) -> date | None:
    """2001-12-31, 2001/12/31, 31.12.2001, and with slashes whichever order is possible; a time after it is ignored."""
    if cell in _NO_DATES:
        return None
    text = cell.replace("T", " ").partition(" ")[0]
    try:
        if found := _ISO.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DAY_FIRST.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _EITHER_FIRST.fullmatch(text):
            return _slashed(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise Unreadable("this is no date: say it like 1990-12-31")


def _slashed(first: int, second: int, year: int) -> date:
    if first <= _MONTHS and second <= _MONTHS and first != second:
        raise Unreadable("this may be two dates, month first or day first: say it like 1990-12-31")
    return date(year, first, second) if second > _MONTHS else date(year, second, first)


def moment(cell: str) -> datetime | None:
    """A date with or without a time and a zone; without a zone it is UTC."""
    if cell in _NO_DATES:
        return None
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        on = day(cell)
        return _with_clock(on, cell.replace("T", " ").partition(" ")[2] or "00:00") if on else None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _with_clock(on: date, clock: str) -> datetime:
    try:
        return datetime.combine(on, time.fromisoformat(clock), UTC)
    except ValueError:
        raise Unreadable("this is no time: say it like 1990-12-31 23:59:59") from None


def field(name: str) -> Read:
    """The check of a contact's own field (contacts.fields)."""

    def read(cell: str) -> Any:
        try:
            return checked({name: cell})[name]
        except Invalid as no:
            raise Unreadable(no.problems[0].text) from None

    return read


def password(cell: str) -> str:
    try:
        password_bytes(cell)
    except UnusablePassword as no:
        raise Unreadable(str(no)) from None
    return cell


def password_hash(cell: str) -> str:
    try:
        return checked_hash(cell)
    except Invalid as no:
        raise Unreadable(no.problems[0].text) from None


def items(cell: str) -> list[str]:
    """Several in one cell: between commas, or between || as ActiveCampaign has them."""
    parts = cell.split("||") if "||" in cell else cell.split(",")
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def choices(cell: str) -> list[str]:
    """A custom value that holds several."""
    several = items(cell)
    if len(several) > MOST_CHOICES:
        raise Unreadable(f"it has more than {MOST_CHOICES} values")
    return several


def titles(cell: str) -> list[str]:
    """Tags or lists by their titles."""
    several = items(cell)
    if any(len(title) > LONGEST_TITLE for title in several):
        raise Unreadable(f"a title is longer than {LONGEST_TITLE} characters")
    return several


def organization(cell: str) -> str:
    """Where somebody works, by name."""
    try:
        return str(checked_organization({"name": cell})["name"])
    except Invalid as no:
        raise Unreadable(no.problems[0].text) from None


def iso_day(cell: str) -> str | None:
    """A day as custom values hold it."""
    on = day(cell)
    return on.isoformat() if on else None
