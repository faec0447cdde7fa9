"""The company's media and libraries as its own software sees them: with the numbers of the whole company."""

from functools import lru_cache
from typing import Any

from django.db.models import Model, QuerySet

from portico.access import Actor, Permission
from portico.content.models import Library, Medium
from portico.content.queries.media import shape_values
from portico.errors import NotFound
from portico.lib.statements import Shape, Statement, compiled, later_number


def list_company_media(actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]:
    """The company's media with their ids, the newest first, those before this one: for who keeps them."""
    return _listed(actor, Medium, shape, before, limit)


def get_company_medium(actor: Actor, shape: Shape, medium_id: int) -> str:
    """One of them. Raises NotFound."""
    return _got(actor, Medium, shape, medium_id, "medium")


def list_company_libraries(actor: Actor, shape: Shape, /, *, before: int | None, limit: int) -> list[tuple[int, str]]:
    """The company's libraries in the same way."""
    return _listed(actor, Library, shape, before, limit)


def get_company_library(actor: Actor, shape: Shape, library_id: int) -> str:
    """One of them. Raises NotFound."""
    return _got(actor, Library, shape, library_id, "library")


def _listed(actor: Actor, model: type[Model], shape: Shape, before: int | None, limit: int) -> list[tuple[int, str]]:
    statement = _statement(model, shape, limit=limit, which="before" if before is not None else "")
    return [(id, document) for id, document in statement.fetch({**_values(actor), "before": before})]


def _got(actor: Actor, model: type[Model], shape: Shape, id: int, thing: str) -> str:
    row = _statement(model, shape, limit=1, which="id").fetch_one({**_values(actor), "id": id})
    if row is None:
        raise NotFound(thing)
    return str(row[1])


def _values(actor: Actor) -> dict[str, Any]:
    actor.require(Permission.MEDIA_WRITE)
    return {**shape_values(actor), "counted": 0}


@lru_cache(maxsize=64)
def _statement(model: type[Model], shape: Shape, *, limit: int, which: str) -> Statement:
    rows: QuerySet[Any, Any] = model._default_manager.filter(
        company_id=later_number("company"), owner=None, discarded_at=None
    )
    if which == "before":
        rows = rows.filter(pk__lt=later_number("before"))
    elif which == "id":
        rows = rows.filter(pk=later_number("id"))
    # Asked by programs, a page now and then, each with a limit of its own: not worth a name on every connection.
    return compiled(rows.order_by("-pk").values_list("pk", shape.document())[:limit], prepared=False)
