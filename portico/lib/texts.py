"""What PostgreSQL can take as text."""


def is_storable(text: str) -> bool:
    """Whether it has no NUL and no lone surrogate; both come in JSON."""
    if "\0" in text:
        return False
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
