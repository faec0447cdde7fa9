from dataclasses import dataclass

from portico.lib.passwords.foreign import foreign_matches
from portico.lib.passwords.formats import TooCostly, UnknownFormat, recognise
from portico.lib.passwords.native import argon2_matches, is_current, match_nobody
from portico.lib.passwords.tries import UnusablePassword, password_bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the password is right, and whether its hash is then to be replaced by `hash_password`. True if right."""

    is_match: bool
    needs_rehash: bool = False

    def __bool__(self) -> bool:
        return self.is_match


_WRONG = Verdict(is_match=False)


def verify(password: str, stored: str) -> Verdict:
    """Judge a typed password by a stored hash of any format that `recognise` knows. Slow: call it through the pool.

    Our own hashes match exactly the password, foreign ones also its WordPress forms. Never raises: a malformed, unknown
    or too costly hash matches nothing, nor does an empty password or one of more than 4096 bytes.

    A wrong password costs at least one verification of ours whatever is stored, so that an account with a cheap foreign
    hash cannot be told from an unknown one; a right one costs the same when the caller replaces the hash.
    """
    try:
        secret = password_bytes(password)
    except UnusablePassword:
        return _WRONG
    if is_current(stored):
        return Verdict(argon2_matches(secret, stored))
    if _foreign_matches(secret, stored):
        return Verdict(is_match=True, needs_rehash=True)
    match_nobody(secret)
    return _WRONG


def verify_nobody(password: str) -> Verdict:
    """For an unknown user or one without a password: always wrong, and costs what `verify` costs. Call it likewise."""
    return verify(password, "")


def _foreign_matches(secret: bytes, stored: str) -> bool:
    try:
        return foreign_matches(secret, stored, recognise(stored))
    except (UnknownFormat, TooCostly):
        return False
