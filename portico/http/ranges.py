"""A part of a file, as RFC 9110, 14 asks for it."""

import re
from dataclasses import dataclass

_BYTES = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class Span:
    """From which byte on, and how many."""

    start: int
    length: int


class Unsatisfiable(ValueError):  # noqa: N818 -- says what it is
    """The part begins behind the end."""


def span_of(header: str, size: int) -> Span | None:
    """What a Range header asks of a file of this size; None for all of it.

    A header that cannot be read, or asks for several parts, asks for all of it. Raises Unsatisfiable.
    """
    found = _BYTES.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = min(int(found[2]), size)
        start = size - length
    else:
        start = int(found[1])
        end = min(int(found[2]), size - 1) if found[2] else size - 1
        length = end - start + 1
        if found[2] and int(found[2]) < start:
            return None
    if start >= size or length <= 0:
        raise Unsatisfiable
    return Span(start, length)
