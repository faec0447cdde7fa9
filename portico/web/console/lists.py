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

    `press` is a button that sends an empty form to the screen itself. `has_media` is for cells with pictures in them.
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
    has_media: bool = False


SEARCH = Field("search", lazy("Search"), kind="search", is_required=False, is_plain=True)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What narrows a list down: fields above it, whose values stand in the address, and each as a chip to take off.

    Folds are more of the same form, out of sight until somebody opens them.
    """

    fields: Sequence[Field]
    chips: Sequence[Link] = ()
    folds: "Sequence[Fold]" = ()


@dataclass(frozen=True, slots=True)
class Fold:
    title: str
    fields: Sequence[Field]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Ticking:
    """Rows can be ticked, and sent to `path` by one of the buttons, (value, text) of `scope`, with what is hidden."""

    path: str
    buttons: Sequence[tuple[str, str]]
    hidden: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cell:
    text: Any
    is_number: bool


@dataclass(frozen=True, slots=True)
class Row:
    """`tick` is what the row sends when it is ticked, "" where it cannot be."""

    path: str
    cells: Sequence[Cell]
    tick: str = ""


def chips(
    asked: Mapping[str, str], labels: Mapping[str, Text], choices: Mapping[str, Mapping[str, Text]] | None = None
) -> list[Link]:
    """What the address narrows by, each as a link to the same without it; `choices` say what is chosen by its name."""

    def without(name: str) -> str:
        return f"?{urlencode({other: text for other, text in asked.items() if other != name})}"

    named = choices or {}
    return [
        Link(without(name), f"{labels[name]}: {named.get(name, {}).get(text, text)}") for name, text in asked.items()
    ]


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in a list one is. `before` and `after` are addresses, "" at its ends; without a total nobody counted.

    With `is_more` there are more than the total.
    """

    total: int | None = None
    is_more: bool = False
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


def _cell(column: Column, row: Any) -> Cell:
    value = column.value(row)
    text = number(value) if column.is_number and isinstance(value, int | float) else value
    return Cell(text, column.is_number)


def show_list(
    visit: Visit,
    listing: Listing,
    rows: Iterable[Any],
    *,
    said: Text = "",
    narrowing: Narrowing | None = None,
    pages: Pages | None = None,
    ticking: Ticking | None = None,
    no: Refusal | None = None,
    address: str = "",
    template: str = "list.html",
    **values: Any,
) -> HttpResponse:
    """`no` is why what the address asks for cannot be listed. Another template extends list.html, with more values.

    Rows that can be ticked have an `id`. `address` is what a browser shows for a list that a script has fetched.
    """
    response = show_screen(
        visit,
        template,
        title=listing.title,
        crumbs=listing.crumbs,
        no=no,
        media=listing.has_media,
        listing=listing,
        rows=[_row(listing, row, ticking) for row in rows],
        said=said,
        narrowing=narrowing,
        pages=pages,
        ticking=ticking,
        wrong=from_core(str(no)) if no else "",
        **values,
    )
    if "HX-Request" in visit.request.headers:
        response["HX-Push-Url"] = address or _address(visit)
    return response


def _address(visit: Visit) -> str:
    """Where this is, without the fields that say nothing."""
    asked = [(name, text) for name, texts in visit.request.GET.lists() for text in texts if text]
    return f"{visit.request.path}?{urlencode(asked)}" if asked else visit.request.path


def _row(listing: Listing, row: Any, ticking: Ticking | None) -> Row:
    tick = str(row["id"]) if ticking else ""
    return Row(listing.path(row), [_cell(column, row) for column in listing.columns], tick)
