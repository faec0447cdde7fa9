"""Changes that are made only where nobody has made another one since."""

import json
from typing import Any

from portico.errors import Outdated
from portico.lib.fingerprint import fingerprint


def seen_of(*values: Any) -> str:
    """What a form carries of how it found things: `values` are what it shows, as JSON knows them."""
    return fingerprint(json.dumps(values).encode())


def require_seen(seen: str | None, *values: Any) -> None:
    """Raises Outdated unless these values are those that were seen; None demands nothing.

    The caller has locked the row that they are from.
    """
    if seen is not None and seen != seen_of(*values):
        raise Outdated
