"""A file that comes in a multipart body, as this wire takes it."""

from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from portico.http import multipart
from portico.protocols.fluentcrm.wire import Unreadable


def read_file(
    meta: Mapping[str, Any], body: BinaryIO, write: Callable[[bytes], None]
) -> tuple[str | None, dict[str, str]]:
    """As portico.http.multipart has it, for a file called `file`. Raises Unreadable."""
    try:
        return multipart.read_file(meta, body, write)
    except multipart.BrokenForm:
        raise Unreadable(is_json=False) from None
