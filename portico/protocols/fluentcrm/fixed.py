"""Settings of this wire that do nothing here: shown with their defaults, and never changed into a pretence."""

from collections.abc import Mapping
from typing import Any

from portico.errors import Invalid, Problem
from portico.protocols.fluentcrm.wire import as_text

_NO = {"no", "false", "0", ""}


def is_yes(value: Any) -> bool | None:
    """Whether a switch is to be on; None for what is neither."""
    text = "" if value is None else as_text(value)
    if text is None:
        return None
    if text.lower() in _NO:
        return False
    return True if text.lower() in {"yes", "true", "1"} else None


def refuse_changes(given: Mapping[str, Any], fixed: Mapping[str, Any]) -> None:
    """Sending back what was shown is fine. Raises Invalid with every setting that was to become something else."""
    wrong = [name for name, value in fixed.items() if name in given and not _is_same(given[name], value)]
    if wrong:
        text = "This does nothing here, so it cannot be changed."
        raise Invalid(*(Problem(name, "fixed", text) for name in wrong))


def _is_same(given: Any, fixed: Any) -> bool:
    if isinstance(fixed, dict):
        return isinstance(given, dict | list) and (
            not given
            or (isinstance(given, dict) and all(_is_same(value, fixed.get(key)) for key, value in given.items()))
        )
    if isinstance(fixed, list):
        items = list(given.values()) if isinstance(given, dict) else given
        return items == fixed or (not fixed and not given)
    if fixed in ("yes", "no"):
        return is_yes(given) is (fixed == "yes")
    return not isinstance(given, list | dict) and (as_text(given) or "") == (as_text(fixed) or "")
