"""Documents in YAML, read in a tenth of the time wherever the library was built with its parser in C."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(document: bytes) -> Any:
    """What it says: plain values, whatever it asks for."""
    return yaml.load(document, Loader=_LOADER)  # noqa: S506 -- safe loaders both
