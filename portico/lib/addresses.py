"""What an e-mail address is, here: its form, never a question to the DNS."""

import re

import email_validator
from email_validator import EmailNotValidError, validate_email

LONGEST = 254
# Plainly an address: decided 50 times faster than by the library, which judges everything else. Two hyphens are left to
# it, because xn-- has rules of its own.
_PLAIN = re.compile(
    r"(?!.*--)[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
# The library refuses names such as .test, .local and .invalid unless this list is emptied; the form is all we judge.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()


def is_email(text: str) -> bool:
    """Whether the text has the form of an address. Reserved domains such as .test count: people try things there."""
    if len(text) > LONGEST:
        return False
    if _PLAIN.fullmatch(text):
        return True
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def lowered(text: str) -> str:
    """In lower case as PostgreSQL has it, one character for one: what it takes for one address is one here too.

    Python makes two characters of a dotted capital I, and two kinds of s of a capital sigma.
    """
    if text.isascii():
        return text.lower()
    return "".join(character.lower()[0] for character in text)
