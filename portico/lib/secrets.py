"""Secrets: made, told apart from typing errors, hashed for look-up, and sealed where they must be readable again.

All keys derive from Django's SECRET_KEY, which is never in the database.
"""

import hashlib
import secrets
import string
import zlib
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

ALPHABET = string.digits + string.ascii_letters
RANDOM_CHARACTERS = 24  # 142 bits
CHECK_CHARACTERS = 6


def random_text(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def _checksum(text: str) -> str:
    number, characters = zlib.crc32(text.encode()), []
    for _ in range(CHECK_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    return "".join(reversed(characters))


def new_secret(prefix: str) -> str:
    """A random secret such as ptk_...: prefix, 24 random characters, 6 of checksum, so that scanners can tell it."""
    body = prefix + random_text(RANDOM_CHARACTERS)
    return body + _checksum(body)


def derived_secret(prefix: str, source: str, purpose: str) -> str:
    """The one secret that follows from `source`, in the form of a random one: whoever lacks our key cannot tell it.

    For what many processes have to answer alike without any of them keeping it.
    """
    number = int.from_bytes(digest(source, purpose))
    characters = []
    for _ in range(RANDOM_CHARACTERS):
        number, digit = divmod(number, len(ALPHABET))
        characters.append(ALPHABET[digit])
    body = prefix + "".join(characters)
    return body + _checksum(body)


def is_well_formed(secret: str, prefix: str) -> bool:
    """Whether this could be a secret of ours: a near miss is refused without asking the database."""
    if not secret.startswith(prefix) or len(secret) != len(prefix) + RANDOM_CHARACTERS + CHECK_CHARACTERS:
        return False
    return secret.isascii() and secret[-CHECK_CHARACTERS:] == _checksum(secret[:-CHECK_CHARACTERS])


@lru_cache(maxsize=64)
def derived_key(purpose: str) -> bytes:
    """32 bytes for this purpose only."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(settings.SECRET_KEY.encode())


def digest(secret: str, purpose: str) -> bytes:
    """The keyed fast hash under which a random secret is stored and looked up: 32 bytes."""
    # BLAKE2 is keyed by itself and as strong as HMAC-SHA256, which costs ten times as much on texts this short.
    key = derived_key("digest " + purpose)
    return hashlib.blake2b(secret.encode("utf-8", "replace"), key=key, digest_size=32).digest()


def seal(clear: bytes, purpose: str) -> bytes:
    """Encrypt with authentication (AES-256-GCM); only the same purpose opens it."""
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(derived_key("seal " + purpose)).encrypt(nonce, clear, purpose.encode())


def unseal(sealed: bytes, purpose: str) -> bytes:
    """Raises ValueError when it was sealed with another key or for another purpose."""
    try:
        return AESGCM(derived_key("seal " + purpose)).decrypt(sealed[:12], sealed[12:], purpose.encode())
    except InvalidTag:
        raise ValueError(
            "sealed with another key: is PORTICO_SECRET_KEY the one that this data was made with?"
        ) from None
