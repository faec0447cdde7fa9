"""Days, moments and numbers as the reader's language writes them."""

from datetime import date, datetime

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


def number(one: float) -> str:
    return formats.number_format(one, use_l10n=True, force_grouping=True)
