"""Our own hash: Argon2id with 19 MiB, 2 passes, 1 lane (OWASP Password Storage Cheat Sheet; RFC 9106)."""

import re

from argon2 import PasswordHasher, Type
from argon2.exceptions import VerificationError
from argon2.low_level import verify_secret

from portico.lib.passwords.tries import password_bytes

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16, type=Type.ID)
_PREFIX = f"$argon2id$v=19$m={_HASHER.memory_cost},t={_HASHER.time_cost},p={_HASHER.parallelism}$"
# 16 bytes of salt and 32 of output, all zero: nobody knows a password that gives them.
_NOBODY = f"{_PREFIX}{'A' * 22}${'A' * 43}"
_CURRENT = re.compile(re.escape(_PREFIX) + r"[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}")


def hash_password(password: str) -> str:
    """Our hash of exactly this password. Slow on purpose: call it through the pool. Raises UnusablePassword."""
    return _HASHER.hash(password_bytes(password))


def is_current(stored: str) -> bool:
    """Whether this is our own hash with today's parameters; everything else is to be replaced at the next sign-in."""
    return _CURRENT.fullmatch(stored) is not None


def argon2_matches(password: bytes, stored: str) -> bool:
    """Whether an Argon2id or Argon2i hash is of exactly these bytes.

    For hashes that `recognise` or `is_current` took; a malformed one matches nothing, also where its shape is right.
    """
    variant = Type.ID if stored.startswith("$argon2id$") else Type.I
    try:
        return verify_secret(stored.encode(), password, variant)
    except VerificationError:
        return False


def match_nobody(password: bytes) -> None:
    """Spend exactly what one of our own verifications costs."""
    argon2_matches(password, _NOBODY)
