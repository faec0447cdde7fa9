"""Amounts of money: whole numbers of the currency's smallest unit inside, decimals outside (ISO 4217)."""

import re
from decimal import Decimal, InvalidOperation

# ISO 4217, list one: every other currency has two decimals.
WITHOUT_DECIMALS = (
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
    "XPF",
)  # fmt: skip
WITH_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
MOST_UNITS = 10**15
_CODE = re.compile(r"[A-Z]{3}")
_PLAIN = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?")


def is_currency(text: str) -> bool:
    """Whether this has the form of a currency's code: new ones come, and old ones stay in old orders."""
    return _CODE.fullmatch(text) is not None


def decimals_of(currency: str) -> int:
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE_DECIMALS else 2


def to_units(amount: object, currency: str) -> int:
    """A decimal as text or number in smallest units. Raises ValueError, also for finer amounts than there are coins."""
    if isinstance(amount, bool) or not isinstance(amount, str | int | float):
        raise ValueError(amount)  # noqa: TRY004 -- as little an amount as a wrong text
    text = str(amount).strip()
    if not _PLAIN.fullmatch(text):
        raise ValueError(amount)
    try:
        units = Decimal(text).scaleb(decimals_of(currency))
    except InvalidOperation:
        raise ValueError(amount) from None
    if units != units.to_integral_value() or abs(units) > MOST_UNITS:
        raise ValueError(amount)
    return int(units)


def as_decimal(units: int, currency: str) -> str:
    """Smallest units as a decimal with all its places, like 249.90 or 1200 for yen."""
    return f"{Decimal(units).scaleb(-decimals_of(currency)):f}"
