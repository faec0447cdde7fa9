"""What a new password must be (NIST SP 800-63B): long enough and none that is tried first. No rules of composition.

Passwords that are there already are not judged, whatever they are.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from portico.errors import Invalid

LEAST = 15  # characters
LEAST_WITH_FACTOR = 8
MOST = 256
_LEAST_LEFT = 5  # characters that are nothing common; fewer are the "1!" that people put at the end
_SHORTEST_PART = 3  # of what is the person's own

_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
)
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0")
_SHORTEST_RUN = 3
_INSTEAD = str.maketrans("@4310$5!7|8", "aaeiossitlb")


def normal(password: str) -> str:
    """One form for what looks the same on every keyboard (NFKC): a password is set and verified in it."""
    return unicodedata.normalize("NFKC", password)


def checked_password(password: str, *, has_factor: bool | None, own: Iterable[str] = ()) -> str:
    """The new password in its normal form. `own` is what others know of the person: names, address, company.

    `has_factor` is None for who can have no second factor. Raises Invalid.
    """
    password = normal(password)
    least = LEAST_WITH_FACTOR if has_factor else LEAST
    if len(password) < least:
        why = f" With a second factor {LEAST_WITH_FACTOR} are enough." if has_factor is False else ""
        raise Invalid.one("password", "short", f"A password has at least {least} characters.{why}")
    if len(password) > MOST:
        raise Invalid.one("password", "long", f"A password has at most {MOST} characters.")
    if _is_common(password, own):
        raise Invalid.one(
            "password", "common", "This is among the first that would be tried. Put together words of your own."
        )
    return password


def _is_common(password: str, own: Iterable[str]) -> bool:
    """Whether there is next to nothing in it but common words, runs of keys, and what is the person's own."""
    parts = _parts(own)
    plain = _runs().sub(" ", _without(password.casefold(), parts))
    # As typed, and with the letters that digits and signs stand for.
    return any(_rest(form, parts) < _LEAST_LEFT for form in (plain, plain.translate(_INSTEAD)))


def _rest(text: str, parts: list[str]) -> int:
    return len(_common().sub("", _without(text, parts)).replace(" ", ""))


def _without(text: str, parts: list[str]) -> str:
    for part in parts:
        text = text.replace(part, " ")
    return text


def _parts(own: Iterable[str]) -> list[str]:
    words = {word for text in own for word in re.split(r"[\W_]+", normal(text).casefold())}
    return sorted((word for word in words if len(word) >= _SHORTEST_PART), key=len, reverse=True)


@cache
def _common() -> re.Pattern[str]:
    words = (Path(__file__).parent / "common_words.txt").read_text().split()
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


@cache
def _runs() -> re.Pattern[str]:
    """The same sign again and again, whatever is said three times, years, and keys or letters in a row."""
    lines = [line[::way] for line in (*_ROWS, *_COLUMNS) for way in (1, -1)]
    pieces = {
        re.escape(line[at : at + length])
        for line in lines
        for length in range(_SHORTEST_RUN, len(line) + 1)
        for at in range(len(line) - length + 1)
    }
    in_a_row = "|".join(sorted(pieces, key=len, reverse=True))
    return re.compile(rf"(.)\1{{2,}}|(.{{2,32}}?)\2{{2,}}|(?:19|20)\d\d|{in_a_row}")
