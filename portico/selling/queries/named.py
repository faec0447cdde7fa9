"""How what a company's own software names is read back by it: by id, newest made first."""

from typing import Any

from django.db.models import QuerySet

from portico.errors import NotFound
from portico.lib.statements import Shape


def named_documents(
    rows: "QuerySet[Any, Any]", shape: Shape, *, before: int | None, limit: int
) -> list[tuple[int, str]]:
    """Ids and documents of the company's rows, those before this id."""
    found = rows if before is None else rows.filter(pk__lt=before)
    return list(found.order_by("-pk").values_list("pk", shape.document())[:limit])


def named_document(rows: "QuerySet[Any, Any]", shape: Shape, thing: str) -> str:
    """The only row's document. Raises NotFound."""
    found = rows.values_list(shape.document(), flat=True).first()
    if found is None:
        raise NotFound(thing)
    return str(found)
