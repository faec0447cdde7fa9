"""What PHP's writers share: how PHP sees a number, a text and an array."""

import re
from decimal import Decimal

# Far beyond any answer, far below Python's recursion limit; it also ends a value that contains itself.
MAX_DEPTH = 128

INT_MIN, INT_MAX = -(2**63), 2**63 - 1

_DECIMAL = re.compile(r"0|-?[1-9][0-9]{0,18}")
# PHP prints 17 digits at most before it turns to an exponent, and three zeros after the point.
_PLAIN_POINT = range(-3, 18)


def int_text(number: int) -> str:
    """Decimal digits. Raises ValueError beyond 64 bits signed, which PHP cannot hold."""
    if not INT_MIN <= number <= INT_MAX:
        raise ValueError("PHP has no integer beyond 64 bits")
    return str(int(number))


def float_text(number: float, exponent_mark: str) -> str:
    """The shortest digits that read back as this finite number, as PHP >= 7.1 writes them: `1`, `0.1`, `1.0E+25`."""
    parts = Decimal(repr(float(number))).as_tuple()
    digits = "".join(map(str, parts.digits))
    point = len(digits) + int(parts.exponent)
    digits = digits.rstrip("0")
    sign = "-" if parts.sign else ""
    if not digits:
        return f"{sign}0"
    if point not in _PLAIN_POINT:
        return f"{sign}{digits[0]}.{digits[1:] or '0'}{exponent_mark}{point - 1:+d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    whole, fraction = digits[:point].ljust(point, "0"), digits[point:]
    return f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}"


def text_bytes(text: str) -> bytes:
    """UTF-8; a lone surrogate, which UTF-8 cannot say, becomes `?`."""
    return text.encode("utf-8", "replace")


def integer_key(key: str) -> int | None:
    """The integer that PHP makes of this array key: `"8"` is 8, but `"08"`, `"-0"` and `"1.5"` stay text (None)."""
    if _DECIMAL.fullmatch(key) and INT_MIN <= int(key) <= INT_MAX:
        return int(key)
    return None


def array_items(array: list[object] | tuple[object, ...] | dict[object, object]) -> dict[int | str, object]:
    """The array as PHP holds it: ordered, keys int or str; of two keys that PHP takes for one the last value stays."""
    if isinstance(array, dict):
        return {_key(key): value for key, value in array.items()}
    return dict(enumerate(array))


def _key(key: object) -> int | str:
    if isinstance(key, int):
        int_text(key)
        return int(key)
    if isinstance(key, str):
        number = integer_key(key)
        return key if number is None else number
    raise TypeError(f"PHP array keys are int or str, not {type(key).__name__}")
