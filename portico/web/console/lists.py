"""Things in a table: the one way in which the console shows many of a kind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

from portico.web.console.frame import Crumb, show_screen
from portico.web.forms import Link
from portico.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Column:
    """`value` makes a cell's text of a row."""

    label: str
    value: Callable[[Any], Any]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """`text` says what these are; `empty` what to do first where there are none. The first column leads to `path`."""

    title: str
    text: str
    columns: Sequence[Column]
    path: Callable[[Any], str]
    empty: str
    add: Link | None = None
    crumbs: tuple[Crumb, ...] = ()
    links: Sequence[Link] = field(default_factory=tuple)


def show_list(visit: Visit, listing: Listing, rows: Iterable[Any], *, said: str = "") -> HttpResponse:
    cells = [(listing.path(row), [column.value(row) for column in listing.columns]) for row in rows]
    return show_screen(
        visit, "list.html", title=listing.title, crumbs=listing.crumbs, listing=listing, rows=cells, said=said
    )
