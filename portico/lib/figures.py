"""Days, moments and numbers as the reader's language writes them."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import formats
from django.utils.translation import gettext as _


def day(one: date) -> str:
    # Translators: the form of a day, in the letters of Django's filter "date".
    return formats.date_format(one, _("Y-m-d"))


def moment(one: datetime) -> str:
    # Translators: the form of a moment.
    return formats.date_format(one, _("Y-m-d H:i"))


def second(one: datetime) -> str:
    # Translators: the form of a moment with its seconds.
    return formats.date_format(one, _("Y-m-d H:i:s"))


def number(one: float | Decimal) -> str:
    return formats.number_format(one, use_l10n=True, force_grouping=True)


def money(amount: str, currency: str) -> str:
    """An amount as it is kept, with all its digits."""
    return f"{number(Decimal(amount))} {currency}"


def month(one: date) -> str:
    # Translators: the form of a month and its year as a heading.
    return formats.date_format(one, _("F Y"))


def weekday(one: date) -> str:
    # Translators: the form of a day as a heading of a list, with its weekday and without its year.
    return formats.date_format(one, _("D j F"))


def day_of_year(one: date) -> str:
    # Translators: the form of a day without its year.
    return formats.date_format(one, _("j F"))
