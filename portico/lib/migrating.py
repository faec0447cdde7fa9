"""Migrations applied in a fraction of the time: Django renders all related models anew for each single operation."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

_KINDS: tuple[tuple[type[Operation], ...], ...] = ((CreateModel,), (AddField,), (AddConstraint, AddIndex))


class _Together(Operation):
    """Several operations of one kind in a row. None of them looks at what another one of its kind changes.

    The models are rendered once, with all that these say; then each does its own in the database.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        rendered = state.__dict__.pop("apps", None)
        for one in self.operations:
            one.state_forwards(app_label, state)
        if rendered is not None:
            state.__dict__["apps"] = rendered
            state.reload_models(sorted({(app_label, _model_of(one)) for one in self.operations}), delay=False)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for one in self.operations:
            one.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for one in reversed(self.operations):
            one.database_backwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return "; ".join(one.describe() for one in self.operations)


def _model_of(operation: Any) -> str:
    name: str = operation.name_lower if isinstance(operation, CreateModel) else operation.model_name_lower
    return name


def _kind(operation: Operation) -> int:
    """Which of _KINDS it is; below zero, and like no other, where it is none."""
    found = [number for number, kind in enumerate(_KINDS) if type(operation) in kind]
    return found[0] if found else -id(operation)


def _together(operations: Iterable[Operation]) -> list[Operation]:
    grouped = [list(group) for _, group in groupby(operations, _kind)]
    return [group[0] if len(group) == 1 else _Together(group) for group in grouped]


class QuickExecutor(MigrationExecutor):
    """Django's, with operations of one kind taken together."""

    def migrate(self, *what: Any, **how: Any) -> ProjectState:
        for migration in self.loader.disk_migrations.values():
            vars(migration)["operations"] = _together(migration.operations)
        return super().migrate(*what, **how)
