import base64
import hashlib
import hmac
from collections.abc import Callable

import bcrypt

from portico.lib.passwords.formats import PHPASS_ALPHABET, Format
from portico.lib.passwords.native import argon2_matches
from portico.lib.passwords.tries import WHITE_SPACE, tries

BCRYPT_BYTES = 72


def foreign_matches(password: bytes, stored: str, format_: Format) -> bool:
    """Whether a hash of this format, as `recognise` gave it, is of this password, typed or as WordPress changes it."""
    prepare, matches = _FORMATS[format_]
    # Different forms may be the same to a format that trims or cuts; a slow hash is not run twice for them.
    keys = dict.fromkeys(prepare(form) for form in tries(password))
    return any(matches(key, stored) for key in keys)


def _as_typed(password: bytes) -> bytes:
    return password


def _cut(password: bytes) -> bytes:
    """Every bcrypt reads 72 bytes; the library raises for more."""
    return password[:BCRYPT_BYTES]


def _pre_hashed(password: bytes) -> bytes:
    digest = hmac.digest(b"wp-sha384", password.strip(WHITE_SPACE), hashlib.sha384)
    return base64.b64encode(digest)


def _bcrypt_matches(key: bytes, stored: str) -> bool:
    # $2x$ marks hashes of an old PHP bug with bytes above 127: for ASCII passwords they are right, others do not match.
    return bcrypt.checkpw(key, stored.removeprefix("$wp").encode())


def _phpass_matches(key: bytes, stored: str) -> bool:
    rounds, salt = 1 << PHPASS_ALPHABET.index(stored[3]), stored[4:12].encode()
    digest = _md5(salt + key)
    for _ in range(rounds):
        digest = _md5(digest + key)
    return hmac.compare_digest(_phpass_text(digest), stored[12:])


def _phpass_text(digest: bytes) -> str:
    """Base 64 as phpass has it: little-endian, the low six bits first."""
    groups = (digest[start : start + 3] for start in range(0, len(digest), 3))
    return "".join(
        PHPASS_ALPHABET[int.from_bytes(group, "little") >> 6 * place & 63]
        for group in groups
        for place in range(len(group) + 1)
    )


def _md5_matches(key: bytes, stored: str) -> bool:
    return hmac.compare_digest(_md5(key).hex(), stored.lower())


def _wp_fast_matches(key: bytes, stored: str) -> bool:
    digest = hashlib.blake2b(key, key=b"wp_fast_hash_6.8+", digest_size=30).digest()
    return hmac.compare_digest("$generic$" + base64.urlsafe_b64encode(digest).decode(), stored)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data).digest()  # noqa: S324 - what the foreign formats are made of


_FORMATS: dict[Format, tuple[Callable[[bytes], bytes], Callable[[bytes, str], bool]]] = {
    Format.ARGON2ID: (_as_typed, argon2_matches),
    Format.ARGON2I: (_as_typed, argon2_matches),
    Format.PHPASS: (_as_typed, _phpass_matches),
    Format.WP_BCRYPT: (_pre_hashed, _bcrypt_matches),
    Format.WP_FAST: (_as_typed, _wp_fast_matches),
    Format.BCRYPT: (_cut, _bcrypt_matches),
    Format.MD5: (_as_typed, _md5_matches),
}
