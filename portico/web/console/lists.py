"""Things in a table: the one way in which the console shows many of a kind."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as lazy

from portico.errors import Refusal
from portico.web.console.frame import Crumb, show_screen
from portico.web.core_texts import from_core
from portico.web.figures import number
from portico.web.forms import Field, Link
from portico.web.texts import Text
from portico.web.visits import Visit


@dataclass(frozen=True, slots=True)
class Column:
    """`value` makes a cell's text of a row."""

    label: Text
    value: Callable[[Any], Any]
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """`text` says what these are; `empty` what to do first where there are none. The first column leads to `path`.

    `press` is a button that sends an empty form to the screen itself.
    """

    title: Text
    text: Text
    columns: Sequence[Column]
    path: Callable[[Any], str]
    empty: Text
    add: Link | None = None
    crumbs: tuple[Crumb, ...] = ()
    links: Sequence[Link] = ()
    press: Text = ""


SEARCH = Field("search", lazy("Search"), kind="search", is_required=False, is_plain=True)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows a list down: fields above it, whose values stand in the address, and each as a chip to take off."""

    fields: Sequence[Field]
    chips: Sequence[Link] = ()


def chips(asked: Mapping[str, str], labels: Mapping[str, Text]) -> list[Link]:
    """What the address narrows by, each as a link to the same without it."""

    def without(name: str) -> str:
        return f"?{urlencode({other: text for other, text in asked.items() if other != name})}"

    return [Link(without(name), f"{labels[name]}: {text}") for name, text in asked.items()]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a list one is. `before` and `after` are addresses, "" at its ends; without a total nobody counted."""

    total: int | None = None
    first: int = 0
    until: int = 0
    before: str = ""
    after: str = ""


def pages_of(visit: Visit, *, total: int, number: int, size: int) -> Pages:
    """The page `number` (from 1) of so many, with addresses that keep everything else in this one."""

    def address(page: int) -> str:
        query = visit.request.GET.copy()
        query["page"] = str(page)
        return f"?{query.urlencode()}"

    first = (number - 1) * size
    until = min(first + size, total)
    return Pages(
        total=total,
        first=min(first + 1, total),
        until=until,
        before=address(number - 1) if number > 1 else "",
        after=address(number + 1) if until < total else "",
    )


def _cell(column: Column, row: Any) -> Any:
    value = column.value(row)
    return number(value) if column.is_number and isinstance(value, int | float) else value


def show_list(
    visit: Visit,
    listing: Listing,
    rows: Iterable[Any],
    *,
    said: Text = "",
    narrowing: Narrowing | None = None,
    pages: Pages | None = None,
    no: Refusal | None = None,
) -> HttpResponse:
    """`no` is why what the address asks for cannot be listed."""
    cells = [(listing.path(row), [_cell(column, row) for column in listing.columns]) for row in rows]
    return show_screen(
        visit,
        "list.html",
        title=listing.title,
        crumbs=listing.crumbs,
        no=no,
        alert=from_core(str(no)) if no else "",
        listing=listing,
        rows=cells,
        said=said,
        narrowing=narrowing,
        pages=pages,
    )
