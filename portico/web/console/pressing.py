"""Which of the many buttons of a form was pressed: each stands beside something, and says what becomes of it."""

import re

from portico.web.visits import Visit

_PRESSED = re.compile(r"([a-z]+) ([0-9]{1,18})")


def pressed(visit: Visit) -> tuple[str, int]:
    """The button's word and the id of what it stands beside; ("", 0) for anything else."""
    found = _PRESSED.fullmatch(visit.text("press"))
    return (found[1], int(found[2])) if found else ("", 0)
