"""Foreign keys that PostgreSQL itself keeps inside one company."""

from typing import Any, cast

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.models import BaseConstraint, ForeignKey, Model

_CREATE = (
    "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (%(columns)s) "
    "REFERENCES %(to_table)s (%(to_columns)s) ON DELETE %(on_delete)s"
)


class SameCompany(BaseConstraint):
    """A foreign key over (company_id, field) to (company_id, id) of the field's target.

    `on_delete` is CASCADE, RESTRICT or SET NULL. The field itself is a ForeignKey with db_constraint=False.
    """

    def __init__(self, *, field: str, name: str, on_delete: str = "CASCADE") -> None:
        super().__init__(name=name)
        self.field = field
        self.on_delete = on_delete

    def create_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> None:  # type: ignore[override]  # deferred: nothing to answer now
        """Put the statement off to the migration's end, when the target's unique (company, id) surely exists."""
        if model is None or schema_editor is None:
            return
        reference = cast("ForeignKey[Any, Any]", model._meta.get_field(self.field))
        column, target = str(reference.column), reference.related_model._meta.db_table
        # SET NULL names its column (PostgreSQL 15), or it would empty company_id too.
        on_delete = f"SET NULL ({schema_editor.quote_name(column)})" if self.on_delete == "SET NULL" else self.on_delete
        schema_editor.deferred_sql.append(
            Statement(
                _CREATE,
                table=Table(model._meta.db_table, schema_editor.quote_name),
                name=schema_editor.quote_name(self.name),
                columns=Columns(model._meta.db_table, ["company_id", column], schema_editor.quote_name),
                to_table=Table(target, schema_editor.quote_name),
                to_columns=Columns(target, ["company_id", "id"], schema_editor.quote_name),
                on_delete=on_delete,
            )
        )

    def constraint_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> None:  # type: ignore[override]  # see create_sql
        self.create_sql(model, schema_editor)

    def remove_sql(self, model: type[Model] | None, schema_editor: BaseDatabaseSchemaEditor | None) -> Any:
        if model is None or schema_editor is None:
            return None
        return schema_editor._delete_constraint_sql(  # type: ignore[attr-defined]  # noqa: SLF001 -- Django's own constraints call it too
            schema_editor.sql_delete_constraint,
            model,
            self.name,
        )

    def validate(self, *_args: Any, **_kwargs: Any) -> None:
        """Only the database sees both rows."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field, "on_delete": self.on_delete}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SameCompany) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((self.name, self.field, self.on_delete))
