MAX_BYTES = 4096  # as WordPress and phpass; longer ones would only make us hash for nothing

WHITE_SPACE = b" \t\n\r\0\x0b"  # what PHP's trim() takes away

_SLASHED = {byte: b"\\" + bytes([byte]) for byte in b"'\"\\"} | {0: b"\\0"}


class UnusablePassword(ValueError):  # noqa: N818 - said like the refusals of the core
    """The password is empty or longer than MAX_BYTES in UTF-8."""


def password_bytes(password: str) -> bytes:
    """What is hashed of a password: its UTF-8. Raises UnusablePassword."""
    # Lone surrogates are kept apart from each other: replaced by one sign, different passwords would be the same.
    data = password.encode("utf-8", "surrogatepass")
    if not 0 < len(data) <= MAX_BYTES:
        raise UnusablePassword(f"a password has 1 to {MAX_BYTES} bytes")
    return data


def tries(password: bytes) -> list[bytes]:
    """The one to four forms in which a foreign system may have hashed this password, as typed first, all different.

    WordPress hashes a password that a form set with slashes before quotes, backslashes and NUL, one that code set
    without; and it trims both. See reference activemember360.md 5.2 and its vectors in 5.8.
    """
    slashed = b"".join(_SLASHED.get(byte, bytes([byte])) for byte in password)
    forms = [password, slashed, password.strip(WHITE_SPACE), slashed.strip(WHITE_SPACE)]
    return [form for form in dict.fromkeys(forms) if 0 < len(form) <= MAX_BYTES]
