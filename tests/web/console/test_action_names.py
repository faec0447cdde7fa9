"""The audit log's actions have names for people: those that the core writes down, found in its source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from portico.access import Permission
from portico.web.console.action_names import SUBJECTS
from portico.web.console.activity import action_label
from portico.web.console.rights import RIGHTS
from portico.web.console.words import action_labels

PACKAGE = Path(__file__).parent.parent.parent.parent / "portico"
CORE = ("audit", "companies", "contacts", "content", "identity", "messaging", "openid", "outbox", "reports", "selling")
RECORDING = re.compile(r"_?record|note_change|_move$|_change_field$")
ACTION = re.compile(r"[a-z_-]+\.[a-z_]+")


def recorded() -> Iterator[tuple[str, str]]:
    """Each action that is written down under a name that stands in the source, and what it is about, if that does."""
    for folder in CORE:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and RECORDING.match(_name_of(node.func)):
                    texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                    actions = [text for text in texts if isinstance(text, str) and ACTION.fullmatch(text)]
                    others = [text for text in texts if isinstance(text, str) and text not in actions]
                    yield from ((action, others[0] if others else "") for action in actions)


def _name_of(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_every_action_that_is_written_down_has_a_name() -> None:
    found = dict(recorded())
    assert len(found) > 100
    assert [action for action in found if action_label(action) == action and action not in action_labels()] == []


def test_what_actions_are_about_has_a_name() -> None:
    subjects = {subject for _, subject in recorded()} - {""}
    assert len(subjects) > 20
    assert subjects - set(SUBJECTS) == set()


def test_every_permission_has_a_name() -> None:
    assert set(RIGHTS) == set(Permission)
