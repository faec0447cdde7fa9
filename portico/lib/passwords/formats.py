import re
from enum import StrEnum

MAX_PHPASS_COST = 18  # 2^18 rounds of MD5
MAX_BCRYPT_COST = 15
MAX_ARGON2_MEMORY = 256 * 1024  # KiB
MAX_ARGON2_TIME = 10
MAX_ARGON2_PARALLELISM = 16

PHPASS_ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Format(StrEnum):
    """How a stored password is hashed. Clear text is no format: it is hashed by ours when it is imported."""

    ARGON2ID = "argon2id"
    ARGON2I = "argon2i"
    PHPASS = "phpass"  # WordPress 2.5 to 6.7, phpBB
    WP_BCRYPT = "wp-bcrypt"  # WordPress 6.8 and later
    WP_FAST = "wp-fast"  # WordPress 6.8 and later, for application passwords only
    BCRYPT = "bcrypt"
    MD5 = "md5"


class UnknownFormat(ValueError):  # noqa: N818 - said like the refusals of the core: what is, not that it is an error
    """The stored password is in no format that can be verified."""


class TooCostly(ValueError):  # noqa: N818 - as above
    """The format is known, but one verification would take more time or memory than a sign-in may."""


# bcrypt's 22 characters of salt hold 128 bits, so the last one has only four values; the library refuses others.
_BCRYPT = r"\$2[abxy]\$(?P<bcrypt_cost>[0-9]{2})\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}"
# Salt and output are at least 8 and 16 bytes.
_ARGON2 = (
    r"\$v=(?:16|19)\$m=(?P<memory>[0-9]{1,10}),t=(?P<time>[0-9]{1,10}),p=(?P<parallelism>[0-9]{1,8})"
    r"\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{22,128}"
)
_SHAPES = {
    Format.ARGON2ID: re.compile(r"\$argon2id" + _ARGON2),
    Format.ARGON2I: re.compile(r"\$argon2i" + _ARGON2),
    Format.PHPASS: re.compile(r"\$[PH]\$(?P<phpass_cost>[5-9A-S])[./0-9A-Za-z]{30}"),
    Format.WP_BCRYPT: re.compile(r"\$wp" + _BCRYPT),
    Format.WP_FAST: re.compile(r"\$generic\$[A-Za-z0-9_-]{40}"),
    Format.BCRYPT: re.compile(_BCRYPT),
    Format.MD5: re.compile(r"[0-9A-Fa-f]{32}"),
}
_BOUNDS = {
    "bcrypt_cost": (4, MAX_BCRYPT_COST),
    "memory": (8, MAX_ARGON2_MEMORY),
    "time": (1, MAX_ARGON2_TIME),
    "parallelism": (1, MAX_ARGON2_PARALLELISM),
    "phpass_cost": (7, MAX_PHPASS_COST),
}


def recognise(stored: str) -> Format:
    """The format of a stored hash, by its shape; for import and before verifying.

    Raises UnknownFormat for what cannot be verified (also `*` and empty, WordPress's unusable ones) and TooCostly for
    what would cost too much. Not for clear text: the source of a password says that it is clear, never its shape.
    Sources: reference activemember360.md 5.1 and 5.4 to 5.7; RFC 9106 for Argon2.
    """
    for format_, shape in _SHAPES.items():
        if match := shape.fullmatch(stored):
            for name, text in match.groupdict().items():
                _check(name, PHPASS_ALPHABET.index(text) if name == "phpass_cost" else int(text))
            return format_
    raise UnknownFormat("not a password hash of a known format")


def _check(name: str, number: int) -> None:
    least, most = _BOUNDS[name]
    if number < least:
        raise UnknownFormat(f"{name} is below {least}")
    if number > most:
        raise TooCostly(f"{name} is above {most}")
