"""One page of a list as JSON, compiled once for each set of conditions; with the number of all, from one snapshot."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models import Count, F, QuerySet

from portico.contacts.queries.contacts import Page
from portico.lib.statements import Shape, Statement, as_documents, compiled_page

# Rows for a set of names of conditions; their values come later, under those names.
Rows = Callable[[frozenset[str]], "QuerySet[Any]"]


def list_documents(
    rows: Rows,
    shape: Shape,
    values: dict[str, Any],
    *,
    order: tuple[str, ...],
    page: int,
    per_page: int,
    total: int | None = None,
) -> Page:
    """`values` are those that have one: their names are the conditions. `order` as in order_by.

    Where the number of all is kept somewhere it is given as `total`, and not counted.
    """
    given = {name: value for name, value in values.items() if value is not None}
    statement = _page(rows, shape, frozenset(given), order, per_page, offset=page > 1, counts=total is None)
    ((counted, documents),) = statement.fetch({**given, "offset": (page - 1) * per_page})
    return Page(int(counted) if total is None else total, documents, page, per_page)


@lru_cache(maxsize=512)
def _page(
    rows: Rows,
    shape: Shape,
    names: frozenset[str],
    order: tuple[str, ...],
    per_page: int,
    *,
    offset: bool,
    counts: bool,
) -> Statement:
    found = rows(names)
    total = found.order_by().values("company_id").annotate(total=Count("pk")).values_list("total")
    ordered = found.order_by(*(F(name[1:]).desc() if name[0] == "-" else F(name).asc() for name in order))
    return compiled_page(
        total if counts else None, as_documents(ordered, shape), prepared=True, limit=per_page, offset=offset
    )
